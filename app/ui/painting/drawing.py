"""What is painted on one picture in this session, and how the browser's copy is kept in step.

The browser paints on its own and tells every change as "what revision ``base`` was, its first ``keep``
operations, then these". Such a message is complete whatever became of earlier ones, and small however
much is painted. We answer with a revision and the ``stamp`` of the last message that is in it.

    browser                                   here
    base 7, serial 12, keep all, add A   ->   revision 8, stamp 12
    base 7, serial 13, keep all, add A B ->   revision 9, stamp 13     (12 not yet answered: A is not added twice)
                       base is 9 now     <-   9, stamp 13
                                              a region by numbers: revision 10, told with all operations
    base 9, serial 14, add C             ->   revision 11: C comes after the region, since 9 is older than 10
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.ui.painting.wire import decode, encode
from core.domain.ids import new_id
from core.domain.mask import Operation
from core.errors import InvalidRequestError

Operations = tuple[Operation, ...]
Stamp = tuple[str, int]


@dataclass(kw_only=True)
class Drawing:
    """The operations painted on one picture; changed by the browser's messages and by ours."""

    operations: Operations = ()
    stamp: Stamp | None = None
    document: str = field(default_factory=new_id)
    revision: int = 0
    _bases: dict[int, Operations] = field(default_factory=dict)
    _pushed: int = 0
    _held: int = -1
    _merged: int = 0

    def __post_init__(self) -> None:
        self._bases[self.revision] = self.operations

    def receive(self, message: Mapping[str, Any]) -> bool:
        """Take what the browser painted; False where that is known already, of another time, or unreadable."""
        try:
            if message["document"] != self.document:
                return False
            if message.get("ask"):
                return self._forget_the_browser()
            stamp = (str(message["client"]), int(message["serial"]))
            return not self._is_known(stamp) and self._apply(message, stamp)
        except (KeyError, TypeError, ValueError, InvalidRequestError):
            return False

    def push(self, operations: Operations) -> None:
        """Change from here; what the browser paints before it has heard of this comes on top."""
        self._pushed = self.revision + 1
        self._renew(operations)

    def told(self) -> dict[str, Any]:
        """What the browser must know; all operations only while it may not have them."""
        holds = self._held >= self._pushed
        return {
            "document": self.document,
            "revision": self.revision,
            "stamp": list(self.stamp) if self.stamp else None,
            "operations": None if holds else [encode(operation) for operation in self.operations],
        }

    def _apply(self, message: Mapping[str, Any], stamp: Stamp) -> bool:
        base, keep = int(message["base"]), int(message["keep"])
        added = tuple(decode(item) for item in message["add"])
        if base < self._pushed:
            operations = self.operations + added[self._merged :]
        elif base not in self._bases:
            return self._forget_the_browser()
        else:
            operations = self._bases[base][: max(keep, 0)] + added
            self._forget_before(base)
        self.stamp, self._merged = stamp, len(added)
        self._renew(operations)
        return True

    def _renew(self, operations: Operations) -> None:
        self.operations = operations
        self.revision += 1
        self._bases[self.revision] = operations

    def _is_known(self, stamp: Stamp) -> bool:
        return self.stamp is not None and stamp[0] == self.stamp[0] and stamp[1] <= self.stamp[1]

    def _forget_before(self, base: int) -> None:
        self._held = max(self._held, base)
        self._bases = {revision: kept for revision, kept in self._bases.items() if revision >= base}

    def _forget_the_browser(self) -> bool:
        self._held = -1
        return False
