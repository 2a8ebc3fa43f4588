"""Where the tiles of a grid picture lie, and how sure that is."""

import re
from dataclasses import dataclass
from typing import Self

from core.domain.frame import Box
from core.errors import InvalidRequestError

MOST_TILES = 64
SURE = 0.7


@dataclass(frozen=True, slots=True)
class Layout:
    """How many rows and columns of tiles a picture has; written 2x2, rows first."""

    rows: int
    columns: int

    def __post_init__(self) -> None:
        if self.rows < 1 or self.columns < 1 or not 2 <= self.count <= MOST_TILES:
            raise InvalidRequestError(f"A grid has 2 to {MOST_TILES} tiles, not {self}.", param="split")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From text such as 2x2; raises InvalidRequestError."""
        found = re.fullmatch(r"\s*(\d{1,2})\s*[x×]\s*(\d{1,2})\s*", text)
        if found is None:
            raise InvalidRequestError(f"{text[:20]!r} is no grid. Write rows x columns, such as 2x2.", param="split")
        return cls(int(found[1]), int(found[2]))

    @property
    def count(self) -> int:
        return self.rows * self.columns

    def __str__(self) -> str:
        return f"{self.rows}x{self.columns}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """One picture of a grid: its place (counted from 0), its rectangle in the whole, and how sure that is (0 to 1).

    ``reason`` is a sentence for a person, empty where everything about the tile was plain to see.
    """

    row: int
    column: int
    box: Box
    confidence: float
    reason: str = ""

    @property
    def sure(self) -> bool:
        """Whether nobody need look at it."""
        return self.confidence >= SURE


@dataclass(frozen=True, kw_only=True, slots=True)
class GridSplit:
    """The tiles of a grid in reading order; ``notes`` are sentences about all that is not sure, each said once."""

    rows: int
    columns: int
    tiles: tuple[Tile, ...]
    notes: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether nobody need look at any of them."""
        return all(tile.sure for tile in self.tiles)

    @property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(tile.box for tile in self.tiles)
