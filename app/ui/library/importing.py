"""Imports, which run beside the pages: one at a time for each visitor, watched from whatever page is open."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock, Thread
from typing import BinaryIO

from app.workbench import workbench
from core.domain.transfer import Tally
from core.domain.visitor import Visitor
from core.errors import GessoError, JobStateError
from core.services.importing_pictures import Source

ZIP = b"PK"
BROKEN_OFF = "The import broke off over a fault in Gesso, which the log describes. What had come in until then is here."


@dataclass
class Import:
    """One import: how far it is, and in the end what stopped it, if something did."""

    files: int
    tally: Tally = field(default_factory=Tally)
    error: GessoError | None = None
    ended: bool = False


class Imports:
    """The imports of this process by their visitors."""

    def __init__(self) -> None:
        self._known: dict[str, Import] = {}
        self._lock = Lock()

    def start(self, files: Sequence[BinaryIO], visitor: Visitor) -> None:
        """Take these files in; returns at once. Raises JobStateError while an import of this visitor runs."""
        with self._lock:
            known = self._known.get(visitor.owner)
            if known is not None and not known.ended:
                raise JobStateError("An import is running. Wait for its end, then start the next.")
            self._known[visitor.owner] = started = Import(files=len(files))
        Thread(target=_run, args=(started, files, visitor), name="gesso-import", daemon=True).start()

    def of(self, visitor: Visitor) -> Import | None:
        """The visitor's newest import."""
        return self._known.get(visitor.owner)

    def forget(self, visitor: Visitor) -> None:
        """Its end was seen."""
        with self._lock:
            if (known := self._known.get(visitor.owner)) is not None and known.ended:
                del self._known[visitor.owner]


@cache
def imports() -> Imports:
    """Those of this process."""
    return Imports()


def _run(this: Import, files: Sequence[BinaryIO], visitor: Visitor) -> None:
    problem: GessoError | None = GessoError(BROKEN_OFF)
    try:
        _take_in(this, files, visitor)
        problem = None
    except GessoError as error:
        problem = error
    finally:  # what else may come is a bug: it reaches the log, and the page must not wait for ever
        this.error, this.ended = problem, True


def _take_in(this: Import, files: Sequence[BinaryIO], visitor: Visitor) -> None:
    importer = workbench().importer
    archives = [file for file in files if _is_zip(file)]
    pictures = [file for file in files if file not in archives]
    done = Tally()

    def seen(tally: Tally) -> None:
        this.tally = done + tally

    for file in archives:
        done += importer.take_in_zip(file, visitor, seen=seen)
    sources = (Source(name=file.name, read=file.read) for file in pictures)
    this.tally = done + importer.take_in(sources, visitor, total=len(pictures), seen=seen)


def _is_zip(file: BinaryIO) -> bool:
    mark = file.read(len(ZIP))
    file.seek(0)
    return mark == ZIP
