"""Which contents the image rows know, and which of them nobody wants any more."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from core.domain.image import ImageRef
from core.storage.pictures import in_parts
from core.storage.tables import images


def kept_refs(connection: Connection) -> tuple[ImageRef, ...]:
    """The contents of all images that were not deleted for good, each once."""
    names = ("sha256", "width", "height", "media_type", "bytes")
    query = select(*(images.c[name] for name in names)).where(images.c.purged_at.is_(None)).distinct()
    return tuple(ImageRef(**row) for row in connection.execute(query).mappings())


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
