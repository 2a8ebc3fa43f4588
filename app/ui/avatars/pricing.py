"""What the set costs, both ways, held against what is left of the budget."""

from html import escape

import streamlit as st

from app.ui.batches.foreseen import Room
from app.ui.choices import key
from app.ui.session import own_key, visitor
from app.workbench import workbench
from core.domain.avatar import AvatarPlan, Quote, Way
from core.domain.money import usd_text
from core.domain.persona import Persona
from core.errors import BudgetExceededError

Both = tuple[Quote, Quote]


def both_ways(plan: AvatarPlan, personas: tuple[Persona, ...]) -> Both:
    """The quotes as grids and as single pictures; nothing is priced twice while nothing changes."""
    asked = (plan, personas, own_key())
    kept: tuple[object, Both] | None = st.session_state.get(key("priced"))
    if kept is None or kept[0] != asked:
        kept = (asked, workbench().avatars.both_ways(plan, personas, visitor()))
        st.session_state[key("priced")] = kept
    return kept[1]


def chosen_of(both: Both, plan: AvatarPlan) -> Quote:
    """The quote of the way that the plan goes."""
    return next(quote for quote in both if quote.way is plan.way)


def show_both(both: Both, plan: AvatarPlan, people: int) -> None:
    """The two ways side by side, the one that is chosen marked."""
    cards = "".join(_card(quote, plan, people) for quote in both)
    st.html(f'<div class="gesso-ways">{cards}</div>')


def room(quote: Quote, plan: AvatarPlan) -> Room:
    """Hold the most that the set can cost against what is left."""
    bench, who = workbench(), visitor()
    standing = bench.ledger.standing(bench.studio.account_of(who, plan.model))
    try:
        standing.budgets.check(quote.most, standing.today, standing.month)
    except BudgetExceededError as error:
        return Room(f"{error} The set pauses when the budget is used up, and can be resumed.", tight=True)
    if standing.left is None:
        return Room("No budget is set.")
    left = usd_text(standing.left - quote.most)
    return Room(f"{usd_text(standing.left)} of the budget is left; after this at least {left}.")


def _card(quote: Quote, plan: AvatarPlan, people: int) -> str:
    chosen = quote.way is plan.way
    head = "as grids" if quote.way is Way.GRIDS else "as single pictures"
    if quote.problem:
        body = f"<p>{escape(quote.problem)}</p>"
    else:
        rows = "".join(f"<p>{escape(line)}</p>" for line in _lines(quote, plan))
        body = f"<b>{escape(quote.images.text)}</b>{rows}"
    mark = '<i aria-label="chosen">chosen</i>' if chosen else ""
    said = f"{people * plan.pictures:,} variations {head}"
    return f'<div class="{"way chosen" if chosen else "way"}"><span>{escape(said)}{mark}</span>{body}</div>'


def _lines(quote: Quote, plan: AvatarPlan) -> list[str]:
    if quote.way is Way.GRIDS:
        pictures = f"pictures of about {quote.tile_side:,} px, cut out of {plan.picture_size}"
    else:
        pictures = f"pictures of {plan.picture_size}, full size"
    found = [pictures, f"{quote.images.requests:,} requests, base portraits included"]
    if quote.texts:
        found.append(f"and {usd_text(quote.texts)} for the prompts")
    if quote.retakes:
        found.append(f"and up to {usd_text(quote.retakes)} if everything were made again")
    if quote.texts or quote.retakes:
        found.append(f"at most {usd_text(quote.most)} in all")
    return found
