"""Batches in the database; a row's state is written in the same transactions as its job's."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select, true, update

from core.domain.batch import AGAIN_ROWS, OPEN_ROWS, Batch, BatchState, PlannedRow, Progress, Row, RowState
from core.domain.job import Job
from core.domain.money import ZERO, usd_text
from core.domain.request import request_from_json
from core.errors import BudgetExceededError, InvalidRequestError, JobStateError, NotFoundError
from core.storage.database import Database, in_turn
from core.storage.pictures import in_parts
from core.storage.selections import jobs_of
from core.storage.tables import batch_rows, batches, collected, images, jobs, pictures

BATCH_LOCK = 0x6765_7376
"""Key of the PostgreSQL advisory locks on a batch's limit; the second is the batch."""
WRITTEN_AT_ONCE = 1000
PLACES_PER_ROW = 10
UNSENT = ("waiting", "problem", "failed", "cancelled")
# Of a row: its job holds money though it has ended. Such a row is not sent again before somebody resolves that.
MAY_HAVE_BEEN_BILLED = select(jobs.c.id).where(jobs.c.id == batch_rows.c.job_id, jobs.c.held > ZERO).exists()
SAME_IN_BATCH = (
    "id", "owner", "name", "created_at", "started_at", "finished_at", "concurrency", "max_cost", "collection_id",
    "template", "own_key", "growing", "note",
)  # fmt: skip
SAME_IN_ROW = ("position", "name", "estimate_low", "estimate_high", "held", "problem", "job_id", "tries")


@dataclass(frozen=True, slots=True)
class SqlBatches:
    """Implements ``core.services.batch_ports.Batches``; usable from any thread. Every method may raise StorageError."""

    database: Database

    def make(self, batch: Batch, rows: Sequence[PlannedRow]) -> None:
        values = {name: getattr(batch, name) for name in SAME_IN_BATCH} | {"state": str(batch.state)}
        with self.database.write() as connection:
            connection.execute(insert(batches), values)
            _insert_rows(connection, batch.id, rows, after=0)

    def add(self, id: str, rows: Sequence[PlannedRow], *, at_most: int) -> int:
        count = select(func.coalesce(func.max(batch_rows.c.position), 0), func.count())
        with self.database.write() as connection:
            in_turn(connection, BATCH_LOCK, id)
            last, there = connection.execute(count.where(batch_rows.c.batch_id == id)).one()
            if there + len(rows) > at_most:
                raise InvalidRequestError(
                    f"The batch has {there:,} rows and takes {at_most:,}; {len(rows):,} more are too many. "
                    "Make a second batch of them."
                )
            _insert_rows(connection, id, rows, after=last)
            return int(there) + len(rows)

    def add_new(self, id: str, rows: Sequence[PlannedRow], *, price: Callable[[PlannedRow], PlannedRow]) -> int:
        with self.database.read() as connection:
            there = _names(connection, id, rows)
        priced = [price(row) for row in rows if row.name not in there]  # reads models and files: not while we write
        if not priced:
            return 0
        last = select(func.coalesce(func.max(batch_rows.c.position), 0)).where(batch_rows.c.batch_id == id)
        with self.database.write() as connection:
            in_turn(connection, BATCH_LOCK, id)
            there = _names(connection, id, priced)
            new = [row for row in priced if row.name not in there]
            if new:
                _insert_rows(connection, id, new, after=connection.execute(last).scalar_one())
            return len(new)

    def get(self, id: str, owner: str | None) -> Batch:
        query = select(batches).where(batches.c.id == id, true() if owner is None else batches.c.owner == owner)
        with self.database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"There is no batch {id}.", kind="batch", id=id)
        return _to_batch(row)

    def all(self, owner: str | None, *, states: Collection[BatchState] = (), limit: int = 50) -> tuple[Batch, ...]:
        query = select(batches).order_by(batches.c.id.desc()).limit(limit)
        if owner is not None:
            query = query.where(batches.c.owner == owner)
        if states:
            query = query.where(batches.c.state.in_([str(state) for state in states]))
        with self.database.read() as connection:
            return tuple(_to_batch(row) for row in connection.execute(query).mappings())

    def move(self, id: str, to: BatchState, *, expected: Collection[BatchState], **values: Any) -> bool:
        where = (batches.c.id == id, batches.c.state.in_([str(state) for state in expected]))
        free = {"feeder": None, "fed_until": None} if to is not BatchState.RUNNING else {}
        with self.database.write() as connection:
            change = update(batches).where(*where).values({"state": str(to), **free, **values})
            return connection.execute(change).rowcount == 1

    def describe(self, id: str, **values: Any) -> None:
        with self.database.write() as connection:
            connection.execute(update(batches).where(batches.c.id == id).values(values))

    def remove(self, id: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(batches).where(batches.c.id == id))

    def rows(
        self, id: str, *, states: Collection[RowState] = (), after: int = 0, limit: int = 100, settled: bool = False
    ) -> tuple[Row, ...]:
        with self.database.read() as connection:
            return tuple(_to_row(row) for row in _rows_beyond(connection, id, states, after, limit, settled=settled))

    def row(self, id: str, position: int) -> Row:
        with self.database.read() as connection:
            row = connection.execute(select(batch_rows).where(*_at(id, position))).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"The batch has no row {position}.", kind="row", id=str(position))
        return _to_row(row)

    def change(self, id: str, position: int, row: PlannedRow) -> bool:
        where = (*_at(id, position), batch_rows.c.state.in_(UNSENT), ~MAY_HAVE_BEEN_BILLED)
        with self.database.write() as connection:
            changed = update(batch_rows).where(*where).values(_planned_values(row) | {"job_id": None})
            return connection.execute(changed).rowcount == 1

    def take_out(self, id: str, positions: Collection[int]) -> int:
        unsent = (batch_rows.c.batch_id == id, batch_rows.c.job_id.is_(None), batch_rows.c.state.in_(UNSENT))
        with self.database.write() as connection:
            parts = (batch_rows.c.position.in_(part) for part in in_parts(list(positions)))
            return sum(connection.execute(delete(batch_rows).where(*unsent, part)).rowcount for part in parts)

    def set_states(
        self, id: str, expected: Collection[RowState], to: RowState, *, positions: Collection[int] | None = None
    ) -> int:
        where = (batch_rows.c.batch_id == id, batch_rows.c.state.in_([str(state) for state in expected]))
        change = update(batch_rows).where(*where).values(state=str(to))
        if to is RowState.WAITING:
            change = change.where(~MAY_HAVE_BEEN_BILLED).values(job_id=None, problem="")
        with self.database.write() as connection:
            if positions is None:
                return connection.execute(change).rowcount
            parts = (batch_rows.c.position.in_(part) for part in in_parts(list(positions)))
            return sum(connection.execute(change.where(part)).rowcount for part in parts)

    def set_problem(self, id: str, position: int, problem: str) -> None:
        where = (*_at(id, position), batch_rows.c.state == "waiting")
        with self.database.write() as connection:
            connection.execute(update(batch_rows).where(*where).values(state="problem", problem=problem))

    def progress(self, id: str) -> Progress:
        counts = select(batch_rows.c.state, func.count(), func.sum(batch_rows.c.held))
        counts = counts.where(batch_rows.c.batch_id == id).group_by(batch_rows.c.state)
        with self.database.read() as connection:
            found = {RowState(state): (number, held) for state, number, held in connection.execute(counts)}
            spent, held = _money(connection, id)
            undecided = _undecided(connection, id) if held else {}
        return Progress(
            rows={state: number for state, (number, _) in found.items()},
            undecided={state: number for state, (number, _) in undecided.items()},
            spent=spent,
            held=held,
            to_come=_price(found, RowState.WAITING),
            to_retry=_price(found, *AGAIN_ROWS) - _price(undecided, *AGAIN_ROWS),
        )

    def spent(self, ids: Sequence[str]) -> Mapping[str, Decimal]:
        query = select(jobs.c.batch_id, func.sum(jobs.c.charged)).group_by(jobs.c.batch_id)
        with self.database.read() as connection:
            return dict(connection.execute(query.where(jobs.c.batch_id.in_(ids))).tuples().all())

    def open_jobs(self, id: str) -> tuple[str, ...]:
        query = select(batch_rows.c.job_id).where(batch_rows.c.batch_id == id)
        query = query.where(batch_rows.c.state.in_([str(state) for state in OPEN_ROWS]))
        with self.database.read() as connection:
            return tuple(connection.execute(query.order_by(batch_rows.c.position.desc())).scalars())

    def results(
        self, id: str, *, states: Collection[RowState] = (), after: int = 0, limit: int = 100, backwards: bool = False
    ) -> Iterator[tuple[Row, Job | None]]:
        with self.database.read() as connection:
            rows = [_to_row(row) for row in _rows_beyond(connection, id, states, after, limit, backwards=backwards)]
            ids = [row.job_id for row in rows if row.job_id is not None]
            found = connection.execute(select(jobs).where(jobs.c.id.in_(ids))).mappings().all()
            theirs = {job.id: job for job in jobs_of(connection, found)}
        return ((row, theirs.get(row.job_id or "")) for row in rows)

    def to_feed(self, feeder: str, own_keys: Collection[str], *, now: datetime, until: datetime) -> tuple[Batch, ...]:
        mine = or_(batches.c.feeder.is_(None), batches.c.feeder == feeder, batches.c.fed_until < now)
        where = (batches.c.state == "running", mine, or_(~batches.c.own_key, batches.c.id.in_(own_keys)))
        with self.database.read() as connection:
            wanted = connection.execute(select(batches).where(*where).order_by(batches.c.id)).mappings().all()
        half = now + (until - now) / 2
        stale = [row["id"] for row in wanted if row["feeder"] != feeder or row["fed_until"] < half]
        if stale:
            with self.database.write() as connection:
                change = update(batches).where(*where, batches.c.id.in_(stale)).values(feeder=feeder, fed_until=until)
                taken = set(connection.execute(change.returning(batches.c.id)).scalars())
            wanted = [row for row in wanted if row["id"] not in stale or row["id"] in taken]
        return tuple(_to_batch(row) for row in wanted)

    def let_go(self, feeder: str) -> None:
        mine = (batches.c.feeder == feeder, batches.c.state == "running", ~batches.c.own_key)
        with self.database.read() as connection:
            if not connection.execute(select(batches.c.id).where(*mine).limit(1)).first():
                return
        with self.database.write() as connection:
            connection.execute(update(batches).where(*mine).values(feeder=None, fed_until=None))

    def orphaned(self, now: datetime) -> tuple[str, ...]:
        query = select(batches.c.id).where(batches.c.state == "running", batches.c.own_key, batches.c.fed_until < now)
        with self.database.read() as connection:
            return tuple(connection.execute(query).scalars())


def take_row(connection: Connection, job: Job, position: int) -> None:
    """Give a waiting row of a running batch this job, whose row exists; in the transaction that opens the job.

    Raises JobStateError if somebody else took it or the batch does not run, and BudgetExceededError above its limit.
    """
    in_turn(connection, BATCH_LOCK, str(job.batch_id))
    where = (*_at(str(job.batch_id), position), batch_rows.c.state == "waiting")
    batch = select(batches.c.max_cost).where(batches.c.id == job.batch_id, batches.c.state == "running")
    limits = connection.execute(batch).scalars().all()
    taken = update(batch_rows).where(*where).values(state="queued", job_id=job.id, tries=batch_rows.c.tries + 1)
    if not limits or connection.execute(taken).rowcount != 1:
        raise JobStateError(f"Row {position} was sent already, or its batch does not run.")
    if limits[0] is not None:
        _check_limit(connection, job, limits[0])


def follow(connection: Connection, job_id: str, state: str) -> None:
    """Write a job's new state into its row, if it has one."""
    connection.execute(update(batch_rows).where(batch_rows.c.job_id == job_id).values(state=state))


def put_back(connection: Connection, job_id: str) -> None:
    """Let the row of a job that was not sent wait as if it had not had this job."""
    change = update(batch_rows).where(batch_rows.c.job_id == job_id)
    connection.execute(change.values(state="waiting", job_id=None, tries=batch_rows.c.tries - 1))


def collect(connection: Connection, job_id: str) -> None:
    """Put a batch's new pictures into its collection, in the order of its rows."""
    place = batch_rows.c.position * PLACES_PER_ROW + images.c.position
    query = (
        select(batches.c.collection_id, pictures.c.place, place.label("position"))
        .select_from(batch_rows)
        .join(batches, batches.c.id == batch_rows.c.batch_id)
        .join(pictures, pictures.c.job_id == batch_rows.c.job_id)
        .join(images, images.c.id == pictures.c.image_id)
        .where(batch_rows.c.job_id == job_id, batches.c.collection_id.is_not(None))
        .where(~select(collected).where(
            collected.c.collection_id == batches.c.collection_id, collected.c.place == pictures.c.place
        ).exists())
    )  # fmt: skip
    if found := connection.execute(query).mappings().all():
        connection.execute(insert(collected), [dict(row) for row in found])


def _check_limit(connection: Connection, job: Job, limit: Decimal) -> None:
    spent, held = _money(connection, str(job.batch_id))
    if spent + held > limit:  # this job's own reservation is in it
        raise BudgetExceededError(
            f"The batch may cost {usd_text(limit)}; with the next row, for up to {usd_text(job.held)}, it could cost "
            "more. Raise its limit to go on.",
            limit=limit,
            spent=spent + held - job.held,
            estimate=job.held,
        )


def _money(connection: Connection, id: str) -> tuple[Decimal, Decimal]:
    query = select(func.sum(jobs.c.charged), func.sum(jobs.c.held)).where(jobs.c.batch_id == id)
    spent, held = connection.execute(query).one()
    return spent or ZERO, held or ZERO


def _undecided(connection: Connection, id: str) -> dict[RowState, tuple[int, Decimal]]:
    """Of each state the rows that may have been billed, and their price; begins with the few jobs that hold money."""
    query = select(batch_rows.c.state, func.count(), func.sum(batch_rows.c.held))
    query = query.join(jobs, jobs.c.id == batch_rows.c.job_id).where(jobs.c.batch_id == id, jobs.c.held > ZERO)
    query = query.where(batch_rows.c.state.not_in([str(state) for state in OPEN_ROWS]))
    found = connection.execute(query.group_by(batch_rows.c.state))
    return {RowState(state): (number, held) for state, number, held in found}


def _price(found: Mapping[RowState, tuple[int, Decimal]], *states: RowState) -> Decimal:
    return sum((found[state][1] for state in states if state in found), ZERO)


def _names(connection: Connection, id: str, rows: Sequence[PlannedRow]) -> set[str]:
    """Which of these rows' names the batch has already."""
    found: set[str] = set()
    for part in in_parts([row.name for row in rows]):
        query = select(batch_rows.c.name).where(batch_rows.c.batch_id == id, batch_rows.c.name.in_(part))
        found |= set(connection.execute(query).scalars())
    return found


def _insert_rows(connection: Connection, id: str, rows: Sequence[PlannedRow], *, after: int) -> None:
    for start in range(0, len(rows), WRITTEN_AT_ONCE):
        part = enumerate(rows[start : start + WRITTEN_AT_ONCE], after + start + 1)
        values = [_planned_values(row) | {"batch_id": id, "position": at, "tries": 0} for at, row in part]
        connection.execute(insert(batch_rows), values)


def _planned_values(row: PlannedRow) -> dict[str, Any]:
    price = row.estimate
    return {
        "request": row.request.to_json(),
        "name": row.name,
        "columns": dict(row.columns) or None,
        "state": "problem" if row.problem else "waiting",
        "estimate_low": price.low if price else None,
        "estimate_high": price.high if price else None,
        "held": price.held if price else ZERO,
        "problem": row.problem,
    }


def _rows_beyond(
    connection: Connection,
    id: str,
    states: Collection[RowState],
    after: int,
    limit: int,
    *,
    backwards: bool = False,
    settled: bool = False,
) -> Sequence[RowMapping]:
    place = batch_rows.c.position
    beyond = place > after if not backwards else place < after if after else true()
    query = select(batch_rows).where(batch_rows.c.batch_id == id, beyond)
    if states:
        query = query.where(batch_rows.c.state.in_([str(state) for state in states]))
    if settled:
        query = query.where(~MAY_HAVE_BEEN_BILLED)
    return connection.execute(query.order_by(place.desc() if backwards else place).limit(limit)).mappings().all()


def _at(id: str, position: int) -> tuple[Any, Any]:
    return batch_rows.c.batch_id == id, batch_rows.c.position == position


def _to_batch(row: RowMapping) -> Batch:
    return Batch(**{name: row[name] for name in SAME_IN_BATCH}, state=BatchState(row["state"]))


def _to_row(row: RowMapping) -> Row:
    return Row(
        **{name: row[name] for name in SAME_IN_ROW},
        request=request_from_json(row["request"]),
        columns=row["columns"] or {},
        state=RowState(row["state"]),
    )
