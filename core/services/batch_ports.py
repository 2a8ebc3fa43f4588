"""What batches need from the world outside: plans and their rows as a database keeps them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from core.domain.batch import Batch, BatchState, PlannedRow, Progress, Row, RowState
from core.domain.job import Job


class Batches(Protocol):
    """Batches and their rows; ``owner`` None means everybody's. What is not there raises NotFoundError."""

    def make(self, batch: Batch, rows: Sequence[PlannedRow]) -> None:
        """Write a batch with its rows, in one transaction."""

    def add(self, id: str, rows: Sequence[PlannedRow], *, at_most: int) -> int:
        """Append rows; returns how many there are now. Raises InvalidRequestError for more than ``at_most``."""

    def add_new(self, id: str, rows: Sequence[PlannedRow], *, price: Callable[[PlannedRow], PlannedRow]) -> int:
        """Append the rows whose names are not there yet, priced; returns how many. Two that add at once add once."""

    def get(self, id: str, owner: str | None) -> Batch: ...

    def all(self, owner: str | None, *, states: Collection[BatchState] = (), limit: int = 50) -> tuple[Batch, ...]:
        """Newest first; no states means all."""

    def move(self, id: str, to: BatchState, *, expected: Collection[BatchState], **values: Any) -> bool:
        """Set the state and further columns if it is in an expected state; False if it is not."""

    def describe(self, id: str, **values: Any) -> None:
        """Set columns of a batch that are no state: its name, template, limits."""

    def remove(self, id: str) -> None:
        """Forget the plan; jobs and pictures stay."""

    def rows(
        self, id: str, *, states: Collection[RowState] = (), after: int = 0, limit: int = 100, settled: bool = False
    ) -> tuple[Row, ...]:
        """Rows beyond this position, in order; no states means all, ``settled`` none whose job holds money."""

    def row(self, id: str, position: int) -> Row: ...

    def change(self, id: str, position: int, row: PlannedRow) -> bool:
        """Put another request into a row that has no open or finished job; False if it has one."""

    def take_out(self, id: str, positions: Collection[int]) -> int:
        """Remove rows that wait or cannot be sent; returns how many."""

    def set_states(
        self, id: str, expected: Collection[RowState], to: RowState, *, positions: Collection[int] | None = None
    ) -> int:
        """Move rows between states that have no open job, forgetting the job of a waiting one; returns how many.

        A row whose job may have been billed is not set to wait.
        """

    def set_problem(self, id: str, position: int, problem: str) -> None: ...

    def progress(self, id: str) -> Progress:
        """Counts and sums, from indexes alone."""

    def spent(self, ids: Sequence[str]) -> Mapping[str, Decimal]:
        """USD charged for each of these batches."""

    def open_jobs(self, id: str) -> tuple[str, ...]:
        """The ids of its jobs that wait or run."""

    def results(
        self, id: str, *, states: Collection[RowState] = (), after: int = 0, limit: int = 100, backwards: bool = False
    ) -> Iterator[tuple[Row, Job | None]]:
        """Rows beyond this position with their newest jobs; ``backwards`` before it (0: from the last), last first."""

    def to_feed(self, feeder: str, own_keys: Collection[str], *, now: datetime, until: datetime) -> tuple[Batch, ...]:
        """The running batches that this process submits from now on, until ``until``.

        Those of a living process are left to it; those with a visitor's key that are not among ``own_keys`` too.
        """

    def let_go(self, feeder: str) -> None:
        """Leave the batches that this process feeds to whoever looks next."""

    def orphaned(self, now: datetime) -> tuple[str, ...]:
        """Running batches with a visitor's own key whose process is gone."""


class Pace(Protocol):
    """How often a provider may be asked, known to all processes."""

    def wait(self, provider: str) -> float:
        """Seconds until it may be asked again; 0 for now."""

    def limited(self, provider: str, told: float | None) -> float:
        """It was asked too often: seconds until anybody asks again, as told or longer each time."""
