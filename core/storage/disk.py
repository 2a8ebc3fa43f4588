"""Writing files so that a power cut leaves the old one or the new one, and errors as sentences."""

import errno
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import SettingsError, StorageError

REASONS = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "your disk quota is used up; free some space and try again",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "Gesso may not write there; check the folder's permissions",
    errno.EPERM: "Gesso may not write there; check the folder's permissions",
}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failing disk into a StorageError that names the path."""
    try:
        yield
    except OSError as error:
        reason = REASONS.get(error.errno or 0, error.strerror or str(error))
        raise StorageError(f"{path} cannot be written: {reason}.") from error


def check_output_dir(path: Path) -> None:
    """Prove by doing that OUTPUT_DIR, created if missing, takes files; raises SettingsError.

    A full disk passes: what is there can still be looked at, and writing says it.
    """
    try:
        make_folder(path)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return
        reason = REASONS.get(error.errno or 0, error.strerror or str(error))
        raise SettingsError(f"OUTPUT_DIR ({path}) cannot be written: {reason}.", name="OUTPUT_DIR") from error


def read_file(path: Path) -> bytes | None:
    """The bytes of a file, or None if there is none; raises StorageError if it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.") from error


def replace_file(path: Path, data: bytes, *, durable: bool) -> None:
    """Write a whole file at once; readers see the old or the new one. Durable means fsynced."""
    with writing(path):
        make_folder(path.parent)
        partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            _fill(partial, data, durable=durable)
            partial.replace(path)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        if durable:
            sync_folder(path.parent)


def new_file(path: Path) -> int:
    """A descriptor of a new, empty file; what is written to it leaves the process at once."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte; the system may take fewer at a time."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def make_folder(path: Path) -> None:
    """Create a folder and its parents, their names durable."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable; Windows has no way to, nor needs one."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fill(path: Path, data: bytes, *, durable: bool) -> None:
    descriptor = new_file(path)
    try:
        write_all(descriptor, data)
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
