"""What a job owes, by what is known of each call."""

from datetime import date
from decimal import Decimal

import pytest

from core.domain.job import CallState
from core.domain.ledger import Budgets, Spending
from core.domain.settlement import CallBill, settle
from core.domain.usage import Prices, Usage
from core.errors import BudgetExceededError

PRICES = Prices(
    text_input=Decimal(5), image_input=Decimal(8), image_output=Decimal(30), text_output=Decimal(10),
    checked_on=date(2026, 11, 20), source="test",
)  # fmt: skip
USAGE = Usage(text_input=20, image_output=1000)
COST = Decimal("0.0301")


def settled(*bills: CallBill, prices: Prices | None = PRICES):  # type: ignore[no-untyped-def]
    return settle(bills, reserved=Decimal("0.10"), prices=prices, svg_author=Decimal("0.1"))


def test_an_answer_with_usage_costs_what_its_tokens_cost() -> None:
    result = settled(CallBill(state=CallState.ANSWERED, asked=1, images=1, usage=USAGE))
    assert (result.charged, result.held, result.cost, result.estimated) == (COST, 0, COST, False)


def test_a_paid_answer_without_a_usable_image_still_costs() -> None:
    assert settled(CallBill(state=CallState.ANSWERED, asked=1, usage=USAGE)).charged == COST


def test_an_answer_without_usage_is_charged_at_the_estimate() -> None:
    result = settled(CallBill(state=CallState.ANSWERED, asked=2, images=2))
    assert (result.charged, result.estimated) == (Decimal("0.10"), True)


def test_a_refused_call_costs_nothing() -> None:
    result = settled(CallBill(state=CallState.REJECTED, asked=1))
    assert (result.charged, result.held, result.cost) == (0, 0, 0)


def test_an_unknown_call_keeps_its_share_held_beside_what_is_settled() -> None:
    result = settled(
        CallBill(state=CallState.ANSWERED, asked=1, images=1, usage=USAGE), CallBill(state=CallState.UNKNOWN, asked=1)
    )
    assert (result.charged, result.held) == (COST, Decimal("0.05"))


def test_without_prices_the_assumed_figure_is_charged_and_the_cost_stays_unknown() -> None:
    result = settled(CallBill(state=CallState.ANSWERED, asked=1, images=1, usage=USAGE), prices=None)
    assert (result.charged, result.cost) == (Decimal("0.10"), None)


def test_an_empty_answer_without_usage_may_have_been_billed() -> None:
    assert settled(CallBill(state=CallState.ANSWERED, asked=1)).held == Decimal("0.10")


def test_a_budget_counts_what_is_held_as_spent() -> None:
    budgets = Budgets(day=Decimal("1.00"))
    standing = Spending(spent=Decimal("0.60"), held=Decimal("0.30"))
    budgets.check(Decimal("0.10"), standing, standing)
    with pytest.raises(BudgetExceededError, match=r"\$0\.10 of the \$1\.00 budget is left today"):
        budgets.check(Decimal("0.11"), standing, standing)
