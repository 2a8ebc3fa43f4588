"""Requests that came before: found again, remembered in the transaction that makes their job, forgotten later."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select

from core.domain.job import Job
from core.domain.money import ZERO
from core.domain.once import RETRIED_WITHIN, Once
from core.errors import IdempotencyConflictError
from core.storage.database import in_turn
from core.storage.tables import jobs, once

REPEAT_LOCK = 0x6765_7374
"""First key of the PostgreSQL advisory locks on a request; the second is whose it is and what recognises it."""


def earlier(connection: Connection, wanted: Once, job: Job) -> str | None:
    """The id of the owner's job that this request made before; None if it is new.

    Raises IdempotencyConflictError where its key came with another body. The connection is in a
    writing transaction, and the same request waits until that ends.
    """
    in_turn(connection, REPEAT_LOCK, f"{job.owner} {wanted.key or wanted.body}")
    if wanted.key is not None:
        return _of_key(connection, wanted, job.owner)
    return _of_body(connection, wanted, job) if wanted.retried else None


def remember(connection: Connection, wanted: Once, job: Job) -> None:
    """Recognise this request from now on; its job's row must exist."""
    row = {"job_id": job.id, "owner": job.owner, "key": wanted.key, "body": wanted.body, "made_at": job.created_at}
    connection.execute(insert(once), row)


def supersede(connection: Connection, wanted: Once, owner: str) -> None:
    """Recognise the body of this request, which made no job, no longer: its retry must not find an older one's."""
    if wanted.key is None and not wanted.retried:
        connection.execute(delete(once).where(once.c.owner == owner, once.c.body == wanted.body, once.c.key.is_(None)))


def forget(connection: Connection, until: datetime) -> int:
    """Forget what was made until then; returns how many."""
    return connection.execute(delete(once).where(once.c.made_at <= until)).rowcount


def _of_key(connection: Connection, wanted: Once, owner: str) -> str | None:
    query = select(once.c.job_id, once.c.body).where(once.c.owner == owner, once.c.key == wanted.key)
    found = connection.execute(query).one_or_none()
    if found is not None and found.body != wanted.body:
        raise IdempotencyConflictError(
            f"This idempotency key came before with another request, which made job {found.job_id}. "
            "Send each new request with a new key."
        )
    return None if found is None else str(found.job_id)


def _of_body(connection: Connection, wanted: Once, job: Job) -> str | None:
    """The newest one within the time, unless it failed and certainly cost nothing: that is worth a second try."""
    same = (once.c.owner == job.owner, once.c.body == wanted.body, once.c.key.is_(None))
    worth = or_(jobs.c.state != "failed", jobs.c.held > ZERO, jobs.c.charged > ZERO)
    query = select(once.c.job_id, worth.label("worth")).join(jobs, jobs.c.id == once.c.job_id)
    query = query.where(*same, once.c.made_at > job.created_at - RETRIED_WITHIN)
    newest = connection.execute(query.order_by(once.c.made_at.desc()).limit(1)).one_or_none()
    return str(newest.job_id) if newest is not None and newest.worth else None
