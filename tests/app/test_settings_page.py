"""The settings page: who paints, with whose key, at which prices; and no secret on it."""

import pytest

from app.workbench import shutdown
from core.bootstrap import Workbench
from tests.app.shell import all_text, run_page

PAGE = "pages/settings.py"
KEY = "sk-test-0123456789abcdef"


def test_the_page_shows_models_prices_and_where_things_are(bench: Workbench) -> None:
    page = run_page(PAGE)

    text = all_text(page)
    assert not page.exception
    for expected in ("gpt-image-2.5-flare · default", "stops on 2026-12-01", "$30.00", "2026-11-20", "SQLite"):
        assert expected in text
    assert str(bench.settings.output_dir) in text


def test_retired_models_are_shown_when_asked_for(bench: Workbench) -> None:  # noqa: ARG001
    page = run_page(PAGE)
    assert "dall-e-2" not in all_text(page)

    page.toggle(key="all_models").set_value(True).run()

    assert "dall-e-2" in all_text(page)
    assert "stopped on" in all_text(page)


def test_an_own_key_is_taken_for_this_tab_and_shown_nowhere(bench: Workbench) -> None:  # noqa: ARG001
    page = run_page(PAGE)

    page.text_input(key="own_key_field").set_value(f"  {KEY} ")
    page.button[0].click().run()

    assert "Your key is set" in all_text(page)
    assert "yours, set in this tab" in all_text(page)
    assert KEY[-4:] not in all_text(page)
    assert page.session_state["gesso_own_key"] == KEY


def test_a_forgotten_key_is_gone(bench: Workbench) -> None:  # noqa: ARG001
    page = run_page(PAGE)
    page.text_input(key="own_key_field").set_value(KEY)
    page.button[0].click().run()

    page.button[0].click().run()

    assert "gesso_own_key" not in page.session_state
    assert KEY not in repr(page.session_state)


def test_no_key_and_no_password_of_the_server_is_shown(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("PROVIDER", "openai")
    surroundings.setenv("OPENAI_API_KEY", KEY)
    surroundings.setenv("OPENAI_BASE_URL", "http://user:hush@localhost:9999/v1")

    text = all_text(run_page(PAGE))

    assert "http://localhost:9999/v1" in text
    assert "set on the server" in text
    assert KEY[-4:] not in text
    assert "hush" not in text


def test_a_missing_key_is_said_with_what_to_do(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("PROVIDER", "openai")

    assert "No. Set OPENAI_API_KEY on the server, or use your own key here" in all_text(run_page(PAGE))


def test_budgets_are_shown_with_what_is_left(bench: Workbench, surroundings: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    shutdown()
    surroundings.setenv("BUDGET_DAY_USD", "12.5")

    text = all_text(run_page(PAGE))

    assert text.count("$12.50") == 2
    assert "no limit" in text
