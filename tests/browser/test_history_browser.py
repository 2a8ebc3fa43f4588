"""The history in a real browser: found by a word, opened, moved to the trash and back, ticked and filed."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import VIEWPORT, Server

PROMPTS = ("a red fox in the snow", "a lighthouse at dusk", "a fox and a lighthouse")
PATIENT = 30_000
"""Milliseconds: a job, and a machine with other things to do."""


def at_rest(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def make(page: Page, server: Server) -> None:
    """Three pictures by the same visitor."""
    page.goto(server.url)
    expect(page.get_by_role("button", name="Generate 1 image")).to_be_visible()
    at_rest(page)
    for prompt in PROMPTS:
        page.get_by_role("textbox", name="Prompt").fill(prompt)
        page.get_by_role("textbox", name="Prompt").press("Control+Enter")
        expect(page.locator(".gesso-mat img")).to_have_attribute("alt", prompt, timeout=PATIENT)
        at_rest(page)


def tiles(page: Page) -> Locator:
    return page.locator(".tile .open")


def search(page: Page, words: str) -> None:
    box = page.get_by_role("searchbox", name="Search in prompts")
    box.fill(words)
    box.press("Enter")


def test_pictures_are_found_opened_thrown_away_brought_back_and_filed(page: Page, shared_server: Server) -> None:
    make(page, shared_server)
    expect_thumbnails_on_a_phone(page, shared_server)

    find_and_open(page)
    throw_away_and_bring_back(page)
    search(page, "")
    expect(tiles(page)).to_have_count(3)
    file_two(page)
    expect_them_in_the_collection(page)


def expect_thumbnails_on_a_phone(page: Page, server: Server) -> None:
    """They come from their own addresses, and nothing is wider than the phone."""
    page.set_viewport_size({"width": 390, "height": 844})
    with page.expect_response(lambda answer: "/gesso/thumbnails/" in answer.url and answer.ok) as thumbnail:
        page.goto(f"{server.url}/history")
        expect(tiles(page)).to_have_count(3)
    assert thumbnail.value.headers["content-type"] == "image/webp"
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    page.set_viewport_size(VIEWPORT)


def find_and_open(page: Page) -> None:
    """By words, of which one must not occur; by its address it opens again."""
    page.get_by_role("link", name="Generate").click()
    expect(page.locator(".gesso-mat img")).to_be_visible()
    page.get_by_role("link", name="History").click()
    expect(tiles(page)).to_have_count(3)
    search(page, "fox -lighthouse")
    expect(tiles(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/history\?q=fox\+-lighthouse$"))
    tiles(page).first.click()
    expect(page.locator(".gesso-mat img")).to_have_attribute("alt", PROMPTS[0])
    expect(page.get_by_text("This picture took 1 request and $")).to_be_visible()
    page.reload()
    expect(page.locator(".gesso-mat img")).to_have_attribute("alt", PROMPTS[0])


def throw_away_and_bring_back(page: Page) -> None:
    page.get_by_role("button", name="Move to trash").click()
    expect(page.get_by_text("No picture matches")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(tiles(page)).to_have_count(1)


def file_two(page: Page) -> None:
    """Tick two pictures and add them to a new collection."""
    at_rest(page)
    for prompt in PROMPTS[:2]:
        page.get_by_role("checkbox", name=f"Select {prompt}").check()
    expect(page.get_by_text("2 of 3 pictures selected")).to_be_visible()
    page.get_by_role("button", name="Add to collection").click()
    page.get_by_role("textbox", name="Collection, new or known").fill("For print")
    page.get_by_role("textbox", name="Collection, new or known").press("Enter")
    expect(page.get_by_text("2 pictures added to")).to_be_visible()


def expect_them_in_the_collection(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Collections").click()
    page.get_by_role("button", name="For print, 2 pictures").click()
    expect(tiles(page)).to_have_count(2)
    tiles(page).first.click()
    expect(page).to_have_url(re.compile(r"/history\?picture="))
    expect(page.locator(".gesso-mat img")).to_have_attribute("alt", PROMPTS[0])
