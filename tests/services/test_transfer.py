"""The library as an archive and back, on real files and a real database; pictures and ZIPs from elsewhere."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from core.bootstrap import Workbench, build
from core.domain.image import Size
from core.domain.library import Filter, Kind
from core.domain.mask import Mask, Operation, Tool
from core.domain.request import EditRequest, GenerateRequest
from core.domain.transfer import Tally
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, NotFoundError
from core.imaging.metadata import embed
from core.services.importing_pictures import Source
from core.settings import Settings
from core.storage.files import LocalFiles
from tests.databases import SQLITE, copied
from tests.services.conftest import ANNA, finished

BOB = Visitor(owner="bob")
OPERATOR = Visitor(owner="terminal", operator=True)


@pytest.fixture
def here(tmp_path: Path, sqlite_template: Path) -> Iterator[Workbench]:
    copied(sqlite_template, tmp_path / "here" / SQLITE)
    with build(Settings(output_dir=tmp_path / "here", demo_latency_seconds=0)) as opened:
        yield opened


@pytest.fixture
def there(tmp_path: Path, sqlite_template: Path) -> Iterator[Workbench]:
    copied(sqlite_template, tmp_path / "there" / SQLITE)
    with build(Settings(output_dir=tmp_path / "there", demo_latency_seconds=0)) as opened:
        yield opened


def made(workbench: Workbench, prompt: str = "a red fox", n: int = 1, visitor: Visitor = ANNA) -> list[str]:
    request = GenerateRequest(prompt=prompt, model="gpt-image-2.5-flare", size="1024x640", quality="low", n=n)
    return [image.id for image in finished(workbench, workbench.studio.submit(request, visitor)).images]


def edited(workbench: Workbench, parent: str, visitor: Visitor = ANNA) -> str:
    image, _ = workbench.library.image(parent, visitor)
    taken = workbench.editor.from_image(image)
    size = Size(taken.ref.width, taken.ref.height)
    stroke = Operation(tool=Tool.ELLIPSE, points=((300, 300), (500, 500)))
    request = EditRequest(
        prompt="add a lighthouse", model="gpt-image-2.5-flare", images=(taken.ref,), parents=(parent,), quality="low",
        mask=Mask(width=size.width, height=size.height, operations=(stroke,)),
    )  # fmt: skip
    return finished(workbench, workbench.studio.submit(request, visitor)).images[0].id


def archive(workbench: Workbench, visitor: Visitor = ANNA, ids: list[str] | None = None) -> io.BytesIO:
    return io.BytesIO(b"".join(workbench.exporter.archive(visitor, ids, seen=lambda _: None)))


def taken_in(workbench: Workbench, data: io.BytesIO, visitor: Visitor = ANNA) -> Tally:
    return workbench.importer.take_in_zip(data, visitor, seen=lambda _: None)


def rewritten(data: io.BytesIO, **changes: bytes | None) -> io.BytesIO:
    """The archive with members, named by a part of their name, replaced or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            found = next((text for part, text in changes.items() if part in info.filename), old.read(info))
            if found is not None:
                new.writestr(info.filename, found)
    return out


def png(colour: str = "red", **info: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return embed(out.getvalue(), info) if info else out.getvalue()


def shown(workbench: Workbench, visitor: Visitor = ANNA, **wanted: object) -> set[str]:
    return set(workbench.history.ids(Filter(**wanted), visitor))  # type: ignore[arg-type]


def test_a_whole_library_comes_back_as_it_was(here: Workbench, there: Workbench) -> None:
    one, two = made(here, n=2)
    child = edited(here, one)
    history = here.history
    history.set_favourite([one], ANNA, favourite=True)
    history.add_tag([one, two], ANNA, "animals")
    history.collect(history.make_collection("Best", ANNA, "of all"), [child, one], ANNA)
    history.trash([two], ANNA)
    tally = taken_in(there, archive(here))
    assert (tally.new, tally.there, tally.done, tally.total, tally.problems) == (3, 0, 3, 3, ())
    for id in (one, two, child):
        was, now = here.history.picture(id, ANNA), there.history.picture(id, ANNA)
        assert replace(now, place=was.place) == was
        assert there.library.original(now.image) == here.library.original(was.image)
    assert there.history.tags_of(one) == ("animals",)
    (best,) = there.history.collections(ANNA)
    assert (best.name, best.notes, there.history.ids(Filter(collection=best.id), ANNA)) == (
        "Best",
        "of all",
        (child, one),
    )
    assert there.history.lineage(child, ANNA) == here.history.lineage(child, ANNA)
    job = there.studio.job(there.history.picture(child, ANNA).image.job_id, ANNA)
    assert isinstance(job.request, EditRequest)
    assert there.editor.mask_png(job.request, "white") == here.editor.mask_png(job.request, "white")
    assert shown(there, text="lighthouse") == {child}


def test_a_second_import_doubles_nothing_and_changes_nothing(here: Workbench, there: Workbench) -> None:
    (fox,) = made(here)
    here.history.collect(here.history.make_collection("Best", ANNA), [fox], ANNA)
    data = archive(here)
    taken_in(there, data)
    there.history.set_favourite([fox], ANNA, favourite=True)
    again = taken_in(there, data)
    assert (again.new, again.there, shown(there), there.history.picture(fox, ANNA).favourite) == (0, 1, {fox}, True)
    assert [collection.count for collection in there.history.collections(ANNA)] == [1]


def test_what_was_deleted_for_good_comes_back(here: Workbench) -> None:
    ids = made(here, n=2)
    data = archive(here)
    here.history.trash(ids[:1], ANNA)
    here.history.empty_trash(ANNA)
    assert taken_in(here, data).new == 1
    assert shown(here) == set(ids)
    assert here.history.picture(ids[0], ANNA).cost == here.history.picture(ids[1], ANNA).cost


def test_a_selection_keeps_shares_of_the_cost_and_the_rest_can_follow(here: Workbench, there: Workbench) -> None:
    ids = made(here, n=2)
    cost = here.history.picture(ids[0], ANNA).cost
    taken_in(there, archive(here, ids=ids[:1]))
    assert (shown(there), there.history.picture(ids[0], ANNA).cost) == ({ids[0]}, cost)
    assert taken_in(there, archive(here)).new == 1
    assert shown(there) == set(ids)


def test_a_selection_has_no_bytes_of_what_was_not_selected(here: Workbench) -> None:
    fox, bear = made(here)[0], made(here, "a bear")[0]
    with zipfile.ZipFile(archive(here, ids=[fox])) as opened:
        images = [name for name in opened.namelist() if name.startswith("images/")]
        rows = b"".join(opened.read(name) for name in opened.namelist() if name.startswith("rows/"))
    sha256 = here.history.picture(bear, ANNA).image.ref.sha256
    assert (len(images), sha256.encode() in rows, b"a bear" in rows) == (1, False, False)


def test_nobody_exports_anothers_pictures_and_no_archive_of_a_visitor_names_one(here: Workbench) -> None:
    (fox,) = made(here)
    with zipfile.ZipFile(archive(here, BOB, [fox])) as opened:
        assert not [name for name in opened.namelist() if name.startswith(("images/", "thumbnails/"))]
    whole = archive(here)
    with zipfile.ZipFile(whole) as opened:
        assert not any(ANNA.owner.encode() in opened.read(name) for name in opened.namelist())


def test_the_operators_archive_keeps_owners_accounts_and_every_figure(here: Workbench, there: Workbench) -> None:
    made(here)
    made(here, visitor=BOB)
    tally = taken_in(there, archive(here, OPERATOR), OPERATOR)
    assert (tally.new, len(shown(there)), len(shown(there, BOB))) == (2, 1, 1)
    assert there.ledger.standing("demo") == here.ledger.standing("demo")


def test_what_a_visitor_imports_counts_in_no_budget(here: Workbench, there: Workbench) -> None:
    (fox,) = made(here)
    taken_in(there, archive(here), BOB)
    assert there.ledger.standing("demo").month.total == 0
    assert there.history.picture(fox, BOB).cost == here.history.picture(fox, ANNA).cost > 0


def test_on_one_server_anothers_import_is_a_copy(here: Workbench) -> None:
    (fox,) = made(here)
    child = edited(here, fox)
    data = archive(here)
    assert (taken_in(here, data, BOB).new, taken_in(here, data, BOB).new) == (2, 0)
    theirs = here.history.find(Filter(kind=Kind.INPAINT), BOB).pictures[0]
    assert (len(shown(here, BOB)), shown(here), theirs.id == child) == (2, {fox, child}, False)
    assert here.history.lineage(theirs.id, BOB).requests == 2
    with pytest.raises(NotFoundError):
        here.history.picture(child, BOB)


def test_to_name_a_content_without_its_bytes_opens_no_door(here: Workbench) -> None:
    child = edited(here, made(here)[0])
    tally = taken_in(here, rewritten(archive(here), **{"images/": None, "inputs/": None}), BOB)
    assert (shown(here, BOB), tally.new, len(tally.problems)) == (set(), 0, 4)
    assert here.history.picture(child, ANNA)


def test_a_lost_input_does_not_lose_the_picture(here: Workbench, there: Workbench) -> None:
    child = edited(here, made(here)[0])
    tally = taken_in(there, rewritten(archive(here), **{"inputs/": None}))
    assert (tally.new, there.history.picture(child, ANNA).prompt, len(tally.problems)) == (2, "add a lighthouse", 1)


def test_bytes_that_were_changed_are_told_and_left_out(here: Workbench, there: Workbench) -> None:
    made(here)
    tally = taken_in(there, rewritten(archive(here), **{"images/": png()}))
    assert (tally.new, shown(there)) == (0, set())
    assert "not those" in tally.problems[0][1]


IMPOSSIBLE = (
    ('"held":"0', '"held":"7'), ('"state":"succeeded"', '"state":"running"'), ('"prompt":"a red fox"', '"prompt":""'),
    ('"demo"', '"\\u0000"'), ('"position":0', '"position":-1'), ('"job":{', '"job":5,"x":{'), ("Z", ""),
)  # fmt: skip


def test_a_row_that_cannot_be_is_told_and_left_out(here: Workbench, there: Workbench) -> None:
    made(here)
    with zipfile.ZipFile(data := archive(here)) as opened:
        line = opened.read("rows/000001.jsonl").strip()
    rows = [line.replace(old.encode(), new.encode()) for old, new in IMPOSSIBLE]
    assert line not in rows
    tally = taken_in(there, rewritten(data, **{"rows/": b"\n".join([*rows, b"not json"])}))
    assert (tally.new, shown(there), len(tally.problems)) == (0, set(), len(IMPOSSIBLE) + 1)


def test_money_that_does_not_add_up_is_refused(here: Workbench, there: Workbench) -> None:
    made(here)
    with zipfile.ZipFile(data := archive(here)) as opened:
        row = json.loads(opened.read("rows/000001.jsonl"))
    row["entries"][-1]["spent"] = str(Decimal(row["entries"][-1]["spent"]) - 100)
    tally = taken_in(there, rewritten(data, **{"rows/": json.dumps(row).encode()}), OPERATOR)
    assert (tally.new, "contradicts" in tally.problems[0][1]) == (0, True)


HEADERS = (
    (b"[]", "cannot be read"),
    (b'{"format": "other", "version": 1, "pictures": 1, "owners": false}', "not one of ours"),
    (b'{"format": "gesso-library", "version": 2, "pictures": 1, "owners": false}', "newer"),
)


def test_another_archive_or_one_that_was_cut_off_is_refused_with_a_sentence(here: Workbench) -> None:
    made(here)
    data = archive(here)
    for header, sentence in HEADERS:
        with pytest.raises(InvalidRequestError, match=sentence):
            taken_in(here, rewritten(data, **{"gesso.json": header}))
    for cut in (0, 10, 5_000):
        with pytest.raises(InvalidRequestError, match="no whole ZIP"):
            taken_in(here, io.BytesIO(data.getvalue()[:cut]))


def test_an_import_that_was_stopped_goes_on_where_it_was(here: Workbench, there: Workbench) -> None:
    for number in range(3):
        made(here, f"fox number {number}")
    data = archive(here)
    with zipfile.ZipFile(data) as opened:
        lines = opened.read("rows/000001.jsonl").splitlines()
    taken_in(there, rewritten(data, **{"rows/": lines[0]}))
    tally = taken_in(there, data)
    assert (tally.new, tally.there, len(shown(there))) == (2, 1, 3)


def test_files_recovered_without_their_rows_are_not_listed_twice(here: Workbench, there: Workbench) -> None:
    (fox,) = made(here)
    image = here.history.picture(fox, ANNA).image
    LocalFiles(there.settings.output_dir).put_image(here.library.original(image), image.ref)
    with build(there.settings, clock=lambda: datetime.now(UTC) + timedelta(hours=2)) as later:
        assert later.sweeper.adopt_orphans() == 1
    assert len(shown(there, OPERATOR)) == 1
    taken_in(there, archive(here))
    assert shown(there, OPERATOR) == shown(there) == {fox}
    assert there.library.original(there.history.picture(fox, ANNA).image)


def test_damaged_files_are_named_and_stay_out_of_the_archive(here: Workbench, there: Workbench) -> None:
    whole, garbage, empty = made(here, n=3)
    start = here.history.picture(whole, ANNA).image
    edit = edited(here, whole)
    for id, data in ((garbage, b"garbage"), (empty, b"")):
        Path(here.library.where(here.history.picture(id, ANNA).image)).write_bytes(data)
    (here.settings.output_dir / "inputs" / start.ref.sha256[:2] / f"{start.ref.sha256}.png").write_bytes(b"garbage")
    tallies: list[Tally] = []
    data = io.BytesIO(b"".join(here.exporter.archive(ANNA, seen=tallies.append)))
    told = tallies[-1]
    assert (told.new, len(told.problems), all("damaged" in said for _, said in told.problems)) == (2, 3, True)
    with zipfile.ZipFile(data) as written:
        assert not [name for name, _ in told.problems if name in written.namelist()]
    assert taken_in(there, data).new == 2
    assert shown(there) == {whole, edit}


def test_what_an_older_library_called_its_things_comes_in_legible(here: Workbench, there: Workbench) -> None:
    (fox,) = made(here)
    here.history.add_tag([fox], ANNA, "nightly")
    here.history.collect(here.history.make_collection("Best of all", ANNA), [fox], ANNA)
    data = archive(here)
    with zipfile.ZipFile(data) as old:
        rows, sets = old.read("rows/000001.jsonl"), old.read("collections.jsonl")
    changed = rewritten(
        data, rows=rows.replace(b"nightly", b"night\\u001b ly"), collections=sets.replace(b"of", b"\\u202e")
    )
    assert taken_in(there, changed).problems == ()
    assert there.history.tags_of(fox) == ("night ly",)
    assert [one.name for one in there.history.collections(ANNA)] == ["Best all"]


def test_pictures_come_in_as_they_are_with_what_they_say_of_themselves(here: Workbench) -> None:
    told, plain = png("red", prompt="a red sea", model="gpt-image-9"), png("blue")
    sources = [Source(name=name, read=lambda data=data: data) for name, data in (
        ("a.png", told), ("my_blue-wall.png", plain), ("twin.png", told), ("notes.txt", b"hello"), ("b.zip", b"hello"))]  # type: ignore[misc]  # fmt: skip
    tally = here.importer.take_in(sources, ANNA, total=5, seen=lambda _: None)
    assert (tally.new, tally.there, tally.done) == (2, 1, 5)
    said = "This is not an image. Use a PNG, JPEG, WebP, GIF, SVG, AVIF, BMP or TIFF file."
    assert tally.problems[0] == ("notes.txt", said)
    assert tally.problems[1][1].startswith("This is no ZIP archive")
    found = {picture.prompt: picture for picture in here.history.find(Filter(kind=Kind.IMPORT), ANNA).pictures}
    assert {prompt: picture.model for prompt, picture in found.items()} == {
        "a red sea": "gpt-image-9",
        "my blue wall": "unknown",
    }
    assert here.library.original(found["a red sea"].image) == told
    assert here.importer.take_in(sources, ANNA, total=4, seen=lambda _: None).new == 0


def test_any_zip_of_pictures_comes_in_with_our_manifest_if_it_has_one(here: Workbench) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as new:
        new.writestr("deep/one.png", png())
        new.writestr("__MACOSX/deep/._one.png", b"junk")
        new.writestr(".DS_Store", b"junk")
        new.writestr("manifest.json", json.dumps([{"file": "deep/one.png", "prompt": "a wall", "model": "x"}]))
    assert (taken_in(here, data).problems, shown(here, text="wall", model="x") == shown(here)) == ((), True)


def test_members_that_lead_out_or_are_too_large_are_told(here: Workbench) -> None:
    data, climbing = io.BytesIO(), ["../../evil.png", "..\\..\\win.png", "a/../b.png"]
    with zipfile.ZipFile(data, "w") as new:
        for name in climbing:
            new.writestr(name, png())
        new.writestr("..a/...b.png", b"hidden")
        new.writestr("large.png", bytes(51 * 1024 * 1024), zipfile.ZIP_DEFLATED)
    tally = taken_in(here, data)
    assert (tally.new, [name for name, _ in tally.problems]) == (0, [*climbing, "large.png"])
    assert "leads out of the archive" in tally.problems[0][1]
    assert "51.0 MB; at most 50 MB are taken in (MAX_IMAGE_SIZE_MB)" in tally.problems[-1][1]


def test_a_bmp_comes_in_as_a_png(here: Workbench) -> None:
    out = io.BytesIO()
    Image.new("RGB", (9, 9), "green").save(out, "BMP")
    here.importer.take_in([Source(name="b.bmp", read=out.getvalue)], ANNA, total=1, seen=lambda _: None)
    assert [picture.image.ref.media_type for picture in here.history.find(Filter(), ANNA).pictures] == ["image/png"]


def test_an_archive_goes_from_either_database_into_either(here: Workbench, database_url: str, tmp_path: Path) -> None:
    child = edited(here, made(here)[0])
    here.history.add_tag([child], ANNA, "sea")
    here.history.collect(here.history.make_collection("Best", ANNA), [child], ANNA)
    settings = Settings(output_dir=tmp_path / "either", demo_latency_seconds=0, database_url=database_url)
    with build(settings) as other:
        assert [taken_in(other, archive(here, OPERATOR), OPERATOR).new for _ in range(2)] == [2, 0]
        assert [collection.count for collection in other.history.collections(ANNA)] == [1]
        back = archive(other, OPERATOR)
        with zipfile.ZipFile(back) as one, zipfile.ZipFile(archive(here, OPERATOR)) as two:
            same = [name for name in one.namelist() if name != "gesso.json"]
            assert all(one.read(name) == two.read(name) for name in same)
        assert taken_in(other, archive(here), BOB).new == 2
