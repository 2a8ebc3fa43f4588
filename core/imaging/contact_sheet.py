"""Contact sheets: pictures in their order, each with its prompt and facts, as a PDF of A4 pages or as one PNG.

Pictures are asked for one at a time and kept small. Both forms are drawn by the same hand: a PNG is one large page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from math import ceil, sqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from PIL import Image
from pypdfium2 import PdfDocument

from core.errors import InvalidImageError
from core.imaging.codec import decode, png
from core.imaging.paper import TOTAL, Paper, writable

MARGIN, GUTTER, GAP = 15.5, 8.5, 5.5
"""Millimetres, as all lengths here: around the page, between columns, between rows."""
WIDTH, FOOT, CELL = 210.0, 286.0, 54.0
COLUMNS, MOST_COLUMNS = 3, 8
PROMPT_SIZE, FACTS_SIZE, TITLE_SIZE, NOTES_SIZE = 8.0, 6.2, 17.0, 9.0
PROMPT_LINES, NOTES_LINES, TITLE_LINES = 6, 10, 2
EDGE, QUALITY = 512, 88
PIXELS_PER_MM = 8
MISSING = "The file of this picture is missing."
INK, QUIET, MAT = 25, 110, 241
ONE_AT_A_TIME = Lock()
"""PDFium, which makes the PNG, is not safe in several threads at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What stands above the pictures; ``made_at`` is the moment that the file itself names."""

    title: str
    facts: str
    notes: str = ""
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """One picture with what stands under it; ``load`` gives its bytes when they are drawn, None if they are lost."""

    prompt: str
    facts: str
    load: Callable[[], bytes | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cell:
    """A tile that is ready to be drawn: a small JPEG with its size on paper, and the lines that fit."""

    picture: bytes | None
    width: float
    height: float
    prompt: str
    facts: str


def as_pdf(head: Head, tiles: Sequence[Tile]) -> bytes:
    """An A4 document with page numbers; its text can be searched and copied."""
    with TemporaryDirectory(prefix="gesso-sheet-") as folder:
        head, tiles, paper = _prepared(head, tiles, Path(folder))
        paper.add_page()
        y = _write_head(paper, head, WIDTH - 2 * MARGIN)
        for row in _rows(paper, tiles, COLUMNS):
            if y + _height(paper, row) > FOOT - 3:
                _write_foot(paper, head)
                paper.add_page()
                y = MARGIN
            y = _draw_row(paper, row, y) + GAP
        _write_foot(paper, head)
        return bytes(paper.output())


def as_png(head: Head, tiles: Sequence[Tile]) -> bytes:
    """One picture of all, about as wide as it is tall."""
    with TemporaryDirectory(prefix="gesso-sheet-") as folder:
        head, tiles, paper = _prepared(head, tiles, Path(folder))
        columns = min(max(COLUMNS, ceil(sqrt(len(tiles)))), MOST_COLUMNS)
        inner = columns * (CELL + GUTTER) - GUTTER
        paper.add_page()  # FPDF measures on a page only; how tall ours is depends on what is measured
        rows = list(_rows(paper, tiles, columns))
        height = _head_height(paper, head, inner) + sum(_height(paper, row) + GAP for row in rows)
        paper.add_page(format=(inner + 2 * MARGIN, height + 2 * MARGIN))
        y = _write_head(paper, head, inner)
        for row in rows:
            y = _draw_row(paper, row, y) + GAP
        return _last_page(bytes(paper.output()))


def _prepared(head: Head, tiles: Sequence[Tile], folder: Path) -> tuple[Head, list[Tile], Paper]:
    """The same in characters that can be drawn, and the paper that has them."""
    head = replace(head, title=writable(head.title), facts=writable(head.facts), notes=writable(head.notes))
    tiles = [replace(tile, prompt=writable(tile.prompt), facts=writable(tile.facts)) for tile in tiles]
    of_tiles = (text for tile in tiles for text in (tile.prompt, tile.facts))
    paper = Paper([head.title, head.facts, head.notes, MISSING, "…·", *of_tiles], folder, MARGIN)
    paper.set_title(head.title)
    paper.set_creator("Gesso")
    paper.set_creation_date(head.made_at)
    return head, tiles, paper


def _rows(paper: Paper, tiles: Sequence[Tile], columns: int) -> Iterator[list[_Cell]]:
    for start in range(0, len(tiles), columns):
        yield [_cell(paper, tile) for tile in tiles[start : start + columns]]


def _cell(paper: Paper, tile: Tile) -> _Cell:
    picture, width, height = _small(tile.load())
    return _Cell(
        picture=picture, width=width, height=height,
        prompt=paper.fitted(tile.prompt, CELL, PROMPT_SIZE, PROMPT_LINES),
        facts=paper.fitted(tile.facts, CELL, FACTS_SIZE, 2),
    )  # fmt: skip


def _small(data: bytes | None) -> tuple[bytes | None, float, float]:
    """A picture as a small JPEG on white, and how large it is on paper; None for one that is lost or broken."""
    try:
        image = None if data is None else decode(data, edge=EDGE)
    except InvalidImageError:
        image = None
    if image is None:
        return None, CELL, CELL / 2
    image.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    scale = CELL / max(image.size)
    return out.getvalue(), image.width * scale, image.height * scale


def _height(paper: Paper, row: Sequence[_Cell]) -> float:
    told = max(
        paper.height_of(cell.prompt, CELL, PROMPT_SIZE) + paper.height_of(cell.facts, CELL, FACTS_SIZE) for cell in row
    )
    return max(cell.height for cell in row) + 2.5 + told


def _draw_row(paper: Paper, row: Sequence[_Cell], y: float) -> float:
    box, end = max(cell.height for cell in row), y
    for column, cell in enumerate(row):
        x = MARGIN + column * (CELL + GUTTER)
        paper.set_fill_color(MAT)
        paper.rect(x, y, CELL, box, style="F")
        if cell.picture is None:
            paper.write_text(MISSING, x, y + box / 2 - 1.5, CELL, FACTS_SIZE, grey=QUIET, align="C")
        else:
            place = x + (CELL - cell.width) / 2, y + (box - cell.height) / 2
            paper.image(BytesIO(cell.picture), *place, w=cell.width, h=cell.height)
        below = paper.write_text(cell.prompt, x, y + box + 1.5, CELL, PROMPT_SIZE, grey=INK)
        end = max(end, paper.write_text(cell.facts, x, below + 0.5, CELL, FACTS_SIZE, grey=QUIET))
    return end


def _write_head(paper: Paper, head: Head, width: float) -> float:
    y = MARGIN
    for text, size, lines, grey in _lines_of(head):
        kept = paper.fitted(text, width, size, lines, bold=size == TITLE_SIZE)
        y = paper.write_text(kept, MARGIN, y, width, size, bold=size == TITLE_SIZE, grey=grey) + 1.2
    return y + 4


def _head_height(paper: Paper, head: Head, width: float) -> float:
    kept = [(paper.fitted(text, width, size, lines, bold=size == TITLE_SIZE), size)
            for text, size, lines, _ in _lines_of(head)]  # fmt: skip
    return sum(paper.height_of(text, width, size, bold=size == TITLE_SIZE) + 1.2 for text, size in kept) + 4


def _lines_of(head: Head) -> list[tuple[str, float, int, int]]:
    lines = [(head.title, TITLE_SIZE, TITLE_LINES, INK), (head.facts, NOTES_SIZE, 2, QUIET)]
    return [*lines, (head.notes, NOTES_SIZE, NOTES_LINES, INK)] if head.notes else lines


def _write_foot(paper: Paper, head: Head) -> None:
    y, half = FOOT, (WIDTH - 2 * MARGIN) / 2
    paper.write_text(paper.fitted(head.title, half, FACTS_SIZE, 1), MARGIN, y, half, FACTS_SIZE, grey=QUIET, align="L")
    number = f"{paper.page_no()} of {TOTAL}"
    paper.write_text(number, MARGIN + half, y, half, FACTS_SIZE, grey=QUIET, align="R")


def _last_page(document: bytes) -> bytes:
    with ONE_AT_A_TIME, PdfDocument(document) as opened:
        page = opened[len(opened) - 1]
        return png(page.render(scale=PIXELS_PER_MM * 25.4 / 72, rev_byteorder=True).to_pil())
