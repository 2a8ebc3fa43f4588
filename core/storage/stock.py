"""How much the library holds, summed by the database without a look at the disk."""

from sqlalchemy import Connection, and_, case, func, select

from core.domain.stock import Stock
from core.storage.tables import images, pictures


def stock_of(connection: Connection, owner: str | None) -> Stock:
    """An owner's pictures and bytes, or everybody's; each picture brings the answer it was composed from."""
    result = images.alias("result")
    theirs = and_(images.c.job_id == result.c.job_id, images.c.position == result.c.position)
    is_result = case((images.c.id == pictures.c.image_id, 1), else_=0)
    trashed = pictures.c.trashed_at.is_not(None)
    query = select(trashed, func.sum(is_result), func.sum(images.c.bytes)).group_by(trashed)
    query = query.select_from(pictures.join(result, result.c.id == pictures.c.image_id).join(images, theirs))
    if owner is not None:
        query = query.where(pictures.c.owner == owner)
    sums = {bool(gone): (int(count), int(size)) for gone, count, size in connection.execute(query)}
    (pictures_kept, size), (gone, gone_size) = sums.get(False, (0, 0)), sums.get(True, (0, 0))
    return Stock(pictures=pictures_kept, bytes=size, trashed=gone, trashed_bytes=gone_size)
