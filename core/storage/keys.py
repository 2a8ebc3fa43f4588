"""API keys in the database, and what the requests of each are held to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, case, func, insert, select, update

from core.domain.api_key import ApiKey
from core.domain.job import Job
from core.domain.ledger import Budgets, Spending, day_start, month_start
from core.domain.money import ZERO
from core.errors import TooManyRequestsError
from core.storage.database import Database, in_turn
from core.storage.pictures import in_parts
from core.storage.tables import api_keys, jobs

KEY_LOCK = 0x6765_7375
"""First key of the PostgreSQL advisory locks on an API key's limits; the second is the key's id."""
MINUTE = timedelta(minutes=1)
SAME = tuple(field.name for field in fields(ApiKey) if field.name != "budgets")


@dataclass(frozen=True, slots=True)
class SqlKeys:
    """Implements ``core.services.key_ports.Keys``; usable from any thread.

    Every method may raise StorageError.
    """

    database: Database

    def add(self, key: ApiKey, digest: str) -> None:
        with self.database.write() as connection:
            connection.execute(insert(api_keys), _row(key) | {"digest": digest})

    def beginning(self, shown: str) -> tuple[tuple[ApiKey, str], ...]:
        query = select(api_keys).where(api_keys.c.shown == shown)
        with self.database.read() as connection:
            return tuple((_to_key(row), row["digest"]) for row in connection.execute(query).mappings())

    def all(self, owner: str | None) -> tuple[ApiKey, ...]:
        query = select(api_keys).order_by(api_keys.c.id.desc())
        if owner is not None:
            query = query.where(api_keys.c.owner == owner)
        with self.database.read() as connection:
            return tuple(_to_key(row) for row in connection.execute(query).mappings())

    def revoke(self, id: str, *, now: datetime) -> None:
        live = and_(api_keys.c.id == id, api_keys.c.revoked_at.is_(None))
        with self.database.write() as connection:
            connection.execute(update(api_keys).where(live).values(revoked_at=now))

    def used(self, id: str, *, now: datetime) -> None:
        with self.database.write() as connection:
            connection.execute(update(api_keys).where(api_keys.c.id == id).values(last_used_at=now))

    def spending(self, ids: Sequence[str], now: datetime) -> Mapping[str, tuple[Spending, Spending]]:
        with self.database.read() as connection:
            return {id: sums for part in in_parts(ids) for id, sums in _sums(connection, part, now).items()}


def check_limits(connection: Connection, job: Job, limits: Budgets, rate: int | None) -> None:
    """Raise TooManyRequestsError or BudgetExceededError if a new job is too much for its API key.

    The connection is in a writing transaction, and no other job of the key is opened until that ends.
    """
    if job.key_id is None or (rate is None and limits == Budgets()):
        return
    in_turn(connection, KEY_LOCK, job.key_id)
    if rate is not None:
        _check_rate(connection, job, rate)
    today, month = _sums(connection, [job.key_id], job.created_at).get(job.key_id, (Spending(), Spending()))
    limits.check(job.held, today, month, whose="this API key's")


def _check_rate(connection: Connection, job: Job, rate: int) -> None:
    """There may be ``rate`` jobs in any minute: the one that many ago says how long to wait."""
    mine = (jobs.c.key_id == job.key_id, jobs.c.created_at > job.created_at - MINUTE)
    query = select(jobs.c.created_at).where(*mine).order_by(jobs.c.created_at.desc()).offset(rate - 1).limit(1)
    nth = connection.execute(query).scalar()
    if nth is not None:
        wait = (nth + MINUTE - job.created_at).total_seconds()
        raise TooManyRequestsError(
            f"This API key may make {rate:,} request{'' if rate == 1 else 's'} a minute. Try again in {ceil(wait)} s.",
            retry_after=wait,
        )


def _sums(connection: Connection, ids: Sequence[str], now: datetime) -> dict[str, tuple[Spending, Spending]]:
    """What keys' jobs have been charged and hold, today and this month.

    A job's sums are those of its ledger entries, and all of these count at the moment when it was made.
    """
    today = jobs.c.created_at >= day_start(now)
    query = select(
        jobs.c.key_id,
        func.sum(case((today, jobs.c.charged))),
        func.sum(case((today, jobs.c.held))),
        func.sum(jobs.c.charged),
        func.sum(jobs.c.held),
    ).where(jobs.c.key_id.in_(ids), jobs.c.created_at >= month_start(now))
    rows = connection.execute(query.group_by(jobs.c.key_id))
    return {
        str(id): (Spending(spent=a or ZERO, held=b or ZERO), Spending(spent=c or ZERO, held=d or ZERO))
        for id, a, b, c, d in rows
    }


def _row(key: ApiKey) -> dict[str, Any]:
    same = {name: getattr(key, name) for name in SAME}
    return same | {"budget_day": key.budgets.day, "budget_month": key.budgets.month}


def _to_key(row: RowMapping) -> ApiKey:
    budgets = Budgets(day=row["budget_day"], month=row["budget_month"])
    return ApiKey(**{name: row[name] for name in SAME}, budgets=budgets)
