"""ZIP archives as streams: written while they are sent, and read from outside without believing them."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import RawIOBase
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from core.errors import InvalidRequestError

MB = 1024 * 1024
READABLE_BY_ALL = 0o644 << 16
EARLIEST = (1980, 1, 1, 0, 0, 0)
NO_ZIP = "This is no whole ZIP archive. If it was cut off on its way, export or download it again."


class Outlet(RawIOBase):
    """What is written waits here until it is taken; it cannot seek, so the archive never looks back."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def taken(self) -> bytes:
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


def member(name: str, moment: datetime, *, small: bool = False) -> ZipInfo:
    """A file of an archive; pictures are stored as they are, ``small`` texts deflated."""
    info = ZipInfo(name, max(moment.timetuple()[:6], EARLIEST))
    info.external_attr = READABLE_BY_ALL
    info.compress_type = ZIP_DEFLATED if small else ZIP_STORED
    return info


@contextmanager
def opened_zip(file: IO[bytes]) -> Iterator[ZipFile]:
    """A ZIP to read; what is broken in it or in a member ends in InvalidRequestError."""
    try:
        with ZipFile(file) as archive:
            yield archive
    except (BadZipFile, EOFError, zlib.error) as error:
        raise InvalidRequestError(NO_ZIP, param="archive") from error


def read_member(archive: ZipFile, info: ZipInfo, limit: int) -> bytes:
    """A member's bytes; raises InvalidRequestError if it has more than ``limit``, is broken or needs a password."""
    if info.flag_bits & 1:
        raise InvalidRequestError("It is encrypted. Make a ZIP without a password.", param="archive")
    try:
        with archive.open(info) as file:
            data = file.read(limit + 1)
    except (BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        raise InvalidRequestError(f"It cannot be unpacked: {error}.", param="archive") from error
    if len(data) > limit:
        raise InvalidRequestError(f"It is larger than {limit // MB:,} MB.", param="archive")
    return data
