"""Batches as people use them: planned, priced, started, paused, retried; the feeder submits their rows."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.domain.batch import (
    AGAIN_ROWS,
    MAX_CONCURRENCY,
    MAX_ROWS,
    OPEN_ROWS,
    RETRIED_ROWS,
    Batch,
    BatchState,
    PlannedRow,
    Progress,
    Row,
    RowState,
    time_left,
)
from core.domain.ids import new_id
from core.domain.job import Job
from core.domain.library import checked_name
from core.domain.request import Request
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, JobStateError, NotFoundError
from core.services.batch_ports import Batches
from core.services.feeding import Feeder
from core.services.history import HistoryService
from core.services.ports import Clock
from core.services.studio import Studio

RUNNABLE = (BatchState.PLANNED, BatchState.PAUSED, BatchState.FINISHED, BatchState.CANCELLED)
READ_AT_ONCE = 200


class BatchService:
    """What a visitor does with batches; none sees another's."""

    def __init__(
        self,
        *,
        batches: Batches,
        studio: Studio,
        history: HistoryService,
        feeder: Feeder,
        clock: Clock,
        shared: bool,
        ask_above: Decimal,
    ) -> None:
        self._batches = batches
        self._studio = studio
        self._history = history
        self._feeder = feeder
        self._clock = clock
        self._shared = shared
        self.ask_above = ask_above
        """Doors ask once more before they start what may cost more than this, in USD."""

    def priced(self, rows: Sequence[PlannedRow], visitor: Visitor) -> tuple[PlannedRow, ...]:
        """Each row with its price, or the reason it cannot be sent; nothing is written. Earlier problems stay."""
        return tuple(row if row.problem else self._priced(row, visitor) for row in rows)

    def plan(
        self,
        name: str,
        rows: Sequence[PlannedRow],
        visitor: Visitor,
        *,
        concurrency: int | None = None,
        max_cost: Decimal | None = None,
        collection_id: str | None = None,
        template: str = "",
        growing: bool = False,
    ) -> Batch:
        """Keep a plan; nothing is sent before ``start``. Raises InvalidRequestError.

        Only a ``growing`` batch may begin without rows.
        """
        if not rows and not growing:
            raise InvalidRequestError("The batch has no rows. Write one prompt a line.", param="rows")
        if len(rows) > MAX_ROWS:
            raise InvalidRequestError(f"{len(rows):,} rows are more than the {MAX_ROWS:,} of one batch.", param="rows")
        _check_limits(concurrency, max_cost)
        if collection_id is not None:
            self._history.collection(collection_id, visitor)
        now = self._clock()
        batch = Batch(
            id=new_id(int(now.timestamp() * 1000)), owner=visitor.owner, name=checked_name(name),
            state=BatchState.PLANNED, created_at=now, concurrency=concurrency, max_cost=max_cost,
            collection_id=collection_id, template=template, growing=growing,
        )  # fmt: skip
        self._batches.make(batch, self.priced(rows, visitor))
        return batch

    def add(self, id: str, rows: Sequence[PlannedRow], visitor: Visitor) -> int:
        """Append rows to a batch that runs, too; returns how many there are now. A finished one goes on.

        Raises JobStateError for an avatar set, which plans its rows itself.
        """
        batch = self.get(id, visitor)
        if batch.growing:
            raise JobStateError("This is an avatar set, which plans its requests itself. Make a batch of these rows.")
        count = self._batches.add(id, self.priced(rows, visitor), at_most=MAX_ROWS)
        if batch.state is BatchState.FINISHED:
            self.start_any(id, visitor)
        self._feeder.wake()
        return count

    def add_once(self, id: str, rows: Sequence[PlannedRow], visitor: Visitor) -> int:
        """Append those rows whose names the batch does not have; returns how many. For what plans as it goes."""
        self.get(id, visitor)
        return self._batches.add_new(id, rows, price=lambda row: self._priced(row, visitor))

    def job(self, row: Row, visitor: Visitor) -> Job:
        """A row's newest job; raises NotFoundError if it has none."""
        if row.job_id is None:
            raise NotFoundError(f"Row {row.position} was not sent yet.", kind="job", id=str(row.position))
        return self._studio.job(row.job_id, visitor)

    def change(self, id: str, position: int, request: Request, visitor: Visitor) -> Row:
        """Put another request into a row that was not sent, or failed. Raises JobStateError for any other."""
        self.get(id, visitor)
        row = self._batches.row(id, position)
        planned = PlannedRow(request=request, name=row.name, columns=row.columns)
        if not self._batches.change(id, position, self._priced(planned, visitor)):
            raise JobStateError(f"Row {position} is {row.state} and stays as it is. Add a new row instead.")
        return self._batches.row(id, position)

    def take_out(self, id: str, positions: Collection[int], visitor: Visitor) -> int:
        """Remove rows that were never sent; returns how many."""
        self.get(id, visitor)
        return self._batches.take_out(id, positions)

    def get(self, id: str, visitor: Visitor) -> Batch:
        """The batch; raises NotFoundError also when it is somebody else's."""
        return self._batches.get(id, self._owner(visitor))

    def all(self, visitor: Visitor, *, states: Collection[BatchState] = (), limit: int = 50) -> tuple[Batch, ...]:
        """The visitor's batches, newest first."""
        return self._batches.all(self._owner(visitor), states=states, limit=limit)

    def progress(self, id: str, visitor: Visitor) -> Progress:
        """How far it is; cheap enough to be asked every second."""
        self.get(id, visitor)
        return self._batches.progress(id)

    def time_left(self, batch: Batch, progress: Progress) -> timedelta | None:
        """How long the rest takes at the pace so far, if anything has ended."""
        return time_left(batch, progress, self._clock())

    def rows(
        self, id: str, visitor: Visitor, *, states: Collection[RowState] = (), after: int = 0, limit: int = 100
    ) -> tuple[Row, ...]:
        """Rows beyond a position, in order; no states means all."""
        self.get(id, visitor)
        return self._batches.rows(id, states=states, after=after, limit=limit)

    def results(self, id: str, visitor: Visitor) -> Iterator[tuple[Row, Job | None]]:
        """Every row with its newest job, a few hundred at a time."""
        self.get(id, visitor)
        after = 0
        while part := tuple(self._batches.results(id, after=after, limit=READ_AT_ONCE)):
            yield from part
            after = part[-1][0].position

    def page(
        self,
        id: str,
        visitor: Visitor,
        *,
        after: int,
        limit: int,
        states: Collection[RowState] = (),
        backwards: bool = False,
    ) -> tuple[tuple[Row, Job | None], ...]:
        """A part of the results beyond a position; ``backwards`` from the last row on (``after`` 0) to the first."""
        self.get(id, visitor)
        found = self._batches.results(id, states=states, after=after, limit=limit, backwards=backwards)
        return tuple(found)

    def describe(self, id: str, visitor: Visitor, **values: Any) -> Batch:
        """Change ``name``, ``template``, ``concurrency`` or ``max_cost``."""
        self.get(id, visitor)
        _check_limits(values.get("concurrency"), values.get("max_cost"))
        if "name" in values:
            values["name"] = checked_name(values["name"])
        self._batches.describe(id, **values)
        self._feeder.wake()
        return self.get(id, visitor)

    def start(self, id: str, visitor: Visitor) -> Batch:
        """Run a batch that is planned, paused, or has rows again; its pictures go into a collection of its own.

        Raises JobStateError if there is nothing to run, it runs already, or it is an avatar set, which looks at what
        its prompts cost before it starts.
        """
        if self.get(id, visitor).growing:
            raise JobStateError(f"This is an avatar set. Its own page starts it, or `gesso avatars start {id}`.")
        return self.start_any(id, visitor)

    def start_any(self, id: str, visitor: Visitor) -> Batch:
        """As ``start``; for what has looked at a set's prompts."""
        batch = self.get(id, visitor)
        if not batch.growing and not self._batches.progress(id).count(RowState.WAITING, *OPEN_ROWS):
            raise JobStateError("No row of this batch waits to be sent.")
        if visitor.api_key is not None:
            self._feeder.keep_key(id, visitor.api_key)
        now = self._clock()
        values: dict[str, Any] = {"note": "", "finished_at": None, "started_at": batch.started_at or now}
        values |= {"own_key": visitor.api_key is not None, "collection_id": self._collection(batch, visitor)}
        if not self._batches.move(id, BatchState.RUNNING, expected=RUNNABLE, **values):
            raise JobStateError("This batch runs already.")
        self._feeder.wake()
        return self.get(id, visitor)

    def pause(self, id: str, visitor: Visitor) -> Batch:
        """Submit no more rows and take back those that were handed over but not sent; what runs comes to its end."""
        self.get(id, visitor)
        if not self._batches.move(id, BatchState.PAUSED, expected=[BatchState.RUNNING]):
            raise JobStateError("This batch does not run, so there is nothing to pause.")
        for job_id in self._batches.open_jobs(id):
            self._studio.take_back(job_id, visitor)
        return self.get(id, visitor)

    def cancel(self, id: str, visitor: Visitor, *, running_too: bool = False) -> Batch:
        """Give up what was not sent: rows that wait, jobs that wait.

        What runs was sent and may be billed, so it comes to its end and its pictures are kept; with
        ``running_too`` it is stopped as well.
        """
        self.get(id, visitor)
        live = [BatchState.RUNNING, BatchState.PAUSED, BatchState.PLANNED]
        live += [BatchState.CANCELLED] * running_too  # the second thought comes after the first
        if not self._batches.move(id, BatchState.CANCELLED, expected=live, finished_at=self._clock()):
            raise JobStateError("This batch has ended, so there is nothing to cancel.")
        self._batches.set_states(id, [RowState.WAITING], RowState.CANCELLED)
        for job_id in self._batches.open_jobs(id):
            if not self._studio.cancel_unsent(job_id, visitor) and running_too:
                self._studio.cancel(job_id, visitor)
        return self.get(id, visitor)

    def retry(self, id: str, visitor: Visitor, *, positions: Collection[int] | None = None) -> int:
        """Let failed, cancelled and unsendable rows wait again and run the batch; returns how many.

        A row that may have been billed (unknown, or cancelled after it was sent) is resolved first, as a single job is.
        """
        batch = self.get(id, visitor)
        count = self._price_again(id, positions, visitor)
        count += self._batches.set_states(id, RETRIED_ROWS, RowState.WAITING, positions=positions)
        if count and batch.state is not BatchState.RUNNING:
            self.start_any(id, visitor)
        self._feeder.wake()
        return count

    def to_retry(self, id: str, visitor: Visitor, *, positions: Collection[int] | None = None) -> tuple[Row, ...]:
        """The rows that ``retry`` sends, or sees whether it can; ``Progress.again`` and ``to_retry`` sum up all."""
        self.get(id, visitor)
        rows = self._batches.rows(id, states=AGAIN_ROWS, limit=MAX_ROWS, settled=True)
        return tuple(row for row in rows if positions is None or row.position in positions)

    def remove(self, id: str, visitor: Visitor) -> None:
        """Forget a batch that does not run; its jobs and pictures stay in the history."""
        batch = self.get(id, visitor)
        if batch.state is BatchState.RUNNING or self._batches.progress(id).open:
            raise JobStateError("This batch runs. Cancel it first.")
        self._batches.remove(id)

    def wait(self, id: str, visitor: Visitor, seen: Callable[[Batch, Progress], None]) -> Batch:
        """Look at a batch again and again until nothing of it runs any more; for doors that may wait.

        ``seen`` is called at each look and does the waiting in between.
        """
        while True:
            batch, progress = self.get(id, visitor), self._batches.progress(id)
            seen(batch, progress)
            if batch.state is not BatchState.RUNNING and not progress.open:
                return batch

    def _priced(self, row: PlannedRow, visitor: Visitor) -> PlannedRow:
        try:
            return replace(row, estimate=self._studio.estimate(row.request, visitor))
        except (InvalidRequestError, NotFoundError) as error:
            return replace(row, problem=str(error))

    def _price_again(self, id: str, positions: Collection[int] | None, visitor: Visitor) -> int:
        """Rows that could not be sent may be sendable now: a model came back, a setting changed. Returns how many."""
        mended = 0
        for row in self._batches.rows(id, states=[RowState.PROBLEM], limit=MAX_ROWS):
            if positions is None or row.position in positions:
                planned = self._priced(PlannedRow(request=row.request, name=row.name, columns=row.columns), visitor)
                self._batches.change(id, row.position, planned)
                mended += not planned.problem
        return mended

    def _collection(self, batch: Batch, visitor: Visitor) -> str:
        """The batch's own collection, made at its first start, under a name that is free."""
        if batch.collection_id is not None:
            return batch.collection_id
        taken = {one.name.casefold() for one in self._history.collections(visitor)}
        names = [batch.name, *(f"{batch.name} ({number})" for number in range(2, len(taken) + 3))]
        name = next(name for name in names if name.casefold() not in taken)
        return self._history.make_collection(name, visitor).id

    def _owner(self, visitor: Visitor) -> str | None:
        return None if self._shared or visitor.operator else visitor.owner


def _check_limits(concurrency: int | None, max_cost: Decimal | None) -> None:
    if concurrency is not None and not 1 <= concurrency <= MAX_CONCURRENCY:
        raise InvalidRequestError(f"concurrency must be from 1 to {MAX_CONCURRENCY:,}.", param="concurrency")
    if max_cost is not None and max_cost <= 0:
        raise InvalidRequestError("The limit must be more than $0.", param="max_cost")
