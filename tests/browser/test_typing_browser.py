"""Words that are still being typed when the run begins, in a real browser: all of them are sent."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHOTO, Server
from tests.browser.editing import PATIENT, at_rest, open_inpaint, stroke, wipe

PROMPT = "a tall lighthouse on a cliff, the lamp lit, seen from the sea at dusk"
RUN = re.compile("^(brush )?(Generate 1 image|Make 1 edit|Inpaint) - ")
LABELS = {"generate": "Prompt", "edit": "What should change", "inpaint": "What should appear"}


def open_ready(page: Page, server: Server, name: str, photo: Path) -> None:
    """Open a page with everything chosen but the prompt."""
    if name == "inpaint":
        stroke(page, open_inpaint(page, server, photo), (0.3, 0.5), (0.5, 0.5))
        return
    page.goto(f"{server.url}/{name if name != 'generate' else ''}")
    expect(page.get_by_role("textbox", name=LABELS[name])).to_be_visible()
    if name == "edit":
        page.locator("input[type=file]").first.set_input_files(photo)
        expect(page.get_by_text(f"{PHOTO} · your picture", exact=False)).to_be_visible(timeout=PATIENT)
    expect(page.get_by_role("button", name=RUN)).to_be_enabled()
    at_rest(page)


def type_in(page: Page, name: str, words: str) -> None:
    page.get_by_role("textbox", name=LABELS[name]).click()
    page.keyboard.type(words)


def empty(page: Page, name: str) -> None:
    """Leave the page without a prompt, as it was when it was opened."""
    page.get_by_role("textbox", name=LABELS[name]).fill("")
    page.get_by_role("textbox", name=LABELS[name]).blur()
    at_rest(page)


def expect_sent(page: Page, words: str) -> None:
    expect(page.locator("[data-testid=stCode]").first).to_have_text(words, timeout=PATIENT)


@pytest.mark.parametrize(("name", "holds"), [("generate", (0, 120)), ("edit", (120,)), ("inpaint", (0,))])
def test_a_click_on_run_while_typing_sends_all_words(
    page: Page, shared_server: Server, photo: Path, name: str, holds: tuple[int, ...]
) -> None:
    """For how many milliseconds the mouse button is held: by a machine, and by a hand."""
    open_ready(page, shared_server, name, photo)
    for held in holds:
        type_in(page, name, f"{PROMPT} {held}")
        page.get_by_role("button", name=RUN).click(delay=held)

        expect_sent(page, f"{PROMPT} {held}")
        empty(page, name)


@pytest.mark.parametrize("name", LABELS)
def test_ctrl_enter_while_typing_sends_all_words_and_a_click_those_added(
    page: Page, shared_server: Server, photo: Path, name: str
) -> None:
    open_ready(page, shared_server, name, photo)

    type_in(page, name, PROMPT)
    page.keyboard.press("Control+Enter")
    expect_sent(page, PROMPT)
    at_rest(page)
    if name == "edit":
        return  # words added afterwards: the other two pages are enough

    type_in(page, name, "")
    page.keyboard.press("Control+End")
    page.keyboard.type(" and again")
    page.get_by_role("button", name=RUN).click(delay=120)
    expect_sent(page, f"{PROMPT} and again")


def draw_words(page: Page, server: Server, photo: Path) -> None:
    """Leave words that are still being typed on the picture; the prompt is there already."""
    open_ready(page, server, "edit", photo)
    type_in(page, "edit", "do as the notes say")
    page.get_by_text("Draw notes", exact=True).click()
    board = page.locator(".notes .board")
    expect(board.locator("canvas").first).to_be_attached(timeout=PATIENT)
    at_rest(page)
    page.get_by_role("button", name="Words").click()
    board.click(position={"x": 120, "y": 90})
    expect(page.locator(".notes .dc-textarea-host textarea")).to_be_attached(timeout=PATIENT)
    page.keyboard.type("put a balloon here")


def expect_notes_elsewhere(page: Page, server: Server) -> None:
    """Another tab, which has drawn nothing, opens the edit again and shows the notes that were sent."""
    other = page.context.new_page()
    other.goto(f"{server.url}/edit")
    other.get_by_role("button", name="Use as starting point").click(timeout=PATIENT)
    notes = other.locator(".notes .earlier")
    expect(notes).to_be_visible(timeout=PATIENT)
    assert notes.evaluate(INKED) > 500
    expect(other.get_by_text("Your notes go with it", exact=False)).to_be_visible()


INKED = """async (image) => {
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, width, height).data.filter((value, at) => at % 4 === 3 && value > 127).length;
}"""


@pytest.mark.parametrize("held", [0, 120])
def test_words_being_typed_on_the_picture_are_sent_with_a_click(
    page: Page, shared_server: Server, photo: Path, held: int
) -> None:
    draw_words(page, shared_server, photo)

    page.get_by_role("button", name=RUN).click(delay=held)

    expect(wipe(page)).to_be_visible(timeout=PATIENT)
    expect_notes_elsewhere(page, shared_server)


def test_words_being_typed_on_the_picture_are_sent_with_ctrl_enter(
    page: Page, shared_server: Server, photo: Path
) -> None:
    draw_words(page, shared_server, photo)

    page.keyboard.press("Control+Enter")

    expect(wipe(page)).to_be_visible(timeout=PATIENT)
    expect_notes_elsewhere(page, shared_server)
