"""Inpainting in a real browser: a photo is painted on, run and compared, and every other pixel is the photo's own."""

import io
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.editing import PATIENT, at_rest, inpaint, open_inpaint, stroke, wipe


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
    assert changed.histogram()[255] <= 1536 * 1024 - int(protected.replace(",", ""))
    assert left > 0.2 * 1536
    assert right < 0.6 * 1536
    assert top > 0.4 * 1024
    assert bottom < 0.7 * 1024


def test_the_wipe_answers_the_keyboard_and_the_original_shows_while_held(
    page: Page, shared_server: Server, photo: Path
) -> None:
    board = open_inpaint(page, shared_server, photo)
    stroke(page, board, (0.3, 0.5), (0.5, 0.5))
    inpaint(page, "a buoy")
    at = int(wipe(page).input_value())

    wipe(page).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert int(wipe(page).input_value()) == at + 3
    page.keyboard.press("End")
    expect(page.locator(".stage .before")).to_have_css("clip-path", "inset(0px 0% 0px 0px)")
    page.keyboard.press("Home")

    hold = page.get_by_role("button", name="Hold to see the original")
    hold.focus()
    page.keyboard.down("Space")
    expect(page.locator(".stage.held")).to_be_visible()
    page.keyboard.up("Space")
    expect(page.locator(".stage.held")).to_have_count(0)


def test_strokes_and_words_are_there_after_another_page(page: Page, shared_server: Server, photo: Path) -> None:
    board = open_inpaint(page, shared_server, photo)
    stroke(page, board, (0.3, 0.3), (0.6, 0.3))
    page.get_by_label("What should appear").fill("a cloud")
    page.get_by_label("What should appear").blur()
    expect(page.get_by_text("7 of 32,000 characters", exact=False)).to_be_visible()  # it has reached the server
    line = page.get_by_text("only this part will change", exact=False).text_content()

    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_label("What should appear")).to_have_count(0)
    page.get_by_role("link", name="Inpaint").click()

    expect(page.get_by_text("only this part will change", exact=False)).to_have_text(line or "")
    expect(page.get_by_label("What should appear")).to_have_value("a cloud")


def test_picture_canvas_words_and_button_are_on_one_screen(page: Page, shared_server: Server, photo: Path) -> None:
    board = open_inpaint(page, shared_server, photo)
    stroke(page, board, (0.3, 0.5), (0.5, 0.5))

    for place in (board, page.get_by_text("only this part will change", exact=False)):
        expect(place).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("button", name="Inpaint - about $")).to_be_in_viewport(ratio=1)


def test_how_much_is_selected_is_said_once_with_either_painter(page: Page, shared_server: Server, photo: Path) -> None:
    stroke(page, open_inpaint(page, shared_server, photo), (0.3, 0.5), (0.5, 0.5))
    expect(page.get_by_text("% selected", exact=False)).to_have_count(1)

    page.get_by_text("Precise", exact=True).click()

    expect(page.get_by_role("application")).to_be_visible()
    expect(page.get_by_text("% selected", exact=False)).to_have_count(1)


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page, shared_server: Server, photo: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})

    open_inpaint(page, shared_server, photo)

    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


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


def test_notes_are_drawn_and_sent_as_instructions(page: Page, shared_server: Server, photo: Path) -> None:
    page.goto(f"{shared_server.url}/edit")
    page.locator("input[type=file]").first.set_input_files(photo)
    page.get_by_text("Draw notes", exact=True).click()
    board = page.locator(".notes .board")
    expect(board.locator("canvas").first).to_be_attached(timeout=PATIENT)
    at_rest(page)
    box = board.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 120, steps=6)
    page.mouse.up()
    expect(page.get_by_text("Your notes go with it", exact=False)).to_be_visible()

    page.get_by_label("What should change").fill("do as the notes say")
    page.get_by_label("What should change").press("Control+Enter")

    expect(wipe(page)).to_be_visible(timeout=PATIENT)
