"""Many pictures as one ZIP, written while it is sent: memory holds one picture, the disk nothing."""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from app.ui.library.sending import Sending, sendings
from app.workbench import workbench
from core.domain.visitor import Visitor
from core.errors import GessoError, NotFoundError
from core.services.library import file_name, settings_of
from core.services.zipping import Outlet

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


def followed(ids: Sequence[str], visitor: Visitor, name: str) -> Iterator[bytes]:
    """As ``zipped``, counted for the visitor's page; a browser that goes away ends it early."""
    sending = sendings().begin(visitor.owner, name, len(ids))
    try:
        yield from zipped(ids, visitor, sending)
    finally:
        sending.ended = True


def zipped(ids: Sequence[str], visitor: Visitor, sending: Sending | None = None) -> Iterator[bytes]:
    """The originals and a manifest.json with what was asked, delivered and paid for each; lost files are named."""
    outlet, manifest = Outlet(), list[dict[str, Any]]()
    with ZipFile(outlet, "w", ZIP_STORED) as archive:
        for id in ids:
            manifest.append(_added(archive, id, visitor))
            yield outlet.taken()
            _count(sending, manifest[-1])
        archive.writestr("manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False), ZIP_DEFLATED)
    yield outlet.taken()


def _count(sending: Sending | None, entry: dict[str, Any]) -> None:
    if sending is None:
        return
    if "missing" in entry:
        sending.missing.append(entry["image"])
    else:
        sending.sent += 1


def _added(archive: ZipFile, id: str, visitor: Visitor) -> dict[str, Any]:
    library = workbench().library
    try:
        image, job = library.image(id, visitor)
        name = file_name(image, job, image.ref.media_type)
        archive.writestr(name, library.original(image))
    except GessoError as error:
        return {"image": id, "missing": str(error)}
    return {"file": name, "image": id, **settings_of(image, job)}
