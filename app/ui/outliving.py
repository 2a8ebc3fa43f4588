"""What outlives a session, because a reload is a new one: kept in this process's memory, for its owner."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

HOURS = 12

T = TypeVar("T")


@dataclass(kw_only=True)
class Outliving(Generic[T]):
    """Each owner's things by their names, for twelve hours, the longest untouched going first where it is too much.

    It covers a reload and a second tab, not a restart of the server or a second process behind the same address.
    ``most`` is what all may weigh together; one thing alone is kept whatever it weighs.
    """

    weight: Callable[[T], int]
    most: int
    seconds: float = HOURS * 3600
    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[tuple[str, str], tuple[float, T]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self, owner: str, name: str) -> T | None:
        with self._lock:
            self._drop_old()
            found = self._kept.get((owner, name))
            return found[1] if found else None

    def save(self, owner: str, name: str, thing: T) -> None:
        with self._lock:
            self._kept[owner, name] = (self.clock(), thing)
            self._kept.move_to_end((owner, name))
            self._drop_old()

    def _drop_old(self) -> None:
        weight = sum(self.weight(thing) for _, thing in self._kept.values())
        for name, (at, thing) in list(self._kept.items()):
            is_old, is_last = self.clock() - at > self.seconds, len(self._kept) == 1
            if not is_old and (weight <= self.most or is_last):
                return
            weight -= self.weight(thing)
            del self._kept[name]
