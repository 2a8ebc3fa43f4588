"""Where drawings outlive a session: a reload is a new one."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from app.ui.painting.drawing import Operations, Stamp

HOURS = 12
MOST_POINTS = 2_000_000
"""About 200 MB of Python's tuples."""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A drawing at rest; ``stamp`` says which of the browser's messages is the last in it."""

    operations: Operations
    stamp: Stamp | None = None

    @property
    def points(self) -> int:
        return sum(len(operation.points) for operation in self.operations)


class DrawingStore(Protocol):
    """Keeps each owner's drawing of each picture."""

    def load(self, owner: str, picture: str) -> Saved | None: ...

    def save(self, owner: str, picture: str, saved: Saved) -> None: ...


@dataclass
class ProcessStore:
    """Drawings in this process's memory for twelve hours, the longest untouched going first where it is too much.

    It covers a reload and a second tab. It does not cover a restart of the server or a second process
    behind the same address: there the browser itself brings back what its tab has painted
    (``sync.js`` keeps it in the tab's session storage), and another tab begins anew.
    """

    seconds: float = HOURS * 3600
    most_points: int = MOST_POINTS
    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[tuple[str, str], tuple[float, Saved]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self, owner: str, picture: str) -> Saved | None:
        with self._lock:
            self._drop_old()
            _, saved = self._kept.get((owner, picture), (0, None))
            return saved

    def save(self, owner: str, picture: str, saved: Saved) -> None:
        with self._lock:
            self._kept[owner, picture] = (self.clock(), saved)
            self._kept.move_to_end((owner, picture))
            self._drop_old()

    def _drop_old(self) -> None:
        points = sum(saved.points for _, saved in self._kept.values())
        for name, (at, saved) in list(self._kept.items())[:]:
            is_old, is_last = self.clock() - at > self.seconds, len(self._kept) == 1
            if not is_old and (points <= self.most_points or is_last):
                return
            points -= saved.points
            del self._kept[name]


@cache
def process_store() -> ProcessStore:
    """The store of this process."""
    return ProcessStore()
