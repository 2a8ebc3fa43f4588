"""Ways to bring a picture that only a real browser has: its camera and its clipboard; and notes brought back."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import ARGUMENTS, PHOTO, VIEWPORT, Server, chromium_path
from tests.browser.editing import PATIENT, at_rest, inpaint, open_inpaint, stroke, wipe

FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
COPY = """async (data) => {
  const picture = await (await fetch(`data:image/png;base64,${data}`)).blob();
  await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
}"""


@pytest.fixture
def camera_page(playwright: Playwright) -> Iterator[Page]:
    """A tab of a Chromium with a camera, which shows a test picture."""
    browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*ARGUMENTS, *FAKE_CAMERA])
    context = browser.new_context(viewport=VIEWPORT, permissions=["camera"])
    context.set_default_timeout(20_000)
    yield context.new_page()
    browser.close()


def draw_an_arrow(page: Page) -> None:
    """Draw on the picture, and wait until the page says so."""
    page.get_by_text("Draw notes", exact=True).click()
    board = page.locator(".notes .board")
    expect(board.locator("canvas").first).to_be_attached(timeout=PATIENT)
    at_rest(page)
    board.hover(position={"x": 300, "y": 200})
    page.mouse.down()
    board.hover(position={"x": 200, "y": 120})
    page.mouse.up()
    expect(page.get_by_text("Your notes go with it", exact=False)).to_be_visible()
    at_rest(page)


def open_edit(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/edit")
    expect(page.get_by_text("Choose one picture or several", exact=False)).to_be_visible()
    at_rest(page)


def test_a_picture_is_pasted_from_the_clipboard(page: Page, shared_server: Server, photo: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_edit(page, shared_server)
    page.evaluate(COPY, b64encode(photo.read_bytes()).decode())

    page.get_by_test_id("stFileUploaderDropzone").focus()
    page.keyboard.press("Control+v")

    expect(page.get_by_text(f"{PHOTO} · your picture", exact=False)).to_be_visible(timeout=PATIENT)


def test_reference_images_go_along_and_the_result_is_compared_in_three_ways(
    page: Page, shared_server: Server, photo: Path, tmp_path: Path
) -> None:
    red = tmp_path / "red.png"
    Image.new("RGB", (300, 300), "red").save(red)
    board = open_inpaint(page, shared_server, photo)
    stroke(page, board, (0.3, 0.5), (0.5, 0.5))
    page.get_by_text("Reference images", exact=True).click()

    page.locator(".st-key-inpaint_references input[type=file]").set_input_files(red)

    expect(page.get_by_text("Reference images: 1", exact=True)).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("only this part will change", exact=False)).to_be_visible()
    inpaint(page, "the red of image 2")

    wipe_by_keyboard(page)
    hold_to_see_the_original(page)
    show_the_change_map(page)


def wipe_by_keyboard(page: Page) -> None:
    at = int(wipe(page).input_value())
    wipe(page).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert int(wipe(page).input_value()) == at + 3
    page.keyboard.press("End")
    expect(page.locator(".stage .before")).to_have_css("clip-path", "inset(0px 0% 0px 0px)")
    page.keyboard.press("Home")


def hold_to_see_the_original(page: Page) -> None:
    hold = page.get_by_role("button", name="Hold to see the original")
    hold.focus()
    page.keyboard.down("Space")
    expect(page.locator(".stage.held")).to_be_visible()
    page.keyboard.up("Space")
    expect(page.locator(".stage.held")).to_have_count(0)


def show_the_change_map(page: Page) -> None:
    page.get_by_text("Change map", exact=True).click()
    heat = page.locator(".gesso-map img")
    expect(heat).to_be_visible(timeout=PATIENT)
    assert heat.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    expect(wipe(page)).to_have_count(0)


def test_a_photo_is_taken_with_the_camera(camera_page: Page, shared_server: Server) -> None:
    open_edit(camera_page, shared_server)
    camera_page.get_by_text("Use the camera", exact=True).click()
    camera_page.wait_for_function("document.querySelector('video')?.readyState === 4")

    camera_page.get_by_role("button", name="Take Photo").click()

    said = camera_page.get_by_text("· your picture", exact=False)
    expect(said).to_be_visible(timeout=PATIENT)
    assert int((said.text_content() or "").split("x")[0]) >= 1024  # more than the widget is wide
    expect(camera_page.get_by_role("button", name="Make 1 edit - about $")).to_be_enabled()


def test_notes_are_drawn_sent_as_instructions_shown_again_cleared_and_brought_back(
    page: Page, shared_server: Server, photo: Path
) -> None:
    open_edit(page, shared_server)
    page.locator("input[type=file]").first.set_input_files(photo)
    draw_an_arrow(page)
    page.get_by_label("What should change").fill("do as the notes say")
    page.get_by_label("What should change").press("Control+Enter")
    expect(wipe(page)).to_be_visible(timeout=PATIENT)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Choose one picture or several", exact=False)).to_be_visible()
    page.get_by_role("button", name="Use as starting point").click()
    said, earlier = page.get_by_text("Your notes go with it", exact=False), page.locator(".notes .earlier")
    expect(earlier).to_be_visible(timeout=PATIENT)
    at_rest(page)

    page.get_by_role("button", name="Clear", exact=True).click()
    expect(said).to_have_count(0)
    expect(earlier).to_be_hidden()
    page.get_by_role("button", name="Undo", exact=True).click()

    expect(said).to_be_visible()
    expect(earlier).to_be_visible()
