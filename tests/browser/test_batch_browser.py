"""A batch in a real browser: prompts are pasted, priced, started, and their pictures come."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

PATIENT = 60_000
"""Milliseconds: a few jobs, and a machine with other things to do."""


def test_three_prompts_become_three_pictures(page: Page, shared_server: Server) -> None:
    page.goto(f"{shared_server.url}/batch")
    prompts = page.get_by_role("textbox", name="Prompts")
    prompts.fill("a red fox in the snow\na lighthouse in a storm\na bowl of lemons")
    page.get_by_role("button", name="Add to the table").click()

    start = page.get_by_role("button", name=re.compile(r"Start 3 rows for about \$"))
    expect(start).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("3 rows · 3 pictures · about $")).to_be_visible()
    expect(prompts).to_have_value("")
    start.click()

    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=PATIENT)
    expect(page.get_by_role("button", name=re.compile("^[123]. a "))).to_have_count(3)
    expect(page).to_have_url(re.compile(r"/batch\?id=\w+"))
    page.reload()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=PATIENT)
    with page.expect_download() as download:
        page.get_by_role("link", name="ZIP").click()
    assert download.value.suggested_filename.startswith("a-red-fox-in-the-snow-")
    page.get_by_role("button", name="2. a lighthouse in a storm").click()
    expect(page).to_have_url(re.compile(r"/history\?picture="))
