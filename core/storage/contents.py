"""Which contents the image rows know, and which of them nobody wants any more."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from core.storage.pictures import in_parts
from core.storage.tables import images


def known_of(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Those of these contents that some image row has."""
    query = select(images.c.sha256).distinct()
    return {sha256 for part in in_parts(hashes) for sha256 in connection.execute(query.where(_in(part))).scalars()}


def purged_of(connection: Connection, hashes: Sequence[str]) -> set[str]:
    """Those of these contents that image rows have, each of which was deleted for good."""
    all_purged = func.count() == func.count(images.c.purged_at)
    query = select(images.c.sha256).group_by(images.c.sha256).having(all_purged)
    return {sha256 for part in in_parts(hashes) for sha256 in connection.execute(query.where(_in(part))).scalars()}


def _in(hashes: Sequence[str]) -> ColumnElement[bool]:
    return images.c.sha256.in_(hashes)
