"""Batches: a plan of rows, each of which becomes a job, and what has become of them.

    batch   planned -> running <-> paused -> finished | cancelled      (finished -> running: rows were added, retried)
    row     waiting -> queued -> running -> succeeded | partial | failed | cancelled | unknown
            problem: it cannot be sent as it stands; nothing was asked for it

A row's job may be sent again only as a new try with a new job; the money of all tries is the batch's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from core.domain.money import ZERO
from core.domain.request import Request
from core.domain.usage import Estimate

MAX_ROWS = 10_000
"""So many requests cost hundreds of dollars and take a day; more is a second batch."""
MAX_CONCURRENCY = 2_000


class BatchState(StrEnum):
    """Where a batch stands."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class RowState(StrEnum):
    """Where a row stands: its job's state, or why it has none."""

    WAITING = "waiting"
    PROBLEM = "problem"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


OPEN_ROWS = (RowState.QUEUED, RowState.RUNNING)
"""Rows whose job has not ended."""
RETRIED_ROWS = (RowState.FAILED, RowState.CANCELLED)
"""Rows that are sent again when somebody asks for it, unless they may have been billed: that is resolved first."""
AGAIN_ROWS = (*RETRIED_ROWS, RowState.PROBLEM)
"""Rows that a retry looks at: one that could not be sent may be sendable now."""
DONE_ROWS = (RowState.SUCCEEDED, RowState.PARTIAL)
"""Rows with pictures."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRow:
    """A row before it is sent: its request and its price, or the reason it cannot be sent.

    ``name`` is the file name wished for, ``columns`` what else stood in the row.
    """

    request: Request
    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    estimate: Estimate | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RowRef:
    """Which row of which batch."""

    batch_id: str
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of a stored batch; amounts are USD and None where the price is unknown."""

    position: int
    request: Request
    name: str
    columns: Mapping[str, str]
    state: RowState
    estimate_low: Decimal | None
    estimate_high: Decimal | None
    held: Decimal
    problem: str
    job_id: str | None
    tries: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What was started together.

    At most ``concurrency`` of its jobs wait or run at once (None: as many as the server's setting says), and
    it costs at most ``max_cost`` USD. Results go into the collection, named as ``template`` says.
    ``own_key``: it runs with its owner's own API key, which only the process has that started it.
    ``growing``: something adds rows as it goes (an avatar set does), and ends it.
    ``note`` is why it stopped, in a sentence.
    """

    id: str
    owner: str
    name: str
    state: BatchState
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    concurrency: int | None = None
    max_cost: Decimal | None = None
    collection_id: str | None = None
    template: str = ""
    own_key: bool = False
    growing: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a batch is, counted by the database.

    ``undecided`` counts, of each state, the rows whose job has ended and still holds money: they may have been billed.
    ``spent`` and ``held`` are USD of all its jobs, earlier tries included; ``to_come`` is what the waiting rows
    may cost, at the upper end of their prices, ``to_retry`` what those may that a retry sends.
    """

    rows: Mapping[RowState, int]
    undecided: Mapping[RowState, int] = field(default_factory=dict)
    spent: Decimal = ZERO
    held: Decimal = ZERO
    to_come: Decimal = ZERO
    to_retry: Decimal = ZERO

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    def count(self, *states: RowState) -> int:
        return sum(self.rows.get(state, 0) for state in states)

    def settled(self, *states: RowState) -> int:
        """As ``count``, without the rows that may have been billed."""
        return self.count(*states) - sum(self.undecided.get(state, 0) for state in states)

    @property
    def may_have_been_billed(self) -> int:
        """Rows that nothing sends again before somebody has said what became of their money."""
        return sum(self.undecided.values())

    @property
    def again(self) -> int:
        """Rows that a retry sends, or sees whether it can."""
        return self.settled(*AGAIN_ROWS)

    @property
    def waiting(self) -> int:
        return self.count(RowState.WAITING)

    @property
    def open(self) -> int:
        """Rows whose job waits or runs."""
        return self.count(*OPEN_ROWS)

    @property
    def done(self) -> int:
        """Rows with pictures."""
        return self.count(*DONE_ROWS)

    @property
    def ended(self) -> int:
        """Rows nothing more will happen to by itself, however they ended."""
        return self.total - self.waiting - self.open


def time_left(batch: Batch, progress: Progress, now: datetime) -> timedelta | None:
    """How long the rest takes at the pace so far; None before anything has ended, and where nothing is left."""
    ended = progress.ended - progress.count(RowState.PROBLEM)
    left = progress.waiting + progress.open
    if batch.started_at is None or not ended or not left:
        return None
    return (now - batch.started_at) / ended * left
