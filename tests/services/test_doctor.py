"""The doctor, on real files: what it finds, what it mends, and that it loses nothing."""

import os
from pathlib import Path

from core.bootstrap import Workbench
from core.services.doctor import Finding, Health
from tests.services.conftest import ANNA, ASK, Build, finished


def found(workbench: Workbench, *, repair: bool = False) -> dict[str, Finding]:
    return {finding.check: finding for finding in workbench.doctor.examine(repair=repair)}


def painted(workbench: Workbench) -> tuple[str, Path]:
    """A picture's id and its file, made long ago."""
    (image,) = finished(workbench, workbench.studio.submit(ASK, ANNA)).images
    path = Path(workbench.library.where(image))
    os.utime(path, (0, 0))
    return image.id, path


def test_a_whole_library_is_in_good_health(bench: Build) -> None:
    workbench = bench()
    painted(workbench)
    workbench.thumbnails.close()  # they are made beside the jobs
    health = {name: finding.health for name, finding in found(workbench).items()}
    assert set(health) == {"database", "images", "thumbnails", "orphans", "strays", "leftovers", "space"}
    assert set(health.values()) == {Health.GOOD}


def test_a_missing_or_damaged_file_is_named(bench: Build) -> None:
    workbench = bench()
    _, path = painted(workbench)
    path.write_bytes(path.read_bytes()[:-100])
    damaged = found(workbench, repair=True)["images"]
    assert (damaged.health, damaged.count, damaged.named) == (Health.BAD, 1, (str(path),))
    path.unlink()
    assert found(workbench)["images"].count == 1


def test_missing_thumbnails_are_made(bench: Build, tmp_path: Path) -> None:
    with bench() as earlier:
        painted(earlier)  # its thumbnail is made beside the job, and is there once the workbench has closed
    workbench = bench()
    (file,) = (tmp_path / "thumbnails").rglob("*.webp")
    whole = file.read_bytes()
    for left in (None, b"", b"garbage", whole[:-50]):
        file.unlink() if left is None else file.write_bytes(left)
        warned = found(workbench)["thumbnails"]
        assert (warned.health, warned.sentence[:23]) == (Health.WARNING, "1 thumbnail is missing ")
        assert found(workbench, repair=True)["thumbnails"].repaired == 1
        assert (found(workbench)["thumbnails"].health, file.read_bytes()) == (Health.GOOD, whole)


def test_an_orphan_is_taken_into_the_history(bench: Build, tmp_path: Path) -> None:
    other, workbench = bench(output_dir=tmp_path / "other"), bench()
    _, path = painted(other)
    orphan = tmp_path / "images" / path.parent.name / path.name
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(path.read_bytes())
    os.utime(orphan, (0, 0))
    warned = found(workbench)["orphans"]
    assert (warned.health, warned.sentence[:32]) == (Health.WARNING, "1 image file belongs to no job. ")
    assert found(workbench, repair=True)["orphans"].repaired == 1
    assert orphan.is_file()
    assert found(workbench)["orphans"].health is Health.GOOD


def test_files_out_of_place_and_damaged_orphans_are_told_and_left_alone(bench: Build, tmp_path: Path) -> None:
    workbench = bench()
    stray, damaged = (tmp_path / f"images/{name}.png" for name in ("zz/" + "f" * 64, "ee/" + "e" * 64))
    for file in (stray, damaged):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"junk")
        os.utime(file, (0, 0))
    told = found(workbench, repair=True)
    assert (told["strays"].health, told["strays"].named) == (Health.WARNING, (str(stray),))
    assert told["orphans"].sentence == "1 image file of no job is damaged and left alone."
    assert workbench.sweeper.adopt_orphans() == workbench.sweeper.remove_leftovers() == 0
    assert stray.is_file()
    assert damaged.is_file()


def test_what_a_deleted_picture_left_is_removed_only_when_asked(bench: Build) -> None:
    workbench = bench()
    id, path = painted(workbench)
    os.utime(path)
    workbench.history.trash([id], ANNA)
    workbench.history.empty_trash(ANNA)
    os.utime(path, (0, 0))
    assert found(workbench)["leftovers"].health is Health.WARNING
    assert path.is_file()
    assert found(workbench, repair=True)["leftovers"].repaired == 1
    assert not path.exists()
