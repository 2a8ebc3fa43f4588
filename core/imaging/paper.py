"""Pages to write and draw on: text in any script, lines that fit, and a shortened end where they do not."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TextDirection, WrapMode, XPos, YPos
from fpdf.line_break import Fragment

from core.imaging.typefaces import BASE, BOLD, HAN, JOINERS, face_of, fonts_for, language, readable

TOTAL = 4 * "\ue000"
"""Stands for the number of pages, which has up to three digits; no readable text has this character."""
LEADING = 1.32
DENSEST = 2
"""Characters to a millimetre; text of a size that can be read has fewer."""
REMEMBERED = 32
POINT = 25.4 / 72
UNSPACED = re.compile("[\u3000-\u9fff\uf900-\ufaff]")
"""Chinese and Japanese, where a line may end after any character."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
JOINED = re.compile("[\u0300-\u036f\u0600-\u109f\u1780-\u17ff\ufb50-\ufdff\ufe70-\ufefc]")
"""Scripts that one letter takes several glyphs in, or the other way round."""
LONGEST, LONGEST_MIXED = 1600, 400
"""Characters of a text that are looked at: FPDF's way through text from the right is recursive."""


def writable(text: str) -> str:
    """The text as paper takes it: readable, and cut where no place is long enough for it."""
    longest = LONGEST_MIXED if RIGHT_TO_LEFT.search(text[:LONGEST]) else LONGEST
    whole = readable(text[:longest])
    return whole if len(text) <= longest and len(whole) <= longest else f"{whole[: longest - 1]}…"


class Paper(FPDF):
    """A PDF whose units are millimetres; ``texts`` are all that will be written on it, each of them ``writable``."""

    def __init__(self, texts: Iterable[str], folder: Path, margin: float) -> None:
        super().__init__(unit="mm", format="A4")
        self._language, self._before = "zh", BASE
        self._known: dict[tuple[str, float, float, bool], list[str]] = {}
        self.set_margin(margin)
        self.c_margin = 0
        self.set_auto_page_break(False)
        self.alias_nb_pages(TOTAL)
        for name, path in fonts_for(texts, folder).items():
            self.add_font(BASE if name == BOLD else name, "B" if name == BOLD else "", path)
        self.set_font(BASE)
        self.set_text_shaping(True)

    def get_fallback_font(self, char: str, style: str = "") -> str | None:  # noqa: ARG002 (named by FPDF)
        """The font for what the base font has not."""
        if char not in JOINERS:
            name = face_of(char)
            self._before = f"{HAN}-{self._language}" if name == HAN else name or BASE
        return self._before if self._before in self.fonts and self._before != BASE else None

    def _preload_bidirectional_text(self, text: str, markdown: bool) -> Sequence[Fragment]:
        """Text that runs from the left only takes the short way, which knows no limit of length."""
        if RIGHT_TO_LEFT.search(text) or not self.text_shaping:
            return super()._preload_bidirectional_text(text, markdown)
        self.text_shaping |= {"paragraph_direction": TextDirection.LTR, "fragment_direction": TextDirection.LTR}
        return self._preload_font_styles(text, markdown)

    def fitted(self, text: str, width: float, size: float, lines: int, *, bold: bool = False) -> str:
        """The beginning of a text that fits into so many lines, with an ellipsis where something was cut."""
        looked_at = text[: int(lines * width * DENSEST)]
        rows = self._rows(looked_at, width, size, bold=bold)
        if len(rows) <= lines and looked_at == text:
            return text
        kept = _through(text, rows[:lines])
        while len(self._rows(f"{kept}…", width, size, bold=bold)) > lines:
            kept = kept[:-1].rstrip()
        return f"{kept}…"

    def height_of(self, text: str, width: float, size: float, *, bold: bool = False) -> float:
        """How tall a text is."""
        return len(self._rows(text, width, size, bold=bold)) * size * POINT * LEADING if text else 0.0

    def write_text(
        self, text: str, x: float, y: float, width: float, size: float, *, bold: bool = False, grey: int = 0,
        align: str = "",
    ) -> float:  # fmt: skip
        """Write a text in lines of this width; returns where the next one may begin."""
        if not text:
            return y
        self._use(text, size, bold=bold)
        self.set_text_color(grey)
        self.set_xy(x, y)
        aligned = align or ("R" if _reads_from_the_right(text) else "L")
        with self._searchable_as(text):
            self.multi_cell(
                width, size * POINT * LEADING, text, align=aligned, padding=0, wrapmode=_wrapping(text),
                new_x=XPos.LEFT, new_y=YPos.NEXT,
            )  # fmt: skip
        return float(self.get_y())

    @contextmanager
    def _searchable_as(self, text: str) -> Iterator[None]:
        """Say what is written, where letters are joined or moved: readers cannot tell it from the glyphs."""
        if not JOINED.search(text):
            yield
            return
        self._out(f"/Span <</ActualText <feff{text.encode('utf-16-be').hex()}>>> BDC")
        yield
        self._out("EMC")

    def _rows(self, text: str, width: float, size: float, *, bold: bool) -> list[str]:
        """The lines; the last ones are remembered, since what is fitted is soon measured."""
        asked = text, width, size, bold
        if asked not in self._known:
            self._use(text, size, bold=bold)
            rows = self.multi_cell(
                width, None, text, align="L", wrapmode=_wrapping(text), dry_run=True, output=MethodReturnValue.LINES
            )
            self._known[asked] = list(rows)  # type: ignore[arg-type]
            if len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
        return self._known[asked]

    def _use(self, text: str, size: float, *, bold: bool) -> None:
        self._language, self._before = language(text), BASE
        self.set_font(BASE, "B" if bold else "", size)


def _through(text: str, rows: list[str]) -> str:
    """The text up to the end of these lines, which leave out the spaces between them."""
    end = 0
    for row in rows:
        found = text.find(row, end)
        end = (end if found < 0 else found) + len(row)
    return text[:end]


def _wrapping(text: str) -> WrapMode:
    return WrapMode.CHAR if 2 * len(UNSPACED.findall(text)) > len(text) else WrapMode.WORD


def _reads_from_the_right(text: str) -> bool:
    first = next((letter for letter in text if letter.isalpha()), "")
    return bool(RIGHT_TO_LEFT.match(first))
