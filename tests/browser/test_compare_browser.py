"""Comparing in a real browser: pictures zoom and move together, a wipe uncovers the other one."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

PATIENT = 60_000
"""Milliseconds: a few jobs, and a machine with other things to do."""


def run_matrix(page: Page, server: Server) -> None:
    """Two pictures of one prompt, in two qualities; the grid's own button brings them side by side."""
    page.goto(f"{server.url}/compare?view=matrix")
    page.get_by_role("textbox", name="Prompt").fill("a red fox in the snow")
    page.get_by_role("combobox", name=re.compile("Qualities")).press("Backspace")
    run = page.get_by_role("button", name=re.compile("^Run 2 requests for about"))
    expect(run).to_be_visible()
    run.click()
    expect(page.get_by_text("2 of 2 have ended")).to_be_visible(timeout=PATIENT)


def places(page: Page) -> list[str]:
    """How each picture is moved and scaled in its frame."""
    return page.locator(".frame img").evaluate_all("all => all.map(img => img.style.transform)")


def test_pictures_of_a_matrix_zoom_move_and_wipe_together(page: Page, shared_server: Server) -> None:
    run_matrix(page, shared_server)
    page.reload()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Compare 2 pictures").click()
    expect(page.locator(".frame img")).to_have_count(2)
    at_rest = places(page)

    page.locator(".frame").first.hover(position={"x": 60, "y": 60})
    page.mouse.wheel(0, -500)
    expect(page.locator("output")).to_have_text("272 %")
    zoomed = places(page)
    assert zoomed[0] == zoomed[1] != at_rest[0]
    page.locator(".frame").last.drag_to(page.locator(".frame").last, source_position={"x": 200, "y": 200},
                                        target_position={"x": 120, "y": 160})  # fmt: skip
    moved = places(page)
    assert moved[0] == moved[1] != zoomed[0]

    page.get_by_text("Wipe", exact=True).click()
    page.get_by_role("slider", name="Wipe between A and B").fill("20")
    expect(page.locator(".stage")).to_have_attribute("style", re.compile("--at: 20%"))
    expect(page).to_have_url(re.compile("how=wipe"))
    expect(page.locator(".stage img.before")).to_have_js_property("naturalWidth", 1024)
