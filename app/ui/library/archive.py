"""Many pictures as one ZIP, written while it is sent: memory holds one picture, the disk nothing."""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from io import RawIOBase
from threading import Lock
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from app.workbench import workbench
from core.domain.visitor import Visitor
from core.errors import GessoError, NotFoundError
from core.services.library import file_name, settings_of

KEPT = 64
"""How many selections have an address at a time; older ones are asked for again by their page."""


class Selections:
    """Which pictures an address stands for; whoever asks gets only those that they may see."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._lock = Lock()

    def keep(self, ids: Sequence[str]) -> str:
        """The name under which ``find`` knows these."""
        name = sha256("\n".join(ids).encode()).hexdigest()
        with self._lock:
            self._known[name] = tuple(ids)
            self._known.move_to_end(name)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return name

    def find(self, name: str) -> tuple[str, ...]:
        """Raises NotFoundError."""
        with self._lock:
            if name not in self._known:
                raise NotFoundError("This selection is gone. Select the pictures again.", kind="selection", id=name)
            return self._known[name]


@cache
def selections() -> Selections:
    """Those of this process."""
    return Selections()


def zipped(ids: Sequence[str], visitor: Visitor) -> Iterator[bytes]:
    """The originals and a manifest.json with what was asked, delivered and paid for each; lost files are named."""
    outlet, manifest = Outlet(), list[dict[str, Any]]()
    with ZipFile(outlet, "w", ZIP_STORED) as archive:
        for id in ids:
            manifest.append(_added(archive, id, visitor))
            yield outlet.taken()
        archive.writestr("manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False), ZIP_DEFLATED)
    yield outlet.taken()


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


def _added(archive: ZipFile, id: str, visitor: Visitor) -> dict[str, Any]:
    library = workbench().library
    try:
        image, job = library.image(id, visitor)
        name = file_name(image, job, image.ref.media_type)
        archive.writestr(name, library.original(image))
    except GessoError as error:
        return {"image": id, "missing": str(error)}
    return {"file": name, "image": id, **settings_of(image, job)}
