"""How much is kept: pictures and their bytes by the records, files and their bytes by the disk."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Stock:
    """Pictures in the library and in the trash by their records, with the provider's answers they were composed from.

    ``bytes`` are of the originals; a file that several pictures share counts for each of them.
    """

    pictures: int = 0
    bytes: int = 0
    trashed: int = 0
    trashed_bytes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Files of one kind (images, inputs, thumbnails, spool, previews, kept) as they lie on the disk."""

    kind: str
    files: int
    bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Storage:
    """All that is kept, for everybody: by the disk, by the records, and how much room is left."""

    kept: tuple[Kept, ...]
    stock: Stock
    free: int


def bytes_text(count: int) -> str:
    """Bytes for people, in powers of ten as disks are sold: 1.8 GB, 102 MB, 12 kB."""
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}" if count < 10 * size else f"{count / size:,.0f} {unit}"
    return f"{count} bytes"
