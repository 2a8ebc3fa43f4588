"""Reads of jobs with all that belongs to them, in a fixed number of queries."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from core.domain.job import Job, JobState, StoredImage
from core.domain.money import ZERO
from core.storage.rows import to_call, to_image, to_job
from core.storage.tables import calls, images, jobs, pictures

JOBS_AT_ONCE = 500
"""Databases bound the parameters of one statement."""


def jobs_of(connection: Connection, rows: Sequence[RowMapping]) -> tuple[Job, ...]:
    """The jobs of these rows, in their order: two more queries per 500 of them."""
    found: list[Job] = []
    for start in range(0, len(rows), JOBS_AT_ONCE):
        part = rows[start : start + JOBS_AT_ONCE]
        ids = [row["id"] for row in part]
        theirs = grouped(connection, _images_of(ids))
        found += jobs_with(connection, part, {id: [to_image(row) for row in rows] for id, rows in theirs.items()})
    return tuple(found)


def jobs_with(
    connection: Connection, rows: Sequence[RowMapping], images: Mapping[str, Sequence[StoredImage]]
) -> Iterator[Job]:
    """The jobs of these rows with images that are known already."""
    their_calls = grouped(connection, _calls_of([row["id"] for row in rows]))
    for row in rows:
        yield to_job(row, [to_call(call) for call in their_calls.get(row["id"], ())], images.get(row["id"], ()))


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


def _calls_of(ids: Sequence[str]) -> Select[Any]:
    return select(calls).where(calls.c.job_id.in_(ids)).order_by(calls.c.job_id, calls.c.number)


def _images_of(ids: Sequence[str]) -> Select[Any]:
    """Images that were not deleted for good, and whether they lie in the trash."""
    query = select(images, pictures.c.trashed_at).outerjoin(pictures, pictures.c.image_id == images.c.id)
    query = query.where(images.c.job_id.in_(ids), images.c.purged_at.is_(None))
    return query.order_by(images.c.job_id, images.c.position)


def grouped(connection: Connection, query: Select[Any]) -> dict[str, list[RowMapping]]:
    """What a query finds, by its jobs; it must come in their order."""
    rows = connection.execute(query).mappings().all()
    return {job_id: list(group) for job_id, group in groupby(rows, key=lambda row: row["job_id"])}
