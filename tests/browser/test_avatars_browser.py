"""An avatar set in a real browser: made of one persona, judged on the wall, its split dragged and cut anew."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

PATIENT = 60_000
"""Milliseconds: two jobs, and a machine with other things to do."""


def a_set(page: Page, url: str) -> None:
    """One persona from the form, made with the demo provider."""
    page.goto(f"{url}/avatars")
    for label, text in (("First name", "Amara"), ("Last name", "Okafor"), ("Gender", "female")):
        page.get_by_label(label).fill(text)
    page.get_by_label("Biography on Facebook").fill("I'm 34 and bake sourdough.")
    page.get_by_role("button", name="Add this persona").click()
    page.get_by_role("button", name=re.compile("^Make 1 persona for about")).click()
    expect(page.get_by_text("1 of 1 personas done")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("Finished")).to_be_visible(timeout=PATIENT)


def test_a_picture_is_accepted_and_a_split_dragged_and_cut(page: Page, shared_server: Server) -> None:
    a_set(page, shared_server.url)
    accept = page.get_by_role("button", name="Accept Amara Okafor, picture 1")
    accept.click()
    expect(accept).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("1 picture accepted")).to_be_visible()

    page.get_by_role("button", name="Adjust the split").click()
    box = page.get_by_role("group", name=re.compile("^Picture 1: "))
    box.focus()
    page.keyboard.press("Shift+ArrowLeft")
    wide = int(page.get_by_label("Width").input_value())
    grip = page.locator(".box.active [data-grip=se]").bounding_box()
    stage = page.locator(".stage").bounding_box()
    assert grip
    assert stage
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 100, y - 50, steps=4)
    page.mouse.up()
    width = int(page.get_by_label("Width").input_value())
    assert abs(wide - width - 100 * 1024 / stage["width"]) <= 1
    page.get_by_role("button", name="Cut along these").click()
    expect(page.get_by_text("4 pictures of Amara Okafor cut anew")).to_be_visible()
    expect(accept).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Adjust the split").click()
    expect(page.get_by_label("Width")).to_have_value(str(width))
