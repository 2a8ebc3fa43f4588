"""Contact sheets of pictures in the library, as a PDF or a PNG to hand out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from core.domain.file_names import ascii_slug
from core.domain.library import Picture
from core.domain.money import ZERO, usd_text
from core.domain.visitor import Visitor
from core.errors import GessoError, InvalidRequestError
from core.services.history import HistoryService
from core.services.library import LibraryService
from core.services.ports import Clock

DEMO = "demo"


class SheetForm(StrEnum):
    """What a contact sheet comes as."""

    PDF = "pdf"
    PNG = "png"


LIMITS = {SheetForm.PDF: 500, SheetForm.PNG: 60}
"""How many pictures one sheet holds: memory holds all their small versions."""
MEDIA_TYPES = {SheetForm.PDF: "application/pdf", SheetForm.PNG: "image/png"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A contact sheet: its bytes, media type and a safe ASCII file name."""

    data: bytes
    media_type: str
    file_name: str


class SheetService:
    """Draws contact sheets; what it returns is stored nowhere."""

    def __init__(self, *, history: HistoryService, library: LibraryService, clock: Clock) -> None:
        self._history = history
        self._library = library
        self._clock = clock

    def draw(self, ids: Sequence[str], form: SheetForm, visitor: Visitor, *, title: str, notes: str = "") -> Sheet:
        """These pictures in this order, those left out that are not there or not the visitor's.

        A picture whose file is lost keeps its place and says so. Raises InvalidRequestError
        for no picture or too many.
        """
        pictures = self._history.pictures(ids, visitor)
        check_count(len(pictures), form)
        # Here, since the libraries behind it take a while to import and most processes draw no sheet.
        from core.imaging.contact_sheet import Head, Tile, as_pdf, as_png

        now = self._clock()
        head = Head(title=title, facts=_facts_of_all(pictures, now), notes=notes, made_at=now)
        tiles = [
            Tile(prompt=one.prompt, facts=_facts(one), load=partial(self._small, one, visitor)) for one in pictures
        ]
        data = as_pdf(head, tiles) if form is SheetForm.PDF else as_png(head, tiles)
        return Sheet(data=data, media_type=MEDIA_TYPES[form], file_name=sheet_name(title, form))

    def _small(self, picture: Picture, visitor: Visitor) -> bytes | None:
        try:
            image, _ = self._library.image(picture.id, visitor)
            return self._library.thumbnail(image)
        except GessoError:
            return None


def check_count(count: int, form: SheetForm) -> None:
    """Raises InvalidRequestError where a sheet of this form cannot hold so many pictures."""
    if not count:
        raise InvalidRequestError("There is no picture to put on a contact sheet.", param="ids")
    if count <= LIMITS[form]:
        return
    advice = "Make a PDF, or select fewer." if count <= LIMITS[SheetForm.PDF] else "Select fewer."
    raise InvalidRequestError(
        f"A {form.upper()} contact sheet holds {LIMITS[form]:,} pictures, and these are {count:,}. {advice}",
        param="ids",
    )


def sheet_name(title: str, form: SheetForm) -> str:
    """A name from the title's words, such as ``autumn-pitch-contact-sheet.pdf``."""
    words = ascii_slug(title)
    return f"{words}-contact-sheet.{form}" if words else f"contact-sheet.{form}"


def _facts_of_all(pictures: Sequence[Picture], now: datetime) -> str:
    said = "1 picture" if len(pictures) == 1 else f"{len(pictures):,} pictures"
    total = usd_text(sum((picture.cost for picture in pictures), ZERO))
    demo = sum((picture.cost for picture in pictures if picture.provider == DEMO), ZERO)
    played = f" (demo, not billed: {usd_text(demo)})" if demo else ""
    return f"{said} · {total} in all{played} · {now:%Y-%m-%d}"


def _facts(picture: Picture) -> str:
    """The name of the model last: it is the longest, and lines end before it."""
    ref = picture.image.ref
    size = f"{ref.width}×{ref.height} · " if ref.width else ""
    return f"{size}{usd_text(picture.cost)} · {picture.image.created_at:%Y-%m-%d} · {picture.model}"
