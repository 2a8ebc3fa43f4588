"""The costs page: sums that can be read and taken away, an invoice's gap, corrections."""

from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from app.ui.costs_view import account_title
from app.workbench import workbench
from core.bootstrap import Workbench
from core.domain.costs import By, CostLine, csv_of
from core.domain.ledger import EntryKind
from core.domain.money import usd_text
from core.domain.visitor import Visitor
from tests.app.shell import all_text, painted, press, run_page

PAGE = "pages/costs.py"


def with_a_job(bench: Workbench) -> tuple[AppTest, str]:
    page = run_page(PAGE)
    job = painted(bench, Visitor(owner=page.session_state["gesso_owner"]), size="1024x640")
    return page.run(), job.id


def test_an_empty_month_says_so(bench: Workbench) -> None:  # noqa: ARG001
    assert "Nothing was spent" in all_text(run_page(PAGE))


def test_the_sums_follow_the_dimension(bench: Workbench) -> None:
    page, _ = with_a_job(bench)
    assert f"{bench.clock():%Y-%m-%d}" in all_text(page)
    page.segmented_control[0].set_value("Model").run()
    assert not page.exception
    assert "gpt-image-2.6-sunburst" in all_text(page)


def test_an_invoice_is_compared_with_the_ledger(bench: Workbench) -> None:
    page, _ = with_a_job(bench)
    spent = bench.ledger.standing("demo").month.spent
    page.text_input(key="costs_invoice").set_value(f"{spent:f}").run()
    assert "agree" in all_text(page)
    page.text_input(key="costs_invoice").set_value("$1,000").run()
    assert "Gap" in all_text(page)
    for typed, sentence in (
        ("a lot", "is no amount. Write US dollars"),
        ("1.234,56", "write it with a point"),
        ("-5", "cannot be negative"),
        ("1e30", "More than $1,000,000.00 is not taken"),
    ):
        page.text_input(key="costs_invoice").set_value(typed).run()
        assert not page.exception
        assert sentence in plain_text(page)


def test_a_correction_is_a_new_entry_and_moves_the_sums(bench: Workbench) -> None:
    page, job_id = with_a_job(bench)
    before = bench.ledger.standing("demo").month.spent
    for name, text in (("job", job_id), ("amount", "0.50"), ("why", "Invoice 7")):
        page.text_input(key=f"costs_{name}").set_value(text)
    page.button[-1].click().run()
    assert bench.ledger.standing("demo").month.spent == before + Decimal("0.50")
    assert bench.ledger.entries(account="demo")[0].note == "Invoice 7"


def test_a_correction_without_a_reason_or_with_a_comma_is_refused_with_a_sentence(bench: Workbench) -> None:
    page, job_id = with_a_job(bench)
    page.text_input(key="costs_job").set_value(job_id)
    page.text_input(key="costs_amount").set_value("0,02")
    page.button[-1].click().run()
    assert "write it with a point, such as -0.02" in plain_text(page)
    assert page.text_input(key="costs_amount").value == "0,02"
    page.text_input(key="costs_amount").set_value("1")
    page.button[-1].click().run()
    assert "Say why" in all_text(page)
    assert bench.ledger.entries(account="demo")[0].kind is EntryKind.SETTLE


def test_a_spreadsheet_takes_no_label_for_a_formula() -> None:
    line = CostLine(label="=HYPERLINK(1)", spent=Decimal("0.1"), held=Decimal(0), requests=1)
    assert csv_of(By.COLLECTION, [line]) == "collection,spent_usd,held_usd,pictures\r\n'=HYPERLINK(1),0.1,0,1\r\n"


def test_an_open_outcome_is_settled_right_there_and_budgets_say_what_is_left(
    surroundings: pytest.MonkeyPatch,
) -> None:
    surroundings.setenv("BUDGET_DAY_USD", "1")
    bench, page = workbench(), run_page(PAGE)
    owner = Visitor(owner=page.session_state["gesso_owner"])
    first, second = (painted(bench, owner, "demo:error=unknown", size="1024x640") for _ in range(2))
    left = bench.ledger.standing("demo").left
    assert "2 requests may have been billed" in plain_text(page.run())
    assert left is not None
    assert f"{usd_text(left)} left of $1.00" in plain_text(page)

    press(page, f"costs_not-billed_{first.id}")
    assert "came back: nothing was billed" in plain_text(page)
    press(page, f"costs_send-again_{second.id}")
    assert "sent again" in plain_text(page)
    assert bench.studio.job(second.id, owner).charged == second.held


def test_a_visitor_sees_the_servers_accounts_and_their_own_only(bench: Workbench) -> None:
    anna = Visitor(owner="anna")
    painted(bench, anna, size="1024x640")
    assert bench.ledger.accounts("openai", anna) == ("openai", "demo")
    assert account_title("demo") == "Demo dollars"


def plain_text(page: AppTest) -> str:
    return all_text(page).replace("\\", "")
