"""Pictures on disk and in a bucket of a real S3 server: one interface, the same promises."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.bootstrap import Workbench, build
from core.domain.image import ImageRef
from core.domain.job import Job, JobState
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.errors import InvalidImageError, NotFoundError
from core.services.doctor import Health
from core.services.ports import FileStore
from core.settings import Settings
from core.storage.bucket import Bucket, BucketAccess
from core.storage.files import LocalFiles
from core.storage.remote_files import RemoteFiles

ANNA = Visitor(owner="anna")
ASK = GenerateRequest(prompt="a red fox", model="gpt-image-2.5-flare", size="1024x640", quality="low")
HOUR = timedelta(hours=1)
SOON = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(params=["local", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "local":
        return LocalFiles(tmp_path)
    return RemoteFiles(tmp_path, Bucket(request.getfixturevalue("access")))


def a_ref(data: bytes, media_type: str = "image/png") -> ImageRef:
    return ImageRef(sha256=hashlib.sha256(data).hexdigest(), width=0, height=0, media_type=media_type, bytes=len(data))


def test_pictures_come_back_are_counted_and_are_gone_once_removed(files: FileStore) -> None:
    ref, brought = a_ref(b"made"), a_ref(b"brought", "image/webp")
    files.ensure_room(1)
    files.put_image(b"made", ref)
    files.put_input(b"brought", brought)
    files.put_thumbnail(ref.sha256, b"small")
    assert (files.read_image(ref), files.read_input(brought)) == (b"made", b"brought")
    assert files.read_thumbnail(ref.sha256) == b"small"
    assert files.where(ref).endswith(f"images/{ref.sha256[:2]}/{ref.sha256}.png")
    assert {one.kind: one.bytes for one in files.kept() if one.kind in ("images", "inputs")} == {
        "images": 4,
        "inputs": 7,
    }
    assert files.remove_image(ref, older_than=SOON)
    assert not files.remove_image(ref, older_than=SOON)
    assert files.read_thumbnail(ref.sha256) is None
    for gone in (ref, a_ref(b"never")):
        with pytest.raises(NotFoundError):
            files.read_image(gone)
    with pytest.raises(NotFoundError):
        files.read_input(a_ref(b"never"))


def test_only_old_pictures_are_listed_and_removed(files: FileStore) -> None:
    ref, now = a_ref(b"made"), datetime.now(UTC)
    files.put_image(b"made", ref)
    assert list(files.images_on_disk(older_than=now - HOUR)) == []
    assert list(files.images_on_disk(older_than=SOON)) == [ref]
    assert list(files.stray_images(older_than=SOON)) == []
    assert not files.remove_image(ref, older_than=now - HOUR)
    assert files.read_image(ref) == b"made"


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "", "AB"])
def test_a_hash_that_is_none_reaches_no_store(files: FileStore, sha256: str) -> None:
    ref = ImageRef(sha256=sha256, width=1, height=1, media_type="image/png", bytes=1)
    for ask in (files.read_image, files.read_input, lambda ref: files.remove_image(ref, older_than=SOON)):
        with pytest.raises(NotFoundError):
            ask(ref)


def test_what_another_machine_made_is_there_and_what_is_damaged_is_told(access: BucketAccess, tmp_path: Path) -> None:
    here, there = (RemoteFiles(tmp_path / name, Bucket(access)) for name in ("here", "there"))
    ref = a_ref(b"made")
    here.put_image(b"made", ref)
    here.put_thumbnail(ref.sha256, b"small")
    assert (there.read_image(ref), there.read_thumbnail(ref.sha256)) == (b"made", b"small")
    assert (tmp_path / "there/thumbnails" / ref.sha256[:2] / f"{ref.sha256}.webp").read_bytes() == b"small"
    Bucket(access).put(f"images/{ref.sha256[:2]}/{ref.sha256}.png", b"evil", "image/png")
    with pytest.raises(InvalidImageError, match="holds something else"):
        there.read_image(ref)
    there.put_image(b"made", ref)
    assert here.read_image(ref) == b"made"


@pytest.fixture
def bench(access: BucketAccess, tmp_path: Path) -> Iterator[Workbench]:
    with build(settings_of(access, tmp_path)) as opened:
        yield opened


def settings_of(access: BucketAccess, folder: Path, **others: str) -> Settings:
    names = {
        "S3_BUCKET_NAME": access.bucket, "S3_ACCESS_KEY": access.access_key, "S3_SECRET_KEY": access.secret_key,
        "S3_ENDPOINT": access.endpoint or "", "OUTPUT_DIR": str(folder), "DEMO_LATENCY_SECONDS": "0",
    }  # fmt: skip
    return Settings.load(names | others, folder=Path("/"))


def finished(bench: Workbench) -> Job:
    return bench.studio.wait(bench.studio.submit(ASK, ANNA).id, seen=lambda _: None, interval=0.03)


def test_a_workbench_keeps_its_pictures_in_the_bucket(bench: Workbench, tmp_path: Path) -> None:
    job = finished(bench)
    (image,) = job.images
    bench.thumbnails.of(image.ref)
    assert bench.library.original(image)[:4] == b"\x89PNG"
    assert bench.library.where(image).startswith("s3://")
    assert list(tmp_path.glob("images/*/*")) == []
    assert bench.readiness.problems() == ()
    unwell = [one for one in bench.doctor.examine() if one.health is not Health.GOOD and one.check != "space"]
    assert unwell == []
    assert {one.kind: one.files for one in bench.doctor.storage().kept}["images"] == 1
    bench.history.trash([image.id], ANNA)
    assert bench.history.empty_trash(ANNA).files == 0, "it is younger than an hour"
    (left,) = bench.objects.list("images")
    assert bench.library.where(image).endswith(left.key)


def test_without_its_bucket_a_workbench_says_so_and_spends_nothing(access: BucketAccess, tmp_path: Path) -> None:
    with build(settings_of(access, tmp_path, S3_SECRET_KEY="wrong")) as opened:
        (problem,) = opened.readiness.problems()
        assert "S3_SECRET_KEY does not belong to S3_ACCESS_KEY" in problem
        job = finished(opened)
        assert (job.state, job.charged) == (JobState.FAILED, 0)
        assert job.error is not None
        assert job.error.message == problem


def test_without_a_bucket_nothing_of_s3_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from core.bootstrap import build; from core.settings import Settings\n"
        f"build(Settings(output_dir=Path({str(tmp_path)!r}))).close(); sys.exit('obstore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
