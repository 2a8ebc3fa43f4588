"""The price on the button: what the request in the controls would cost, said before the click."""

from dataclasses import dataclass, replace

import streamlit as st

from app.ui.choices import key
from app.ui.controls import Wish
from app.ui.feedback import plain
from app.ui.session import visitor
from app.ui.sizes import offer_size
from app.workbench import workbench
from core.domain.image import Size
from core.domain.ledger import Budgets
from core.domain.request import Request
from core.domain.usage import Estimate
from core.errors import BudgetExceededError, InvalidRequestError, NotFoundError, UnsupportedOptionError

STAND_IN = "a picture"
"""Priced while the prompt is still empty."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A request with its price, or why there is none; ``warning`` says that the budget is too small."""

    wish: Wish
    estimate: Estimate | None = None
    problem: InvalidRequestError | NotFoundError | None = None
    warning: str = ""


def offer(wish: Wish) -> Offer:
    """Check and price what is asked for; nothing is written."""
    try:
        estimate = workbench().studio.estimate(with_a_prompt(wish).request(), visitor())
    except (InvalidRequestError, NotFoundError) as error:
        return Offer(wish=wish, problem=error)
    return Offer(wish=wish, estimate=estimate, warning=_budget_warning(estimate, wish.model.id))


def with_a_prompt(wish: Wish) -> Wish:
    """The same wish, with a stand-in while nothing is written yet."""
    return wish if wish.options["prompt"].strip() else replace(wish, options={**wish.options, "prompt": STAND_IN})


def run_button(offer: Offer, words: str, *, blocked: bool = False, name: str = "run", main: bool = True) -> bool:
    """Show the button with its price, and what stands in its way; True when it was pressed.

    ``words`` say what it does; ``blocked`` says that the page itself asks for something first.
    It stays enabled for an empty prompt and a tight budget: text commits with the click itself,
    and the budget may have room by then. The studio decides.
    """
    if offer.problem is not None:
        _explain(offer.wish, offer.problem)
    pressed = st.button(
        _label(words, offer.estimate),
        key=key(name),
        type="primary" if main else "secondary",
        icon=":material/brush:",
        shortcut="Ctrl+Enter" if main else None,
        disabled=blocked or offer.problem is not None,
        width="stretch",
    )
    if offer.warning and not pressed:
        st.warning(plain(offer.warning), icon=":material/savings:")
    if offer.estimate is not None and offer.estimate.notes:
        st.caption(plain(" ".join(offer.estimate.notes)))
    return pressed


def price_of(request: Request) -> str | None:
    """What a request would cost now, or None if it cannot be sent (its model has stopped, say)."""
    try:
        return price_text(workbench().studio.estimate(request, visitor()))
    except (InvalidRequestError, NotFoundError):
        return None


def price_text(estimate: Estimate) -> str:
    """The price in words; a range that rests on measurements says so, a single price always does."""
    return f"about {estimate.text}" if estimate.approximate and estimate.is_range else estimate.text


def _label(label: str, estimate: Estimate | None) -> str:
    # Not escaped by plain(): a screen reader reads the label, and only the dollar is special in it.
    return label if estimate is None else f"{label} - {price_text(estimate)}".replace("$", r"\$")


def _explain(wish: Wish, problem: InvalidRequestError | NotFoundError) -> None:
    """Put the sentence beside its control; a size with a known remedy gets it as a button."""
    param = getattr(problem, "param", None) or "model"
    with wish.places.get(param, st.container()):
        match problem:
            case UnsupportedOptionError(param="size", allowed=(legal,)) if size := Size.parse(legal):
                if wish.options.get("output_format") == "gif":
                    offer_size(str(problem), size)
            case _:
                st.warning(plain(str(problem)), icon=":material/error:")


def _budget_warning(estimate: Estimate, model: str) -> str:
    bench = workbench()
    if bench.ledger.budgets == Budgets():
        return ""
    standing = bench.ledger.standing(bench.studio.account_of(visitor(), model))
    try:
        standing.budgets.check(estimate.held, standing.today, standing.month)
    except BudgetExceededError as error:
        return str(error)
    return ""
