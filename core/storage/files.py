"""Bytes under one folder: images by content, spooled answers, thumbnails, previews.

images/ab/<sha256>.<ext>       thumbnails/ab/<sha256>.webp     inputs/ab/<sha256>.<ext>
spool/<job>/<call>.answer      previews/<job>/<call>      kept/<job>/
"""

import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from stat import S_ISREG

from core.domain.answer import RawAnswer
from core.domain.image import ImageRef, ref_of_name
from core.domain.stock import Kept
from core.errors import NotFoundError, StorageError
from core.storage.disk import make_folder, read_file, replace_file, sync_folder, writing
from core.storage.spool import SpoolFile, clear_answers, open_spool, read_answers

JOB_ID = re.compile(r"[0-9a-f]{1,64}", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)

KINDS = ("images", "inputs", "thumbnails", "spool", "previews", "kept")
MEGABYTE = 1_000_000
ROOM_PER_ANSWER = 64 * MEGABYTE
"""One large picture twice: in its answer as base64, and as the image's own file."""
ROOM_FOR_ROWS = 64 * MEGABYTE


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """Implements ``core.services.ports.FileStore`` on a local disk; usable from any thread.

    Writing may raise StorageError. A job id or hash that is not hexadecimal raises
    NotFoundError before it becomes part of a path.
    """

    root: Path

    def ensure_room(self, count: int) -> None:
        with writing(self.root):
            make_folder(self.root)
            free = shutil.disk_usage(self.root).free
        if free < count * ROOM_PER_ANSWER + ROOM_FOR_ROWS:
            raise StorageError(
                f"{self.root} has only {free // MEGABYTE:,} MB left on its disk, too little to keep what would be "
                "paid for. Free some space and try again."
            )

    def spool(
        self, job_id: str, call: int, *, media_type: str, request_id: str | None
    ) -> AbstractContextManager[SpoolFile]:
        return open_spool(self._of_job("spool", job_id), call, media_type=media_type, request_id=request_id)

    def spooled(self, job_id: str) -> dict[int, RawAnswer]:
        return read_answers(self._of_job("spool", job_id))

    def clear_spool(self, job_id: str, calls: Collection[int]) -> None:
        folder = self._of_job("spool", job_id)
        with writing(folder):
            clear_answers(folder, calls)

    def keep_spool(self, job_id: str) -> str:
        source, target = self._of_job("spool", job_id), self._of_job("kept", job_id)
        if not source.is_dir():
            if target.is_dir():
                return str(target)
            raise NotFoundError(f"Job {job_id} has no answer on disk.", kind="job", id=job_id)
        with writing(target):
            make_folder(target)
            for file in source.iterdir():
                file.replace(target / file.name)
            sync_folder(target)
        _remove(source)
        return str(target)

    def put_image(self, data: bytes, ref: ImageRef) -> None:
        path = self._of_image(ref)
        if path.is_file() and path.stat().st_size == len(data):
            with writing(path):
                os.utime(path)  # it is wanted anew: whoever empties the trash now must leave it
        else:
            replace_file(path, data, durable=True)

    def remove_image(self, ref: ImageRef, *, older_than: datetime) -> bool:
        path = self._of_image(ref)
        if not path.is_file() or path.stat().st_mtime >= older_than.timestamp():
            return False
        with writing(path):
            path.unlink(missing_ok=True)
            self._of_content("thumbnails", ref.sha256, "webp").unlink(missing_ok=True)
        return True

    def read_image(self, ref: ImageRef) -> bytes:
        data = read_file(self._of_image(ref))
        if data is None:
            raise NotFoundError(f"The file of image {ref.sha256} is gone.", kind="image", id=ref.sha256)
        return data

    def where(self, ref: ImageRef) -> str:
        return str(self._of_image(ref))

    def put_input(self, data: bytes, ref: ImageRef) -> None:
        path = self._of_input(ref)
        if not path.is_file():
            replace_file(path, data, durable=True)

    def read_input(self, ref: ImageRef) -> bytes:
        data = read_file(self._of_input(ref))
        if data is None:
            raise NotFoundError(f"The file of the picture {ref.sha256} is gone.", kind="image", id=ref.sha256)
        return data

    def kept(self) -> Iterator[Kept]:
        for kind in KINDS:
            sizes = [size for path in (self.root / kind).rglob("*") if (size := _file_size(path)) is not None]
            yield Kept(kind=kind, files=len(sizes), bytes=sum(sizes))

    def free_bytes(self) -> int:
        make_folder(self.root)
        return shutil.disk_usage(self.root).free

    def put_thumbnail(self, sha256: str, data: bytes) -> None:
        replace_file(self._of_content("thumbnails", sha256, "webp"), data, durable=False)

    def read_thumbnail(self, sha256: str) -> bytes | None:
        return read_file(self._of_content("thumbnails", sha256, "webp"))

    def put_preview(self, job_id: str, call: int, data: bytes) -> None:
        replace_file(self._of_job("previews", job_id) / str(int(call)), data, durable=False)

    def read_preview(self, job_id: str, call: int) -> bytes | None:
        return read_file(self._of_job("previews", job_id) / str(int(call)))

    def clear_previews(self, job_id: str) -> None:
        _remove(self._of_job("previews", job_id))

    def images_on_disk(self, *, older_than: datetime) -> Iterator[ImageRef]:
        return (ref for path, ref in self._named_images(older_than) if path == self._of_image(ref))

    def stray_images(self, *, older_than: datetime) -> Iterator[str]:
        return (str(path) for path, ref in self._named_images(older_than) if path != self._of_image(ref))

    def jobs_with_spool(self) -> Iterator[str]:
        for folder in (self.root / "spool").glob("*"):
            if JOB_ID.fullmatch(folder.name):
                yield folder.name

    def _named_images(self, older_than: datetime) -> Iterator[tuple[Path, ImageRef]]:
        """Old files that are named as images are, wherever they lie among them."""
        for path in (self.root / "images").rglob("*"):
            status, ref = _status(path), ref_of_name(path.name)
            if ref and status and S_ISREG(status.st_mode) and status.st_mtime < older_than.timestamp():
                yield path, replace(ref, bytes=status.st_size)

    def _of_image(self, ref: ImageRef) -> Path:
        return self._of_content("images", ref.sha256, ref.extension)

    def _of_input(self, ref: ImageRef) -> Path:
        return self._of_content("inputs", ref.sha256, ref.extension)

    def _of_content(self, kind: str, sha256: str, extension: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise NotFoundError(f"There is no image {sha256!r}.", kind="image", id=sha256)
        return self.root / kind / sha256[:2] / f"{sha256}.{extension}"

    def _of_job(self, kind: str, job_id: str) -> Path:
        if not JOB_ID.fullmatch(job_id):
            raise NotFoundError(f"There is no job {job_id!r}.", kind="job", id=job_id)
        return self.root / kind / job_id


def _remove(folder: Path) -> None:
    with writing(folder):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return


def _file_size(path: Path) -> int | None:
    """None for a folder, and for what has just been removed."""
    status = _status(path)
    return status.st_size if status and S_ISREG(status.st_mode) else None


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None
