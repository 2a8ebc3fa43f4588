"""Files: whole or not at all, nothing that was paid for lost, nothing outside the folder."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.domain.image import ImageRef
from core.errors import NotFoundError, StorageError
from core.services.ports import FileStore
from core.storage.files import LocalFiles

REPOSITORY = Path(__file__).parents[2]
JOB = "0199" + "ab" * 14
BODY = json.dumps({"data": [{"b64_json": "iVBO" * 100}]}).encode()
JSON, LINES = "application/json", "application/x-ndjson"
PATHS_OUT = ["../../etc/passwd", "..", "", "a/b", "ab\n", "AB", "٣", "/", "."]


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "output")


LATER = datetime.now(UTC) + timedelta(days=1)


def a_ref(data: bytes, media_type: str = "image/png") -> ImageRef:
    return ImageRef(sha256=hashlib.sha256(data).hexdigest(), width=2, height=2, media_type=media_type, bytes=len(data))


def left_behind(files: LocalFiles, body: bytes, media_type: str) -> None:
    """Write an answer and leave without committing it."""
    with files.spool(JOB, 0, media_type=media_type, request_id="req_1") as spool:
        spool.write(body)


def all_files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_it_is_a_file_store(files: LocalFiles) -> None:
    port: FileStore = files
    assert port is files


def test_a_committed_answer_comes_back_byte_for_byte(files: LocalFiles) -> None:
    body = b'{"a": 1}\n\r\n\x00 not even JSON'
    with files.spool(JOB, 3, media_type=JSON, request_id=None) as spool:
        for byte in body:
            spool.write(bytes([byte]))
        spool.commit()

    answer = files.spooled(JOB)[3]
    assert (answer.body, answer.media_type, answer.request_id) == (body, JSON, None)
    assert all_files(files.root) == [f"spool/{JOB}/3.answer"]


def test_the_answers_of_a_job_come_by_call_number(files: LocalFiles) -> None:
    for call in (10, 2):
        with files.spool(JOB, call, media_type=JSON, request_id=f"req_{call}") as spool:
            spool.commit()

    assert [(call, raw.request_id) for call, raw in files.spooled(JOB).items()] == [(2, "req_2"), (10, "req_10")]


def test_a_job_without_a_spool_has_no_answers(files: LocalFiles) -> None:
    assert files.spooled(JOB) == {}


def test_an_answer_that_is_whole_but_uncommitted_is_recovered(files: LocalFiles) -> None:
    left_behind(files, BODY, JSON)

    assert files.spooled(JOB)[0].body == BODY


@pytest.mark.parametrize("body", [BODY[:-1], b"", b"<html>bad gateway</html>", b"null"])
def test_half_an_answer_is_no_answer(files: LocalFiles, body: bytes) -> None:
    left_behind(files, body, JSON)

    assert files.spooled(JOB) == {}


@pytest.mark.parametrize("rest", [b"", b'{"type": "compl', b'{"type": "x"}'[:-1] + b"\n"])
def test_the_complete_lines_of_a_broken_stream_are_recovered(files: LocalFiles, rest: bytes) -> None:
    left_behind(files, b'{"n": 1}\n{"n": 2}\n' + rest, LINES)

    assert files.spooled(JOB)[0].body == b'{"n": 1}\n{"n": 2}\n'


def test_a_stream_without_a_complete_line_is_no_answer(files: LocalFiles) -> None:
    left_behind(files, b'{"type": "compl', LINES)

    assert files.spooled(JOB) == {}


def test_a_committed_answer_wins_over_remains_of_another_attempt(files: LocalFiles) -> None:
    with files.spool(JOB, 0, media_type=JSON, request_id=None) as spool:
        spool.write(BODY)
        spool.commit()
    left_behind(files, b"{}", JSON)

    assert files.spooled(JOB)[0].body == BODY


def test_a_header_cut_by_a_kill_is_no_answer(files: LocalFiles) -> None:
    left_behind(files, BODY, JSON)
    (files.root / f"spool/{JOB}/0.part").write_bytes(b'{"media_type": "appl')

    assert files.spooled(JOB) == {}


def test_what_was_handed_over_survives_sigkill(files: LocalFiles) -> None:
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom core.storage.files import LocalFiles\n"
        f"files = LocalFiles(Path({str(files.root)!r}))\n"
        f"with files.spool({JOB!r}, 0, media_type={JSON!r}, request_id='req_1') as spool:\n"
        f"    spool.write({BODY!r})\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert (files.spooled(JOB)[0].body, files.spooled(JOB)[0].request_id) == (BODY, "req_1")


def test_a_closed_spool_takes_no_more(files: LocalFiles) -> None:
    with files.spool(JOB, 0, media_type=JSON, request_id=None) as spool:
        spool.commit()
        with pytest.raises(ValueError, match="closed"):
            spool.write(b"more")


def test_a_cleared_spool_is_gone_and_may_be_cleared_again(files: LocalFiles) -> None:
    left_behind(files, BODY, JSON)

    files.clear_spool(JOB, [0])
    files.clear_spool(JOB, [0])

    assert list((files.root / "spool").iterdir()) == []


def test_an_answer_that_arrives_outlives_that_another_one_is_cleared(files: LocalFiles) -> None:
    left_behind(files, BODY, JSON)
    with files.spool(JOB, 1, media_type=JSON, request_id=None) as spool:
        spool.write(BODY)
        files.clear_spool(JOB, [0])
        spool.commit()
    assert list(files.spooled(JOB)) == [1]


def test_a_kept_spool_moves_aside_once(files: LocalFiles) -> None:
    left_behind(files, BODY, JSON)

    folder = files.keep_spool(JOB)

    assert files.keep_spool(JOB) == folder
    assert files.spooled(JOB) == {}
    assert all_files(files.root) == [f"kept/{JOB}/0.part"]


def test_a_spool_that_is_not_there_cannot_be_kept(files: LocalFiles) -> None:
    with pytest.raises(NotFoundError):
        files.keep_spool(JOB)


def test_an_image_is_stored_by_its_content(files: LocalFiles) -> None:
    ref = a_ref(b"pixels", "image/jpeg")

    files.put_image(b"pixels", ref)

    assert files.read_image(ref) == b"pixels"
    assert all_files(files.root) == [f"images/{ref.sha256[:2]}/{ref.sha256}.jpg"]


def test_a_second_put_changes_nothing(files: LocalFiles) -> None:
    ref = a_ref(b"pixels")
    files.put_image(b"pixels", ref)
    path = next((files.root / "images").rglob("*.png"))
    before = path.stat().st_ino

    files.put_image(b"pixels", ref)

    assert path.stat().st_ino == before


def test_a_file_cut_short_is_written_again(files: LocalFiles) -> None:
    ref = a_ref(b"pixels")
    files.put_image(b"pixels", ref)
    next((files.root / "images").rglob("*.png")).write_bytes(b"pix")

    files.put_image(b"pixels", ref)

    assert files.read_image(ref) == b"pixels"


def test_an_image_whose_file_is_gone_is_not_found(files: LocalFiles) -> None:
    with pytest.raises(NotFoundError, match="gone"):
        files.read_image(a_ref(b"pixels"))


def test_the_images_on_disk_are_listed_without_leftovers(files: LocalFiles) -> None:
    assert list(files.images_on_disk(older_than=LATER)) == []
    ref = a_ref(b"pixels")
    files.put_image(b"pixels", ref)
    (files.root / "images" / ref.sha256[:2] / f".{ref.sha256}.png.1234.part").write_bytes(b"pi")

    assert [found.sha256 for found in files.images_on_disk(older_than=LATER)] == [ref.sha256]
    assert list(files.images_on_disk(older_than=LATER - timedelta(days=2))) == []


def test_thumbnails_come_back_or_are_none(files: LocalFiles) -> None:
    sha256 = a_ref(b"pixels").sha256
    assert files.read_thumbnail(sha256) is None

    files.put_thumbnail(sha256, b"small")

    assert files.read_thumbnail(sha256) == b"small"


def test_a_call_keeps_its_newest_preview_until_cleared(files: LocalFiles) -> None:
    files.put_preview(JOB, 1, b"blurred")
    files.put_preview(JOB, 1, b"sharper")
    assert (files.read_preview(JOB, 0), files.read_preview(JOB, 1)) == (None, b"sharper")

    files.clear_previews(JOB)

    assert files.read_preview(JOB, 1) is None
    files.clear_previews(JOB)


@pytest.mark.parametrize("name", PATHS_OUT)
def test_a_job_id_that_is_a_path_is_refused(files: LocalFiles, name: str) -> None:
    for use in (files.spooled, lambda job: files.clear_spool(job, [0]), files.keep_spool, files.clear_previews):
        with pytest.raises(NotFoundError):
            use(name)
    for method in (lambda: files.put_preview(name, 0, b""), lambda: files.read_preview(name, 0)):
        with pytest.raises(NotFoundError):
            method()
    with pytest.raises(NotFoundError):
        files.spool(name, 0, media_type=JSON, request_id=None)


@pytest.mark.parametrize("name", [*PATHS_OUT, "ab" * 31, "../" + "ab" * 32])
def test_a_hash_that_is_a_path_is_refused(files: LocalFiles, name: str) -> None:
    ref = ImageRef(sha256=name, width=1, height=1, media_type="image/png", bytes=1)
    for method in (
        lambda: files.put_image(b"x", ref),
        lambda: files.read_image(ref),
        lambda: files.put_thumbnail(name, b"x"),
        lambda: files.read_thumbnail(name),
    ):
        with pytest.raises(NotFoundError):
            method()


def test_a_call_number_that_is_no_number_is_refused(files: LocalFiles) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        files.read_preview(JOB, "../../x")  # type: ignore[arg-type]


def test_a_full_disk_is_a_sentence_and_leaves_no_rubbish(tmp_path: Path) -> None:
    code = (
        "import resource, signal\nfrom pathlib import Path\nfrom core.domain.image import ImageRef\n"
        "from core.storage.files import LocalFiles\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        f"LocalFiles(Path({str(tmp_path)!r})).put_thumbnail({'ab' * 32!r}, b'more than ten bytes')\n"
    )
    failed = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False, capture_output=True, text=True)

    assert "core.errors.StorageError" in failed.stderr
    assert "cannot be written: File too large." in failed.stderr
    assert all_files(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_no_room_for_an_answer_is_a_sentence(files: LocalFiles) -> None:
    folder = files.root / "spool" / JOB
    folder.mkdir(parents=True)
    os.symlink("/dev/full", folder / "0.part")

    with pytest.raises(StorageError, match="disk is full; free some space"):
        left_behind(files, BODY, JSON)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "output").write_bytes(b"a file in the way")

    with pytest.raises(StorageError, match="cannot be written"):
        LocalFiles(tmp_path / "output").put_thumbnail("ab" * 32, b"x")


def test_there_is_room_for_one_answer_and_not_for_a_million(files: LocalFiles) -> None:
    files.ensure_room(1)

    with pytest.raises(StorageError, match="too little to keep what would be paid for"):
        files.ensure_room(10**9)
