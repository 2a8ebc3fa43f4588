"""Tiles as files, checked: bytes in, findings out."""

from collections.abc import Sequence

from core.domain.tile_quality import Expected, Finding
from core.imaging.codec import decode
from core.imaging.quality import check_tiles


def check_files(tiles: Sequence[bytes], expected: Expected) -> list[tuple[Finding, ...]]:
    """What was found about each encoded picture, in their order; raises InvalidImageError for one that is none."""
    return check_tiles([decode(tile) for tile in tiles], expected)
