"""The library in a database: lists and counts, favourites and tags, the trash, and what may be removed for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, literal, select, update

from core.domain.image import ImageRef
from core.domain.library import PAGE_SIZE, Facets, Filter, Lineage, Neighbours, Page, Picture, Sort
from core.domain.stock import Stock
from core.storage import pictures as rows
from core.storage.contents import purged_of
from core.storage.database import Database
from core.storage.lineage import lineage_of
from core.storage.stock import stock_of
from core.storage.tables import images, pictures, tags

CONTENT = ("sha256", "width", "height", "media_type", "bytes")
"""The columns of an image's row that make its ImageRef."""


@dataclass(frozen=True, slots=True)
class SqlLibrary:
    """Implements ``core.services.library_ports.Shelf``; usable from any thread. Every method may raise StorageError."""

    database: Database

    def find(
        self, wanted: Filter, owner: str | None, *, sort: Sort = Sort.NEWEST, after: str | None = None,
        before: str | None = None, size: int = PAGE_SIZE,
    ) -> Page:  # fmt: skip
        with self.database.read() as connection:
            return rows.find(connection, wanted, sort, owner, after=after, before=before, size=size)

    def neighbours(self, wanted: Filter, owner: str | None, *, sort: Sort, picture: Picture) -> Neighbours:
        with self.database.read() as connection:
            return rows.neighbours(connection, wanted, sort, owner, picture)

    def count(self, wanted: Filter, owner: str | None) -> int:
        with self.database.read() as connection:
            return rows.count(connection, wanted, owner)

    def ids(self, wanted: Filter, owner: str | None) -> tuple[str, ...]:
        with self.database.read() as connection:
            return rows.ids(connection, wanted, owner)

    def pictures(self, ids: Sequence[str], owner: str | None) -> tuple[Picture, ...]:
        with self.database.read() as connection:
            return rows.by_ids(connection, ids, owner)

    def facets(self, owner: str | None) -> Facets:
        with self.database.read() as connection:
            names = ("model", "provider", "kind", "state")
            found = {f"{name}s": rows.values_of(connection, pictures.c[name], owner) for name in names}
            return Facets(**found, tags=rows.values_of(connection, tags.c.tag, owner))

    def stock(self, owner: str | None) -> Stock:
        with self.database.read() as connection:
            return stock_of(connection, owner)

    def lineage(self, image_id: str) -> Lineage:
        with self.database.read() as connection:
            return lineage_of(connection, image_id)

    def tags_of(self, image_id: str) -> tuple[str, ...]:
        query = select(tags.c.tag).join(pictures, pictures.c.place == tags.c.place).order_by(tags.c.tag)
        with self.database.read() as connection:
            return tuple(connection.execute(query.where(pictures.c.image_id == image_id)).scalars())

    def set_favourite(self, ids: Sequence[str], owner: str | None, *, favourite: bool) -> int:
        return self._change(ids, owner, favourite=favourite)

    def trash(self, ids: Sequence[str], owner: str | None, *, now: datetime | None) -> int:
        # What lies there already keeps the moment at which it came.
        unmoved = pictures.c.trashed_at.is_(None) if now is not None else pictures.c.trashed_at.is_not(None)
        return self._change(ids, owner, unmoved, trashed_at=now)

    def add_tag(self, ids: Sequence[str], owner: str | None, tag: str) -> int:
        with self.database.write() as connection:
            added = 0
            for part in rows.in_parts(ids):
                has = exists().where(tags.c.place == pictures.c.place, tags.c.tag == tag)
                new = select(literal(tag), pictures.c.place, pictures.c.owner).where(_these(part, owner), ~has)
                add = insert(tags).from_select(["tag", "place", "owner"], new).returning(tags.c.place)
                added += len(connection.execute(add).all())
            return added

    def remove_tag(self, ids: Sequence[str], owner: str | None, tag: str) -> int:
        with self.database.write() as connection:
            removed = 0
            for part in rows.in_parts(ids):
                mine = tags.c.place.in_(select(pictures.c.place).where(_these(part, owner)))
                removed += connection.execute(delete(tags).where(tags.c.tag == tag, mine)).rowcount
            return removed

    def in_trash(self, owner: str | None, *, until: datetime) -> tuple[str, ...]:
        query = select(pictures.c.image_id).where(pictures.c.trashed_at <= until).order_by(pictures.c.place)
        with self.database.read() as connection:
            return tuple(connection.execute(query if owner is None else query.where(_mine(owner))).scalars())

    def purge(self, ids: Sequence[str], owner: str | None, *, now: datetime) -> tuple[int, tuple[ImageRef, ...]]:
        freed: dict[str, ImageRef] = {}
        purged = 0
        with self.database.write() as connection:
            for part in rows.in_parts(ids):
                theirs = _with_their_answers(connection, part, owner)
                for some in rows.in_parts(list(theirs)):
                    connection.execute(update(images).where(images.c.id.in_(some)).values(purged_at=now))
                taken = delete(pictures).where(_these(part, owner), pictures.c.trashed_at.is_not(None))
                purged += connection.execute(taken).rowcount
                freed |= {ref.sha256: ref for ref in theirs.values()}
            gone = purged_of(connection, list(freed))
        return purged, tuple(ref for ref in freed.values() if ref.sha256 in gone)

    def _change(self, ids: Sequence[str], owner: str | None, *conditions: ColumnElement[bool], **values: Any) -> int:
        change = update(pictures).values(values)
        with self.database.write() as connection:
            parts = (change.where(_these(part, owner), *conditions) for part in rows.in_parts(ids))
            return sum(connection.execute(part).rowcount for part in parts)


def _these(ids: Sequence[str], owner: str | None) -> Any:
    mine = pictures.c.image_id.in_(ids)
    return mine if owner is None else and_(mine, _mine(owner))


def _mine(owner: str) -> ColumnElement[bool]:
    return pictures.c.owner == owner


def _with_their_answers(connection: Connection, ids: Sequence[str], owner: str | None) -> dict[str, ImageRef]:
    """These trashed pictures, and the provider's answers that they were composed from: id and content."""
    result = images.alias("result")
    query = (
        select(images.c.id, *(images.c[name] for name in CONTENT))
        .join(result, and_(result.c.job_id == images.c.job_id, result.c.position == images.c.position))
        .join(pictures, pictures.c.image_id == result.c.id)
        .where(_these(ids, owner), pictures.c.trashed_at.is_not(None))
    )
    return {id: ImageRef(**dict(zip(CONTENT, content, strict=True))) for id, *content in connection.execute(query)}
