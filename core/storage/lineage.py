"""Where a picture came from and what came of it, walked along the parents of jobs."""

from collections.abc import Iterable

from sqlalchemy import Connection, and_, func, literal, select

from core.domain.library import Lineage, Relative
from core.domain.money import ZERO
from core.storage.rows import to_image
from core.storage.tables import images, jobs, parents, pictures

MAX_RELATIVES, MAX_DISTANCE = 200, 100
"""In each direction; a larger or longer family is cut off at its far end."""


def lineage_of(connection: Connection, image_id: str) -> Lineage:
    """Ancestors and descendants of an image, nearest first, and what it took to make it."""
    up = _walk(connection, image_id, upwards=True)
    down = _walk(connection, image_id, upwards=False)
    distances = {id: -distance for id, (distance, _) in up.items()} | {id: far for id, (far, _) in down.items()}
    relatives = _relatives(connection, distances)
    job_ids = {relative.job_id for relative in relatives if relative.distance < 0} | _job_of(connection, image_id)
    requests, cost = connection.execute(
        select(func.count(), func.sum(jobs.c.charged)).where(jobs.c.id.in_(job_ids), jobs.c.provider != "import")
    ).one()
    edges = [edge for _, found in (*up.values(), *down.values()) for edge in found]
    return Lineage(
        ancestors=tuple(relative for relative in relatives if relative.distance < 0),
        descendants=tuple(relative for relative in relatives if relative.distance > 0),
        edges=tuple(dict.fromkeys(edges)),
        requests=requests,
        cost=cost or ZERO,
    )


def _walk(connection: Connection, image_id: str, *, upwards: bool) -> dict[str, tuple[int, list[tuple[str, str]]]]:
    """Relatives by id with their distance and the (parent, child) edges by which they were reached."""
    pairs = select(parents.c.image_id.label("parent"), images.c.id.label("child")).join(
        images, and_(images.c.job_id == parents.c.job_id, images.c.role == "result")
    )
    near, far = (images.c.id, "parent") if upwards else (parents.c.image_id, "child")
    start = pairs.add_columns(literal(1).label("distance")).where(near == image_id)
    reached = start.cte("reached", recursive=True)
    further = pairs.add_columns((reached.c.distance + 1).label("distance"))
    further = further.join(reached, near == reached.c[far]).where(reached.c.distance < MAX_DISTANCE)
    query = select(reached.union(further)).limit(2 * MAX_RELATIVES)
    found: dict[str, tuple[int, list[tuple[str, str]]]] = {}
    for parent, child, distance in connection.execute(query).all():
        relative = parent if upwards else child
        if len(found) < MAX_RELATIVES and relative != image_id:
            found.setdefault(relative, (distance, []))[1].append((parent, child))
    return found


def _relatives(connection: Connection, distances: dict[str, int]) -> list[Relative]:
    query = (
        select(images, jobs.c.request["prompt"].as_string().label("prompt"), pictures.c.place)
        .join(jobs, jobs.c.id == images.c.job_id)
        .outerjoin(pictures, pictures.c.image_id == images.c.id)
        .where(images.c.id.in_(distances))
    )
    found = [
        Relative(
            image=to_image(row), job_id=row["job_id"], prompt=row["prompt"],
            distance=distances[row["id"]], present=row["place"] is not None,
        )
        for row in connection.execute(query).mappings()
    ]  # fmt: skip
    return sorted(found, key=lambda relative: (abs(relative.distance), relative.image.id))


def _job_of(connection: Connection, image_id: str) -> set[str]:
    ids: Iterable[str] = connection.execute(select(images.c.job_id).where(images.c.id == image_id)).scalars()
    return set(ids)
