"""Steps on the Edit and Inpaint pages in a real Chromium."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server

PATIENT = 30_000
"""Milliseconds: a job, and a machine with other things to do."""


def at_rest(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def open_inpaint(page: Page, server: Server, photo: Path) -> Locator:
    """Open the page with a photo; returns the board to paint on."""
    page.goto(f"{server.url}/inpaint")
    expect(page.get_by_text("Choose a picture; then paint")).to_be_visible()
    page.locator("input[type=file]").first.set_input_files(photo)
    board = page.locator(".board").first
    expect(board).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("Nothing is selected", exact=False)).to_be_visible()
    at_rest(page)
    return board


def stroke(page: Page, board: Locator, *points: tuple[float, float]) -> None:
    """Paint through points given as parts of the board's width and height, and wait for the line to say so."""
    box = board.bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()
    expect(page.get_by_text("only this part will change", exact=False)).to_be_visible()
    at_rest(page)


def inpaint(page: Page, prompt: str) -> None:
    page.get_by_label("What should appear").fill(prompt)
    page.get_by_label("What should appear").press("Tab")
    at_rest(page)
    page.get_by_role("button", name="Inpaint - about $").click()
    expect(wipe(page)).to_be_visible(timeout=PATIENT)


def wipe(page: Page) -> Locator:
    return page.get_by_role("slider", name="Wipe between the original and the result")
