"""The frame in a real browser: cold deep links, the cookie, the menu, and texts shown as text."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from core.domain.job import JobState
from core.storage.database import Database
from core.storage.journal import SqlJournal
from tests.browser.conftest import STOP_SECONDS, Serve, Server, serving

NASTY = [
    "**bold** _it_ ~~gone~~ `code` # head",
    "# head",
    "<script>alert(1)</script> <b>&amp;</b> &lt;",
    "[click](https://evil.example) ![x](y) www.evil.example me@evil.example https://evil.example/a_b",
    ":red[danger] :material/delete: :smile: :+1: :streamlit: :small[x] :blue-badge[x] ::a ::: b",
    "$x^2$ and $$y$$ costs $5 to $6",
    "- list\n1. list\n> quote\n| a | b |\n|---|---|",
    "a -> b <- c -- d --- e >= f <= g ~= h != i <-> j => k (c) ...",
    r"C:\temp\new \* \\",
]
MEANING = "a, b, strong, em, del, code, img, script, li, table, h1, .katex, [role=img]"


@contextmanager
def the_journal(server: Server) -> Iterator[SqlJournal]:
    database = Database.open(f"sqlite:///{server.folder}/gesso.sqlite3")
    yield SqlJournal(database)
    database.close()


def visitor_cookie(page: Page) -> dict[str, object]:
    return next(dict(cookie) for cookie in page.context.cookies() if cookie["name"] == "gesso_visitor")


def test_the_menu_leads_on_and_money_stays_in_sight_also_on_a_phone(shared_server: Server, page: Page) -> None:
    page.goto(shared_server.url)
    expect(page.get_by_role("textbox", name="Prompt")).to_be_visible()

    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    assert page.url == f"{shared_server.url}/settings"

    page.get_by_text("Jobs at once").scroll_into_view_if_needed()
    expect(page.locator(".gesso-money")).to_be_in_viewport(ratio=1)

    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(page.get_by_text("One 1024×1024 image").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator(".gesso-money")).to_be_in_viewport()


def test_a_reload_keeps_the_cookie_which_no_script_can_read_and_forgets_an_own_key(
    shared_server: Server, page: Page
) -> None:
    page.goto(f"{shared_server.url}/settings")
    page.get_by_label("API key", exact=True).fill("sk-test-0123456789abcdef")
    page.get_by_role("button", name="Use my key in this tab").click()
    expect(page.get_by_text("Your key is set.")).to_be_visible()
    expect(page.get_by_label("API key", exact=True)).to_have_count(0)  # the form stays until the run has ended
    assert "0123456789abcdef" not in page.content()
    cookie = visitor_cookie(page)

    page.reload()

    expect(page.get_by_label("API key", exact=True)).to_have_value("")
    expect(page.locator(".gesso-money")).to_be_visible()
    assert "sk-test" not in shared_server.log()
    assert visitor_cookie(page)["value"] == cookie["value"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert "gesso_visitor" not in page.evaluate("document.cookie")


def test_a_wrong_setting_is_said_on_every_page_and_in_the_log(serve: Serve, page: Page) -> None:
    server = serve(CONCURRENCY="many")

    page.goto(f"{server.url}/settings")

    expect(page.get_by_text("CONCURRENCY='many' cannot be read.")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)
    assert "CONCURRENCY='many' cannot be read." in server.log()
    assert "Traceback" not in server.log()


def test_a_cold_deep_link_opens_inside_the_frame_and_a_running_job_ends_well_when_the_server_stops(
    server: Server, page: Page
) -> None:
    page.goto(f"{server.url}/settings")
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(page.get_by_role("link", name="Generate")).to_be_visible()
    expect(page.locator(".gesso-money")).to_contain_text("$0.00 today")
    expect(page.get_by_text("Demo provider: pictures are painted on this machine")).to_be_visible()

    page.get_by_role("link", name="Generate").click()
    page.get_by_role("textbox", name="Prompt").fill("a red fox demo:latency=2")
    page.get_by_role("button", name="Generate 1 image").click()
    with the_journal(server) as journal:
        while not (jobs := journal.jobs()) or jobs[0].state is JobState.QUEUED:
            page.wait_for_timeout(20)

        server.process.send_signal(signal.SIGTERM)
        server.process.wait(STOP_SECONDS)

        assert jobs[0].state is JobState.RUNNING
        assert journal.get(jobs[0].id).state is JobState.SUCCEEDED
    assert "Traceback" not in server.log()


def test_texts_of_others_are_shown_as_text(tmp_path_factory: pytest.TempPathFactory, page: Page) -> None:
    with serving(tmp_path_factory.mktemp("output"), "tests/browser/plain_page.py", PYTHONPATH=".") as server:
        page.goto(f"{server.url}/?{urlencode({'text': NASTY}, doseq=True)}")
        expect(page.locator("[data-testid=stMarkdownContainer]")).to_have_count(len(NASTY))
        for number, text in enumerate(NASTY):
            shown = page.locator(f".st-key-shown_{number} [data-testid=stMarkdownContainer]")
            assert shown.inner_text().replace("\N{WORD JOINER}", "").strip() == text
            assert shown.locator(MEANING).count() == 0, text
