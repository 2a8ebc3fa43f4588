"""Whole records out of the database and into it, for archives of the library."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, delete, func, insert, select, text, update

from core.domain.job import FINAL_STATES, StoredImage
from core.domain.request import EditRequest
from core.domain.transfer import CollectedSet, Filing, Record
from core.storage.database import Database
from core.storage.pictures import file_pictures, in_parts
from core.storage.rows import call_row, entry_row, image_row, job_row, to_entry, to_image
from core.storage.selections import grouped, jobs_with
from core.storage.tables import calls, collected, collections, images, jobs, ledger, parents, pictures, tags

IMPORT_LOCK = 0x6765_7373_6F03
"""Key of the PostgreSQL advisory lock under which records are written."""
FINAL = [str(state) for state in FINAL_STATES]


@dataclass(frozen=True, slots=True)
class SqlTransfers:
    """Implements ``core.services.library_ports.Transfers``. Every method may raise StorageError."""

    database: Database

    def finished_jobs(self, owner: str | None) -> tuple[str, ...]:
        query = _of(owner, select(jobs.c.id), jobs.c.owner).where(jobs.c.state.in_(FINAL)).order_by(jobs.c.id)
        with self.database.read() as connection:
            return tuple(connection.execute(query).scalars())

    def jobs_of(self, image_ids: Sequence[str], owner: str | None) -> tuple[str, ...]:
        query = _of(owner, select(pictures.c.job_id).distinct(), pictures.c.owner)
        query = query.join(jobs, jobs.c.id == pictures.c.job_id).where(jobs.c.state.in_(FINAL))
        with self.database.read() as connection:
            parts = (query.where(pictures.c.image_id.in_(part)) for part in in_parts(image_ids))
            return tuple(sorted({id for part in parts for id in connection.execute(part).scalars()}))

    def count(self, owner: str | None) -> int:
        with self.database.read() as connection:
            query = _of(owner, select(func.count(pictures.c.place)), pictures.c.owner)
            return int(connection.execute(query).scalar_one())

    def records(self, job_ids: Sequence[str]) -> tuple[Record, ...]:
        found: dict[str, Record] = {}
        with self.database.read() as connection:
            for part in in_parts(job_ids):
                found |= _records(connection, part)
        return tuple(found[id] for id in job_ids if id in found)

    def sets(self, owner: str | None) -> tuple[CollectedSet, ...]:
        query = _of(owner, select(collections, pictures.c.image_id.label("face")), collections.c.owner)
        query = query.outerjoin(pictures, pictures.c.place == collections.c.cover).order_by(collections.c.id)
        with self.database.read() as connection:
            return tuple(_to_set(connection, row) for row in connection.execute(query).mappings().all())

    def owners(self, job_ids: Sequence[str]) -> dict[str, str]:
        query = select(jobs.c.id, jobs.c.owner)
        with self.database.read() as connection:
            parts = (query.where(jobs.c.id.in_(part)) for part in in_parts(job_ids))
            return {row.id: row.owner for part in parts for row in connection.execute(part)}

    def contents(self, hashes: Sequence[str], owner: str | None) -> set[str]:
        query = _of(owner, select(images.c.sha256), pictures.c.owner)
        query = query.join(pictures, pictures.c.image_id == images.c.id)
        with self.database.read() as connection:
            parts = (query.where(images.c.sha256.in_(part)) for part in in_parts(hashes))
            return {sha256 for part in parts for sha256 in connection.execute(part).scalars()}

    def put(self, records: Sequence[Record], *, now: datetime, foreign_parents: bool) -> int:
        with self.database.write() as connection:
            if self.database.is_postgresql:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})
            known = {id for part in in_parts([record.job.id for record in records]) for id in _known(connection, part)}
            new = 0
            for record in records:
                if record.job.id not in known:
                    _insert_job(connection, record, foreign_parents=foreign_parents)
                new += _put_images(connection, record, now)
            return new

    def put_set(self, collected_set: CollectedSet) -> None:
        with self.database.write() as connection:
            id = _same_set(connection, collected_set) or _new_set(connection, collected_set)
            places = _places(connection, collected_set.images, collected_set.owner)
            there = set(connection.execute(select(collected.c.place).where(collected.c.collection_id == id)).scalars())
            last = select(func.coalesce(func.max(collected.c.position), 0)).where(collected.c.collection_id == id)
            start = connection.execute(last).scalar_one() + 1
            new = [places[image_id] for image_id in collected_set.images if image_id in places]
            rows = [
                {"collection_id": id, "place": place, "position": position}
                for position, place in enumerate((place for place in dict.fromkeys(new) if place not in there), start)
            ]
            if rows:
                connection.execute(insert(collected), rows)
            if collected_set.cover in places:
                bare = and_(collections.c.id == id, collections.c.cover.is_(None))
                connection.execute(update(collections).where(bare).values(cover=places[collected_set.cover]))


def _of(owner: str | None, query: Select[Any], column: Any) -> Select[Any]:
    return query if owner is None else query.where(column == owner)


def _records(connection: Connection, job_ids: Sequence[str]) -> dict[str, Record]:
    rows = connection.execute(select(jobs).where(jobs.c.id.in_(job_ids))).mappings().all()
    listed = select(images, pictures.c.favourite, pictures.c.trashed_at)
    listed = listed.outerjoin(pictures, pictures.c.image_id == images.c.id).order_by(images.c.job_id, images.c.position)
    theirs = grouped(connection, listed.where(images.c.job_id.in_(job_ids)))
    money = select(ledger).where(ledger.c.job_id.in_(job_ids)).order_by(ledger.c.job_id, ledger.c.id)
    entries = grouped(connection, money)
    tagged = select(images.c.job_id, images.c.id, tags.c.tag).join(pictures, pictures.c.image_id == images.c.id)
    tagged = tagged.join(tags, tags.c.place == pictures.c.place).where(images.c.job_id.in_(job_ids))
    words = grouped(connection, tagged.order_by(images.c.job_id, tags.c.tag))
    whole = {job_id: [to_image(row) for row in group] for job_id, group in theirs.items()}
    return {
        job.id: Record(
            job=job,
            entries=tuple(map(to_entry, entries.get(job.id, ()))),
            filings=_filings(theirs.get(job.id, ()), words.get(job.id, ())),
            gone=tuple(row["id"] for row in theirs.get(job.id, ()) if row["purged_at"] is not None),
        )
        for job in jobs_with(connection, rows, whole)
    }


def _filings(rows: Iterable[RowMapping], tagged: Iterable[RowMapping]) -> dict[str, Filing]:
    words: dict[str, list[str]] = {}
    for row in tagged:
        words.setdefault(row["id"], []).append(row["tag"])
    filings = {
        row["id"]: Filing(
            favourite=bool(row["favourite"]), trashed_at=row["trashed_at"], tags=tuple(words.get(row["id"], ()))
        )
        for row in rows
    }
    return {id: filing for id, filing in filings.items() if filing != Filing()}


def _known(connection: Connection, job_ids: Sequence[str]) -> Iterable[str]:
    return connection.execute(select(jobs.c.id).where(jobs.c.id.in_(job_ids))).scalars()


def _insert_job(connection: Connection, record: Record, *, foreign_parents: bool) -> None:
    job = record.job
    connection.execute(insert(jobs), job_row(job) | {"worker": None, "lease_until": None})
    for table, rows in (
        (calls, [call_row(job.id, call) for call in job.calls]),
        (ledger, [entry_row(entry) for entry in record.entries]),
    ):
        if rows:
            connection.execute(insert(table), rows)
    if isinstance(job.request, EditRequest) and any(job.request.parents):
        wanted = [id for id in dict.fromkeys(job.request.parents) if id]
        there = select(images.c.id).join(jobs, jobs.c.id == images.c.job_id).where(images.c.id.in_(wanted))
        linked = connection.execute(_of(None if foreign_parents else job.owner, there, jobs.c.owner)).scalars().all()
        if linked:
            connection.execute(insert(parents), [{"job_id": job.id, "image_id": id} for id in linked])


def _put_images(connection: Connection, record: Record, now: datetime) -> int:
    """Write the images that are new, and bring back those that were deleted; returns how many pictures are new."""
    query = select(images.c.id, images.c.purged_at).where(images.c.job_id == record.job.id)
    there = {row.id: row.purged_at for row in connection.execute(query)}
    unknown = [image for image in record.images if image.id not in there]
    if unknown:
        gone = set(record.gone)
        rows = [image_row(image) | {"purged_at": now if image.id in gone else None} for image in unknown]
        connection.execute(insert(images), rows)
    present = list(record.present)
    back = [image.id for image in present if there.get(image.id) is not None]
    if back:
        connection.execute(update(images).where(images.c.id.in_(back)).values(purged_at=None))
    fresh = [image for image in present if image.id in back or image.id not in there]
    file_pictures(connection, record.job.id, fresh)
    _take_over(connection, fresh, now)
    return _file_as(connection, record, fresh)


def _file_as(connection: Connection, record: Record, fresh: Sequence[StoredImage]) -> int:
    results = {image.id for image in record.job.images}
    for image in fresh:
        filing = record.filings.get(image.id)
        if filing is None or image.id not in results:
            continue
        mine = pictures.c.image_id == image.id
        kept = {"favourite": filing.favourite, "trashed_at": filing.trashed_at}
        connection.execute(update(pictures).where(mine).values(kept))
        place = connection.execute(select(pictures.c.place).where(mine)).scalar_one()
        if filing.tags:
            rows = [{"tag": tag, "place": place, "owner": record.job.owner} for tag in filing.tags]
            connection.execute(insert(tags), rows)
    return sum(image.id in results for image in fresh)


def _take_over(connection: Connection, fresh: Sequence[StoredImage], now: datetime) -> None:
    """A file that was recovered without its row has it now: it is not listed twice."""
    for part in in_parts([image.ref.sha256 for image in fresh]):
        doubled = select(images.c.id).join(jobs, jobs.c.id == images.c.job_id)
        doubled = doubled.where(images.c.sha256.in_(part), jobs.c.provider == "recovered")
        ids = connection.execute(doubled.where(images.c.purged_at.is_(None))).scalars().all()
        if ids:
            connection.execute(update(images).where(images.c.id.in_(ids)).values(purged_at=now))
            connection.execute(delete(pictures).where(pictures.c.image_id.in_(ids)))


def _to_set(connection: Connection, row: RowMapping) -> CollectedSet:
    query = (
        select(pictures.c.image_id)
        .join(collected, collected.c.place == pictures.c.place)
        .where(collected.c.collection_id == row["id"])
        .order_by(collected.c.position, collected.c.place)
    )
    same = {name: row[name] for name in ("id", "owner", "name", "notes", "created_at")}
    return CollectedSet(**same, cover=row["face"], images=tuple(connection.execute(query).scalars()))


def _same_set(connection: Connection, wanted: CollectedSet) -> str | None:
    query = select(collections.c.id, collections.c.name).where(collections.c.owner == wanted.owner)
    known = {row.id: row.name.casefold() for row in connection.execute(query)}
    if wanted.id in known:
        return wanted.id
    return next((id for id, name in known.items() if name == wanted.name.casefold()), None)


def _new_set(connection: Connection, wanted: CollectedSet) -> str:
    row = {name: getattr(wanted, name) for name in ("id", "owner", "name", "notes", "created_at")}
    connection.execute(insert(collections), row)
    return wanted.id


def _places(connection: Connection, image_ids: Sequence[str], owner: str) -> dict[str | None, int]:
    query = select(pictures.c.image_id, pictures.c.place).where(pictures.c.owner == owner)
    parts = (query.where(pictures.c.image_id.in_(part)) for part in in_parts(image_ids))
    return {row.image_id: row.place for part in parts for row in connection.execute(part)}
