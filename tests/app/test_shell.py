"""The frame, the session and what is said when something cannot be done."""

import subprocess
import sys
import threading

import pytest
from streamlit.testing.v1 import AppTest

from app.ui.feedback import JOINER, plain
from app.ui.money import money_html
from app.workbench import routes_are_served, serve_routes, shutdown, workbench
from core.bootstrap import Workbench
from core.domain.visitor import Visitor
from tests.app.shell import ROOT, all_text, painted, run_page

FRAME = "app/ui/frame.py"


def test_the_frame_opens_on_the_demo_provider_and_says_so(bench: Workbench) -> None:  # noqa: ARG001
    page = run_page(FRAME)

    assert not page.exception
    assert "Demo provider: pictures are painted on this machine, nothing is charged" in all_text(page)
    assert "$0.00</b> today" in all_text(page)


def test_the_same_file_runs_as_a_plain_script(bench: Workbench) -> None:  # noqa: ARG001
    page = run_page("streamlit_app.py")

    assert not page.exception
    assert "Demo dollars" in all_text(page)


def test_a_wrong_setting_is_said_on_the_page_and_not_as_a_traceback(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("CONCURRENCY", "many")

    page = run_page(FRAME)

    assert not page.exception
    assert page.error[0].value.replace("\\", "").startswith("CONCURRENCY='many' cannot be read.")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OPENAI_BASE_URL", "http://host/v1?key=hush"),
        ("BUDGET_DAY_USD", "NaN"),
        ("CONCURRENCY", "0"),
        ("PROVIDER", "azure"),
        ("DATABASE_URL", "mysql://ada:hush@host/name"),
        ("OUTPUT_DIR", "/proc/output"),
        ("DEFAULT_MODEL", "gpt-image-0"),
    ],
)
def test_each_wrong_setting_is_named_once_on_the_page(
    surroundings: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    surroundings.setenv(variable, value)

    page = run_page(FRAME)

    assert not page.exception
    assert [variable in error.value.replace("\\", "") for error in page.error] == [True]
    assert "hush" not in all_text(page)


def test_a_mended_setting_is_taken_up_without_a_restart(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("CONCURRENCY", "many")
    page = run_page(FRAME)

    surroundings.setenv("CONCURRENCY", "2")

    assert not page.run().error


def test_money_in_sight_is_what_the_ledger_says(bench: Workbench, surroundings: pytest.MonkeyPatch) -> None:
    job = painted(bench, Visitor(owner="anna"), size="1024x640")
    shutdown()
    surroundings.setenv("BUDGET_DAY_USD", "10")

    standing = workbench().ledger.standing("demo")
    line = money_html(standing, demo=False)

    assert job.cost is not None
    assert standing.today.total == job.cost
    assert standing.left == 10 - job.cost
    assert "left</span>" in line
    assert "Demo" not in line


def test_the_workbench_is_one_for_all_threads(surroundings: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    seen: list[Workbench] = []
    threads = [threading.Thread(target=lambda: seen.append(workbench())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 8
    assert len({id(one) for one in seen}) == 1


def test_a_shut_down_workbench_is_built_anew_when_asked_for(bench: Workbench) -> None:
    serve_routes()

    shutdown()

    assert not routes_are_served()
    assert workbench() is not bench


RELOADS = """
import sys
from pathlib import Path

def reload(*names):
    for module in [m for m in sys.modules if m.split(".")[0] in names]:
        del sys.modules[module]
    import app.workbench
    return app.workbench

old = reload()
first = old.workbench()
assert reload("app").workbench() is first, "a reload of the pages must not touch running jobs"
new = reload("app", "core")
second = new.workbench()
assert second is not first and old.workbench() is second, "old and new pages must agree on the new workbench"
import core.bootstrap
assert isinstance(second, core.bootstrap.Workbench)
new.shutdown()
"""


def test_the_workbench_outlives_a_reload_of_the_pages_and_follows_one_of_the_core(
    surroundings: pytest.MonkeyPatch,  # noqa: ARG001
) -> None:
    done = subprocess.run([sys.executable, "-c", RELOADS], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr


NASTY = [
    "**bold** _it_ ~~gone~~ `code` # head",
    "<script>alert(1)</script> <b>&amp;</b>",
    "[click](https://evil.example) ![x](y) www.evil.example me@evil.example https://evil.example/a_b",
    ":red[danger] :material/delete: :smile: :streamlit: :small[x] :blue-badge[x]",
    "$x^2$ and $$y$$ costs $5 to $6",
    "- list\n1. list\n> quote\n\n    code\n| a | b |\n|---|---|",
    "a -> b <- c -- d --- e >= f <= g ~= h",
    r"C:\temp\new \* \\",
]


@pytest.mark.parametrize("text", NASTY)
def test_plain_escapes_every_mark_that_markdown_knows(text: str) -> None:
    shown = plain(text).replace("  \n", "\n").replace("\N{NO-BREAK SPACE}", " ").replace(JOINER, "")

    assert shown.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") == text


def test_an_error_is_shown_as_text() -> None:
    def failing() -> None:
        from app.ui.feedback import errors_shown
        from core.errors import StorageError

        with errors_shown():
            raise StorageError("<b>The disk</b> is **full**.")

    page = AppTest.from_function(failing).run()

    assert page.error[0].value == plain("<b>The disk</b> is **full**.")


def test_an_exceeded_budget_leads_to_the_settings(bench: Workbench) -> None:  # noqa: ARG001
    def failing() -> None:
        from decimal import Decimal

        import streamlit as st

        from app.ui.feedback import errors_shown
        from app.ui.navigation import pages
        from core.errors import BudgetExceededError

        st.navigation(pages())
        with errors_shown():
            raise BudgetExceededError("Too dear.", limit=Decimal(1), spent=Decimal(1), estimate=Decimal(1))

    page = AppTest.from_function(failing).run()

    assert not page.exception
    assert 'label: "See the budgets in Settings"' in all_text(page)


def test_a_bug_is_not_hidden() -> None:
    def bug() -> None:
        from app.ui.feedback import errors_shown

        with errors_shown():
            raise KeyError("a bug")

    assert AppTest.from_function(bug).run().exception


def test_each_session_without_a_cookie_has_an_owner_of_its_own() -> None:
    def who() -> None:
        import streamlit as st

        from app.ui.session import visitor

        st.text(visitor().owner)

    one, other = AppTest.from_function(who).run(), AppTest.from_function(who).run()

    assert one.text[0].value == one.run().text[0].value
    assert one.text[0].value != other.text[0].value
