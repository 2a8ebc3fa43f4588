"""Collections in the database: named sets of pictures with a cover, an order and notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, insert, select, update

from core.domain.library import Collection
from core.errors import NotFoundError
from core.storage.database import Database
from core.storage.pictures import in_parts
from core.storage.rows import to_image
from core.storage.tables import collected, collections, images, pictures


@dataclass(frozen=True, slots=True)
class SqlCollections:
    """Implements ``core.services.library_ports.Collections``; usable from any thread.

    Every method may raise StorageError.
    """

    database: Database

    def all(self, owner: str | None) -> tuple[Collection, ...]:
        query = _listed().order_by(collections.c.name, collections.c.id)
        if owner is not None:
            query = query.where(collections.c.owner == owner)
        with self.database.read() as connection:
            return tuple(_to_collection(connection, row) for row in connection.execute(query).mappings().all())

    def get(self, id: str, owner: str | None) -> Collection:
        query = _listed().where(_this(id, owner))
        with self.database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                raise NotFoundError(f"There is no collection {id}.", kind="collection", id=id)
            return _to_collection(connection, row)

    def make(self, collection: Collection) -> None:
        row = {name: getattr(collection, name) for name in ("id", "owner", "name", "notes", "created_at")}
        with self.database.write() as connection:
            connection.execute(insert(collections), row)

    def describe(self, id: str, owner: str | None, *, name: str, notes: str) -> None:
        self._change(id, owner, name=name, notes=notes)

    def set_cover(self, id: str, owner: str | None, image_id: str) -> None:
        held = collected.c.collection_id == id
        query = select(pictures.c.place).join(collected, and_(collected.c.place == pictures.c.place, held))
        self._change(id, owner, cover=query.where(pictures.c.image_id == image_id).scalar_subquery())

    def remove(self, id: str, owner: str | None) -> None:
        with self.database.write() as connection:
            connection.execute(delete(collections).where(_this(id, owner)))

    def add(self, id: str, owner: str | None, image_ids: Sequence[str]) -> int:
        self.get(id, owner)
        with self.database.write() as connection:
            last = select(func.coalesce(func.max(collected.c.position), 0)).where(collected.c.collection_id == id)
            position, added = connection.execute(last).scalar_one(), 0
            for part in in_parts(image_ids):
                new = _places(connection, id, part, held=False, owner=owner).values()
                rows = [
                    {"collection_id": id, "place": place, "position": position + added + number}
                    for number, place in enumerate(new, 1)
                ]
                if rows:
                    connection.execute(insert(collected), rows)
                added += len(rows)
            return added

    def take_out(self, id: str, owner: str | None, image_ids: Sequence[str]) -> int:
        self.get(id, owner)
        with self.database.write() as connection:
            taken = 0
            for part in in_parts(image_ids):
                gone = collected.c.place.in_(_places(connection, id, part, held=True).values())
                taken += connection.execute(delete(collected).where(collected.c.collection_id == id, gone)).rowcount
            return taken

    def arrange(self, id: str, owner: str | None, image_ids: Sequence[str]) -> None:
        self.get(id, owner)
        positions = {image_id: number for number, image_id in enumerate(image_ids, 1)}
        with self.database.write() as connection:
            for part in in_parts(image_ids):
                for image_id, place in _places(connection, id, part, held=True).items():
                    where = and_(collected.c.collection_id == id, collected.c.place == place)
                    order = positions[image_id]
                    connection.execute(update(collected).where(where).values(position=order))

    def in_order(self, id: str, owner: str | None) -> tuple[str, ...]:
        self.get(id, owner)
        query = (
            select(pictures.c.image_id)
            .join(collected, collected.c.place == pictures.c.place)
            .where(collected.c.collection_id == id, pictures.c.trashed_at.is_(None))
            .order_by(collected.c.position, collected.c.place)
        )
        with self.database.read() as connection:
            return tuple(connection.execute(query).scalars())

    def holding(self, image_id: str, owner: str | None) -> tuple[Collection, ...]:
        query = select(collected.c.collection_id).join(pictures, pictures.c.place == collected.c.place)
        with self.database.read() as connection:
            ids = set(connection.execute(query.where(pictures.c.image_id == image_id)).scalars())
        return tuple(collection for collection in self.all(owner) if collection.id in ids)

    def _change(self, id: str, owner: str | None, **values: Any) -> None:
        with self.database.write() as connection:
            if connection.execute(update(collections).where(_this(id, owner)).values(values)).rowcount != 1:
                raise NotFoundError(f"There is no collection {id}.", kind="collection", id=id)


def _this(id: str, owner: str | None) -> Any:
    return collections.c.id == id if owner is None else and_(collections.c.id == id, collections.c.owner == owner)


def _listed() -> Select[Any]:
    shown = and_(pictures.c.place == collected.c.place, pictures.c.trashed_at.is_(None))
    number = (
        select(func.count())
        .select_from(collected.join(pictures, shown))
        .where(collected.c.collection_id == collections.c.id)
        .scalar_subquery()
    )
    first = (
        select(collected.c.place)
        .join(pictures, shown)
        .where(collected.c.collection_id == collections.c.id)
        .order_by(collected.c.position, collected.c.place)
        .limit(1)
        .scalar_subquery()
    )
    return select(collections, number.label("count"), func.coalesce(collections.c.cover, first).label("face"))


def _to_collection(connection: Connection, row: Any) -> Collection:
    query = select(images).join(pictures, pictures.c.image_id == images.c.id).where(pictures.c.place == row["face"])
    cover = connection.execute(query).mappings().one_or_none() if row["face"] is not None else None
    same = {name: row[name] for name in ("id", "owner", "name", "notes", "created_at", "count")}
    return Collection(**same, cover=to_image(cover) if cover else None)


def _places(
    connection: Connection, id: str, image_ids: Sequence[str], *, held: bool, owner: str | None = None
) -> dict[str, int]:
    """Those of these pictures that the collection holds, or does not, with their places in the order given."""
    inside = pictures.c.place.in_(select(collected.c.place).where(collected.c.collection_id == id))
    query = select(pictures.c.image_id, pictures.c.place).where(pictures.c.image_id.in_(image_ids))
    query = query.where(inside if held else ~inside)
    if owner is not None:
        query = query.where(pictures.c.owner == owner)
    found = {row.image_id: row.place for row in connection.execute(query)}
    return {image_id: found[image_id] for image_id in image_ids if image_id in found}
