"""Reads of jobs with all that belongs to them, in a fixed number of queries."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, select

from core.domain.job import Job, JobState
from core.domain.money import ZERO
from core.storage.rows import to_call, to_image, to_job
from core.storage.tables import calls, images, jobs

JOBS_AT_ONCE = 500
"""Databases bound the parameters of one statement."""


def jobs_of(connection: Connection, rows: Sequence[RowMapping]) -> tuple[Job, ...]:
    """The jobs of these rows, in their order: two more queries per 500 of them."""
    found: list[Job] = []
    for start in range(0, len(rows), JOBS_AT_ONCE):
        part = rows[start : start + JOBS_AT_ONCE]
        ids = [row["id"] for row in part]
        their_calls = _by_job(connection, calls, calls.c.number, ids)
        their_images = _by_job(connection, images, images.c.position, ids)
        for row in part:
            mine = [to_call(call) for call in their_calls.get(row["id"], ())]
            found.append(to_job(row, mine, [to_image(image) for image in their_images.get(row["id"], ())]))
    return tuple(found)


def newest(*, owner: str | None, states: Collection[JobState], held_only: bool, before: str | None) -> Select[Any]:
    """Job rows, newest first; each filter has an index that ends with the id."""
    query = select(jobs).order_by(jobs.c.id.desc())
    if owner is not None:
        query = query.where(jobs.c.owner == owner)
    if states:
        query = query.where(jobs.c.state.in_([str(state) for state in states]))
    if held_only:
        query = query.where(jobs.c.held > ZERO)
    if before is not None:
        query = query.where(jobs.c.id < before)
    return query


def _by_job(connection: Connection, table: Table, order: Any, ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    query = select(table).where(table.c.job_id.in_(ids)).order_by(table.c.job_id, order)
    rows = connection.execute(query).mappings().all()
    return {job_id: list(group) for job_id, group in groupby(rows, key=lambda row: row["job_id"])}
