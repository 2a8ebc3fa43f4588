"""Contact sheets: every text in every script is drawn or named, nothing crashes, pictures come one at a time."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image
from pypdfium2 import PdfDocument

from core.imaging.contact_sheet import Head, Tile, as_pdf, as_png
from core.imaging.paper import writable
from core.imaging.typefaces import language, readable

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FACTS = "1024×1024 · $0.012 · 2026-11-21 · gpt-image-2.5-flare"


def a_picture(colour: str = "#336699", size: tuple[int, int] = (90, 60), mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, size, colour).save(out, "PNG")
    return out.getvalue()


def tile(prompt: str, load: Callable[[], bytes | None] = a_picture) -> Tile:
    return Tile(prompt=prompt, facts=FACTS, load=load)


def head(title: str = "Autumn pitch", notes: str = "") -> Head:
    return Head(title=title, facts="3 pictures · $0.036 in all", notes=notes, made_at=NOW)


def pages_of(document: bytes) -> list[str]:
    with PdfDocument(document) as opened:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in opened]


def test_head_prompts_facts_and_page_numbers_can_be_searched() -> None:
    pages = pages_of(as_pdf(head(notes="For the client"), [tile(f"fox number {number}") for number in range(30)]))

    assert len(pages) > 1
    assert pages[0].startswith("Autumn pitch 3 pictures · $0.036 in all For the client fox number 0 1024×1024")
    assert all(page.endswith(f"{number} of {len(pages)}") for number, page in enumerate(pages, 1))
    told = " ".join(pages)
    assert [told.index(f"fox number {number} ") for number in range(30)] == sorted(
        told.index(f"fox number {number} ") for number in range(30)
    )


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("Быстрая лиса, Γρήγορη αλεπού, cáo đỏ", "Быстрая лиса, Γρήγορη αλεπού, cáo đỏ"),
        ("一只红色的狐狸", "一只红色的狐狸"),
        ("雪の中の赤いキツネ", "雪の中の赤いキツネ"),
        ("붉은 여우", "붉은 여우"),
        ("שועל אדום", "שועל"),
        ("बर्फ में लोमड़ी", "लोमड़ी"),
        ("fox 🦊 {nb} **bold**", "fox 🦊 {nb} **bold**"),
        ("cuneiform \U00012000 bell\x07", "cuneiform [U+12000] bell[U+0007]"),
    ],
)
def test_every_script_is_written_as_text_and_what_no_font_has_is_named(prompt: str, found: str) -> None:
    assert found in pages_of(as_pdf(head(), [tile(prompt)]))[0]


def test_joined_letters_are_in_the_file_as_letters() -> None:
    """Readers differ in the order in which they give them back; without our word for it they had only glyphs."""
    assert set("ثعلبأحمر") <= set(pages_of(as_pdf(head(), [tile("ثعلب أحمر")]))[0])


def test_a_long_prompt_ends_with_an_ellipsis() -> None:
    (page,) = pages_of(as_pdf(head(), [tile("word " * 6000), tile("狐" * 3000), tile("\u202eلا" * 3000)]))

    assert page.replace("...", "…").count("…") == 3
    assert len(page) < 1500


@settings(max_examples=25, deadline=None)
@given(some.text(max_size=120))
def test_no_text_stops_a_sheet(text: str) -> None:
    assert as_pdf(head(title=text, notes=text), [tile(text)]).startswith(b"%PDF")


@pytest.mark.parametrize(
    "text", ["━" * 4000, "👨‍👩‍👧‍👦" * 800, "א" + "!" * 4000, "e\u0301" * 2000, "\u200d\ufe0f" * 900, "\ud800"]
)
def test_no_extreme_text_stops_a_sheet(text: str) -> None:
    assert as_pdf(head(title=text, notes=text), [tile(text)]).startswith(b"%PDF")


def test_invisible_controls_go_and_the_rest_stays() -> None:
    assert readable("a\u202eb\n\tc\u00ad  e\u0301") == "ab c é"
    assert writable("x" * 5000).endswith("x…")
    assert [language(text) for text in ("红色", "赤い", "붉은 紅")] == ["zh", "ja", "ko"]


def test_lost_and_broken_pictures_keep_their_places() -> None:
    (page,) = pages_of(as_pdf(head(), [tile("gone", lambda: None), tile("broken", lambda: b"\x89PNG"), tile("here")]))

    assert page.count("The file of this picture is missing.") == 2
    assert all(prompt in page for prompt in ("gone", "broken", "here"))


def test_a_png_shows_every_picture_and_lays_transparency_on_white() -> None:
    clear = a_picture("#00000000", (60, 60), "RGBA")
    sheet = Image.open(BytesIO(as_png(head(), [tile("a", lambda: a_picture("#ff0000")), tile("b", lambda: clear)])))

    colours = {colour: count for count, colour in sheet.convert("RGB").getcolors(100_000) or ()}
    assert sum(count for (red, green, _), count in colours.items() if red > 240 and green < 20) > 100_000
    assert not any(max(colour) < 5 for colour, count in colours.items() if count > 5_000)
    assert sheet.width > sheet.height > 500


def test_pictures_are_asked_for_one_after_the_other_and_large_ones_kept_small() -> None:
    large, told = a_picture(size=(4000, 3000)), list[int]()

    def load(number: int) -> bytes:
        told.append(number)
        return large

    document = as_pdf(head(), [tile("fox", lambda number=number: load(number)) for number in range(4)])

    assert told == [0, 1, 2, 3]
    with PdfDocument(document) as opened:
        widths = [thing.get_px_size()[0] for thing in opened[0].get_objects(filter=[3])]
    assert set(widths) == {512}
