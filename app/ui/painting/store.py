"""Where drawings outlive a session."""

from dataclasses import dataclass
from functools import cache
from operator import attrgetter

from app.ui.outliving import Outliving
from app.ui.painting.drawing import Operations, Stamp

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


@cache
def process_store() -> Outliving[Saved]:
    """The drawings of this process by their pictures.

    After a restart, or in a second process behind the same address, the browser itself brings back what its tab has
    painted (``sync.js`` keeps it in the tab's session storage), and another tab begins anew.
    """
    return Outliving(weight=attrgetter("points"), most=MOST_POINTS)
