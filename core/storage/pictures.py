"""The library's rows: pictures are filed as their jobs end, found by filters, and moved to the trash and out of it."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from core.domain.job import ImageRole, JobState, StoredImage
from core.domain.library import COUNTED_TO, Filter, Kind, Neighbours, Page, Picture, Sort, kind_of
from core.domain.request import request_from_json
from core.domain.searching import checked_search
from core.errors import InvalidRequestError
from core.storage.rows import to_image
from core.storage.search import add_words, is_indexed, narrowed
from core.storage.tables import collected, images, jobs, pictures, tags

Key = TypeVar("Key", str, int)

PLACE_LOCK = 0x6765_7373_6F02
"""Key of the PostgreSQL advisory lock under which places are given out."""
IDS_AT_ONCE = 500
PLACE = re.compile(r"([0-9]{1,18})")
COST_AND_PLACE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)_([0-9]{1,18})")
EQUAL = ("kind", "model", "provider", "state")
PROMPT = jobs.c.request["prompt"].as_string().label("prompt")
FILED = [
    pictures.c[name]
    for name in ("place", "owner", "kind", "provider", "model", "state", "cost", "favourite", "trashed_at")
]


def file_pictures(connection: Connection, job_id: str, new: Sequence[StoredImage]) -> None:
    """Give these new results of a job their rows, and all its pictures their state and their share of its cost."""
    job = connection.execute(select(jobs).where(jobs.c.id == job_id)).mappings().one()
    results = [image for image in new if image.role is ImageRole.RESULT]
    if results:
        _file(connection, job, results)
    count = select(func.count()).where(images.c.job_id == job_id, images.c.role == "result")
    share = Decimal(job["charged"]) / max(connection.execute(count).scalar_one(), 1)
    change = update(pictures).where(pictures.c.job_id == job_id)
    connection.execute(change.values(state=job["state"], cost=share))


def _file(connection: Connection, job: RowMapping, new: Sequence[StoredImage]) -> None:
    if connection.dialect.name == "postgresql":  # on SQLite there is one writer at a time anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PLACE_LOCK})
    request, words = request_from_json(job["request"]), []
    same = {"job_id": job["id"], "owner": job["owner"], "provider": job["provider"], "state": job["state"]}
    same |= {"kind": str(kind_of(request, job["provider"])), "model": request.model, "favourite": False}
    for image in new:
        place = _free_place(connection, image.created_at)
        connection.execute(insert(pictures).values(place=place, image_id=image.id, cost=Decimal(0), **same))
        words.append((place, f"{request.prompt} {image.revised_prompt or ''}"))
    add_words(connection, words)


def _free_place(connection: Connection, moment: datetime) -> int:
    """The moment's own place or the next one that no picture has or, deleted, had: its words may still be indexed."""
    place = round(moment.timestamp() * 1_000_000)
    while connection.execute(select(pictures.c.place).where(pictures.c.place == place)).first() or is_indexed(
        connection, place
    ):
        near = select(func.max(pictures.c.place)).where(pictures.c.place.between(place, place + 999))
        place = (connection.execute(near).scalar_one() or place) + 1
    return place


def find(
    connection: Connection,
    wanted: Filter,
    sort: Sort,
    owner: str | None,
    *,
    after: str | None,
    before: str | None,
    size: int,
) -> Page:
    """One page; ``after`` and ``before`` are what an earlier page named."""
    backwards = before is not None and after is None
    query, place = _matching(connection, _listed(), wanted, owner)
    descending = (sort in (Sort.NEWEST, Sort.DEAREST)) is not backwards
    keys = [place] if sort in (Sort.NEWEST, Sort.OLDEST) else [pictures.c.cost, pictures.c.place]
    edge, param = (before, "before") if backwards else (after, "after")
    if edge is not None:
        query = query.where(_beyond(keys, _cursor(edge, len(keys), param), descending=descending))
    order = [key.desc() if descending else key.asc() for key in keys]
    rows = connection.execute(query.order_by(*order).limit(size + 1)).mappings().all()
    more, found = len(rows) > size, [to_picture(row) for row in rows[:size]]
    if backwards:
        found.reverse()
    behind, ahead = (more, True) if backwards else (edge is not None, more)
    return Page(
        pictures=tuple(found),
        before=_edge(found[0], sort) if found and behind else None,
        after=_edge(found[-1], sort) if found and ahead else None,
    )


def neighbours(connection: Connection, wanted: Filter, sort: Sort, owner: str | None, picture: Picture) -> Neighbours:
    """What stands beside a picture in a list, whether it matches itself or not: two reads of an index."""
    edge = _edge(picture, sort)
    back = find(connection, wanted, sort, owner, after=None, before=edge, size=1).pictures
    on = find(connection, wanted, sort, owner, after=edge, before=None, size=1).pictures
    return Neighbours(before=back[0].id if back else None, after=on[0].id if on else None)


def count(connection: Connection, wanted: Filter, owner: str | None) -> int:
    """How many match, at most COUNTED_TO + 1."""
    query, _ = _matching(connection, select(pictures.c.place), wanted, owner)
    return connection.execute(select(func.count()).select_from(query.limit(COUNTED_TO + 1).subquery())).scalar_one()


def ids(connection: Connection, wanted: Filter, owner: str | None) -> tuple[str, ...]:
    """The image ids of all that match, oldest first."""
    query, place = _matching(connection, select(pictures.c.image_id), wanted, owner)
    return tuple(connection.execute(query.order_by(place)).scalars())


def by_ids(connection: Connection, image_ids: Sequence[str], owner: str | None) -> tuple[Picture, ...]:
    """These pictures in the order of the ids, trashed ones too; what is not there is left out."""
    found: dict[str, Picture] = {}
    for part in in_parts(image_ids):
        query = _listed().where(pictures.c.image_id.in_(part))
        if owner is not None:
            query = query.where(pictures.c.owner == owner)
        found |= {row["id"]: to_picture(row) for row in connection.execute(query).mappings()}
    return tuple(found[id] for id in image_ids if id in found)


def in_parts(ids: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Databases bound the parameters of one statement."""
    return (ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE))


def values_of(connection: Connection, column: Column[Any], owner: str | None) -> tuple[str, ...]:
    """The different values of an indexed column, by leaping from one to the next, however many rows there are."""
    found: list[str] = []
    least = select(func.min(column))
    if owner is not None:
        least = least.where(column.table.c.owner == owner)
    query = least
    while (value := connection.execute(query).scalar_one()) is not None:
        found.append(value)
        query = least.where(column > value)
    return tuple(found)


def to_picture(row: RowMapping) -> Picture:
    """A row of ``_listed``."""
    same = {name: row[name] for name in ("owner", "provider", "model", "cost", "favourite", "trashed_at", "place")}
    return Picture(
        **same, image=to_image(row), kind=Kind(row["kind"]), state=JobState(row["state"]), prompt=row["prompt"]
    )


def _listed() -> Select[Any]:
    joined = pictures.join(images, images.c.id == pictures.c.image_id).join(jobs, jobs.c.id == pictures.c.job_id)
    return select(images, *FILED, PROMPT).select_from(joined)


def _matching(
    connection: Connection, query: Select[Any], wanted: Filter, owner: str | None
) -> tuple[Select[Any], ColumnElement[int]]:
    """The query with all conditions, and the column to order by time with; refuses a search without words."""
    terms = checked_search(wanted.text) if wanted.text.strip() else ()
    query, place = narrowed(query, terms, connection.dialect.name)
    if wanted.tag is not None:
        query = query.join(tags, and_(tags.c.place == pictures.c.place, tags.c.tag == wanted.tag))
        place = place if wanted.text else tags.c.place
    if wanted.collection is not None:
        held = and_(collected.c.place == pictures.c.place, collected.c.collection_id == wanted.collection)
        query = query.join(collected, held)
        place = place if wanted.text else collected.c.place
    trashed = pictures.c.trashed_at
    conditions: list[ColumnElement[bool]] = [trashed.is_not(None) if wanted.trashed else trashed.is_(None)]
    if owner is not None:
        conditions.append(pictures.c.owner == owner)
    conditions += [pictures.c[name] == str(value) for name in EQUAL if (value := getattr(wanted, name)) is not None]
    if wanted.favourite:
        conditions.append(pictures.c.favourite)
    if wanted.since is not None:
        conditions.append(place >= round(wanted.since.timestamp() * 1_000_000))
    if wanted.until is not None:
        conditions.append(place < round(wanted.until.timestamp() * 1_000_000))
    if wanted.cost_from is not None:
        conditions.append(pictures.c.cost >= wanted.cost_from)
    if wanted.cost_to is not None:
        conditions.append(pictures.c.cost <= wanted.cost_to)
    return query.where(*conditions), place


def _beyond(keys: Sequence[ColumnElement[Any]], values: tuple[Any, ...], *, descending: bool) -> ColumnElement[bool]:
    passed: list[ColumnElement[bool]] = [
        key < value if descending else key > value for key, value in zip(keys, values, strict=True)
    ]
    if len(keys) == 1:
        return passed[0]
    # Said twice: from the "or" alone neither database enters the index at the edge.
    bound = keys[0] <= values[0] if descending else keys[0] >= values[0]
    return and_(bound, or_(passed[0], and_(keys[0] == values[0], passed[1])))


def _edge(picture: Picture, sort: Sort) -> str:
    return str(picture.place) if sort in (Sort.NEWEST, Sort.OLDEST) else f"{picture.cost:f}_{picture.place}"


def _cursor(edge: str, parts: int, param: str) -> tuple[Any, ...]:
    found = (PLACE if parts == 1 else COST_AND_PLACE).fullmatch(edge)
    if found is None:
        raise InvalidRequestError("This page of the list does not exist. Begin at the first one.", param=param)
    *cost, place = found.groups()
    return (*map(Decimal, cost), int(place))
