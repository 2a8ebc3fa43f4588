"""The Generate page in a real browser: the running job, a reload, cancelling, downloads, and the strip."""

from hashlib import sha256
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server

SLOW = "demo:latency=4"
PATIENT = 20_000
"""Milliseconds: a job, and a machine with other things to do."""


def at_rest(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def open_page(page: Page, server: Server) -> None:
    page.goto(server.url)
    expect(page.get_by_role("button", name="Generate 1 image")).to_be_visible()
    at_rest(page)


def run(page: Page, prompt: str) -> None:
    """Type and press Ctrl+Enter, as one does."""
    page.get_by_label("Prompt").fill(prompt)
    page.get_by_label("Prompt").press("Control+Enter")


def set_number(page: Page, label: str, value: int) -> None:
    """Set a number and wait until the server has taken it: the page comes to rest."""
    page.get_by_role("spinbutton", name=label).fill(str(value))
    page.get_by_role("spinbutton", name=label).press("Enter")
    at_rest(page)


def picture(page: Page) -> Locator:
    """The large picture."""
    return page.locator(".gesso-mat img")


def test_ctrl_enter_brings_a_card_previews_and_the_picture_or_a_grid_of_which_one_is_large(
    page: Page, shared_server: Server
) -> None:
    open_page(page, shared_server)
    page.get_by_text("More options").click()
    set_number(page, "Previews (default 0)", 2)

    with page.expect_response(lambda answer: "/gesso/previews/" in answer.url and answer.ok):
        run(page, f"a red fox in the snow {SLOW}")
        expect(page.get_by_text("a red fox in the snow", exact=False).last).to_be_visible()
        expect(page.get_by_role("button", name="Cancel")).to_be_visible()

    expect(picture(page)).to_be_visible(timeout=PATIENT)
    assert picture(page).evaluate("image => image.decode().then(() => image.naturalWidth)") == 1024
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)

    set_number(page, "Images", 3)
    run(page, "three boats")
    siblings = page.get_by_role("listbox", name="Images of this job").get_by_role("option")
    expect(siblings).to_have_count(3, timeout=PATIENT)
    expect(picture(page)).to_have_attribute("alt", "three boats")
    first = picture(page).get_attribute("data-image")
    siblings.nth(2).click()
    expect(picture(page)).not_to_have_attribute("data-image", first or "")


def test_a_reload_during_the_run_keeps_the_job_and_shows_its_result(page: Page, shared_server: Server) -> None:
    open_page(page, shared_server)
    run(page, f"a slow lighthouse {SLOW}")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()

    page.reload()

    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(picture(page)).to_have_attribute("alt", f"a slow lighthouse {SLOW}", timeout=PATIENT)


def test_cancel_stops_a_running_job_while_the_page_stays_usable(page: Page, shared_server: Server) -> None:
    open_page(page, shared_server)
    run(page, "a very slow fox demo:latency=60")
    expect(page.get_by_text("Drawing", exact=False)).to_be_visible()
    set_number(page, "Images", 3)
    expect(page.get_by_role("button", name="Generate 3 images")).to_be_visible()

    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_text("Cancelled", exact=False).first).to_be_visible(timeout=PATIENT)
    expect(page.get_by_role("button", name="Not billed")).to_be_visible()


def test_on_a_phone_a_picture_fits_and_downloads_byte_for_byte_or_in_another_form(
    page: Page, shared_server: Server
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, shared_server)
    run(page, "a boat")
    expect(picture(page)).to_be_visible(timeout=PATIENT)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390

    with page.expect_download() as download:
        page.get_by_role("button", name="Download PNG").click()
    assert download.value.suggested_filename.startswith("a-boat-1-")
    digest = sha256(Path(download.value.path()).read_bytes()).hexdigest()
    assert digest in {sha256(file.read_bytes()).hexdigest() for file in stored(shared_server)}

    page.get_by_role("button", name="Other forms").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="As WebP").click()
    data = Path(download.value.path()).read_bytes()
    assert (data[:4], data[8:12]) == (b"RIFF", b"WEBP")


def test_a_result_is_there_for_a_tab_opened_again_and_the_strip_leads_to_it_and_its_address(
    page: Page, shared_server: Server
) -> None:
    open_page(page, shared_server)
    run(page, "a first fox demo:latency=1")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    other = page.context.new_page()
    page.close()
    open_page(other, shared_server)
    expect(picture(other)).to_have_attribute("alt", "a first fox demo:latency=1", timeout=PATIENT)

    at_rest(other)
    run(other, "a second fox")
    expect(picture(other)).to_have_attribute("alt", "a second fox", timeout=PATIENT)
    newest = other.url
    other.get_by_role("option", name="a first fox").click()
    expect(picture(other)).to_have_attribute("alt", "a first fox demo:latency=1")
    assert other.url != newest
    other.goto(newest)
    expect(picture(other)).to_have_attribute("alt", "a second fox")


def test_everything_is_in_sight_and_what_was_typed_is_there_after_another_page(
    page: Page, shared_server: Server
) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, shared_server)
    for name in ("Generate 1 image", "More options"):
        expect(page.get_by_text(name, exact=False).first).to_be_in_viewport(ratio=1)
    page.get_by_label("Prompt").fill("a fox that stays")
    set_number(page, "Images", 2)

    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_label("Prompt")).to_have_count(0)
    page.get_by_role("link", name="Generate").click()

    expect(page.get_by_label("Prompt")).to_have_value("a fox that stays")
    expect(page.get_by_role("button", name="Generate 2 images")).to_be_visible()


def stored(server: Server) -> list[Path]:
    """The image files of a server."""
    return [file for file in (server.folder / "images").rglob("*") if file.is_file()]
