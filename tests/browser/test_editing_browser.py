"""Inpainting in a real browser: a photo is painted on, run and compared, and every other pixel is the photo's own."""

import io
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHOTO, VIEWPORT, Server
from tests.browser.editing import PATIENT, at_rest, inpaint, open_inpaint, stroke


def test_what_was_not_painted_is_the_photo_pixel_for_pixel(page: Page, shared_server: Server, photo: Path) -> None:
    board = open_inpaint(page, shared_server, photo)
    stroke(page, board, (0.3, 0.5), (0.5, 0.55), (0.4, 0.6))
    inpaint(page, "a red rowing boat")
    proof = page.get_by_text("protected pixels unchanged", exact=False)
    expect(proof).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Download PNG").click()

    before, after = Image.open(photo).convert("RGB"), Image.open(io.BytesIO(Path(download.value.path()).read_bytes()))
    changed = ImageChops.difference(before, after.convert("RGB")).convert("L").point(lambda value: 255 * (value > 0))
    left, top, right, bottom = changed.getbbox() or (0, 0, 0, 0)
    unchanged, of, protected = (proof.text_content() or "").removeprefix("✓").split()[:3]
    assert after.size == before.size
    assert (of, unchanged) == ("of", protected)
    assert changed.histogram()[255] <= PHOTO.width * PHOTO.height - int(protected.replace(",", ""))
    assert left > 0.2 * PHOTO.width
    assert right < 0.6 * PHOTO.width
    assert top > 0.4 * PHOTO.height
    assert bottom < 0.7 * PHOTO.height


def test_everything_is_on_one_screen_and_still_there_after_another_page(
    page: Page, shared_server: Server, photo: Path
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    board = open_inpaint(page, shared_server, photo)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390

    page.set_viewport_size(VIEWPORT)
    stroke(page, board, (0.3, 0.3), (0.6, 0.3))
    expect_in_sight(page, board)
    fill_in_and_come_back(page)
    expect_selection_said_once(page)


def expect_in_sight(page: Page, board: Locator) -> None:
    """Picture, canvas, words and button, without scrolling."""
    for place in (board, page.get_by_text("only this part will change", exact=False)):
        expect(place).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("button", name="Inpaint - about $")).to_be_in_viewport(ratio=1)


def fill_in_and_come_back(page: Page) -> None:
    """Strokes and words are there after another page."""
    page.get_by_label("What should appear").fill("a cloud")
    page.get_by_label("What should appear").blur()
    expect(page.get_by_text("7 of 32,000 characters", exact=False)).to_be_visible()  # it has reached the server
    line = page.get_by_text("only this part will change", exact=False).text_content()

    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_label("What should appear")).to_have_count(0)
    page.get_by_role("link", name="Inpaint").click()

    expect(page.get_by_text("only this part will change", exact=False)).to_have_text(line or "")
    expect(page.get_by_label("What should appear")).to_have_value("a cloud")


def expect_selection_said_once(page: Page) -> None:
    """With either painter."""
    expect(page.locator(".board").first).to_be_visible()
    expect(page.get_by_text("% selected", exact=False)).to_have_count(1)
    page.get_by_text("Precise", exact=True).click()
    expect(page.get_by_role("application")).to_be_visible()
    expect(page.get_by_text("% selected", exact=False)).to_have_count(1)


def test_a_result_opens_on_the_inpaint_page_with_one_click(page: Page, shared_server: Server) -> None:
    page.goto(shared_server.url)
    expect(page.get_by_role("button", name="Generate 1 image")).to_be_visible()
    at_rest(page)
    page.get_by_label("Prompt").fill("a lighthouse")
    page.get_by_label("Prompt").press("Control+Enter")
    expect(page.locator(".gesso-mat img")).to_be_visible(timeout=PATIENT)

    page.locator(".st-key-generate_inpaint_picture button").click()

    expect(page.get_by_text("1024x1024 · from a result", exact=False)).to_be_visible(timeout=PATIENT)
    expect(page.locator(".board").first).to_be_visible(timeout=PATIENT)
