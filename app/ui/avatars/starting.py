"""From personas and plan to a set: its price, its name and limit, and the start, asked twice if dear."""

from decimal import Decimal

import streamlit as st

from app.ui.avatars.opening import open_set
from app.ui.avatars.people import People, put
from app.ui.avatars.pricing import both_ways, chosen_of, room, show_both
from app.ui.batches.confirming import meant
from app.ui.batches.limits import ask_cost, ask_pace
from app.ui.choices import choose, key
from app.ui.feedback import errors_shown, plain
from app.ui.library.notices import notify
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.avatar import AvatarPlan, Quote
from core.domain.library import MAX_NAME
from core.domain.money import usd_text


def offer_start(people: People, plan: AvatarPlan) -> None:
    """The price both ways, what is left, and the button; nothing starts that was not priced."""
    with st.container(border=True, key=key("start"), gap="small"):
        if not people.personas:
            st.caption("The price stands here once there is a persona.")
            return
        both = both_ways(plan, people.personas)
        quote = chosen_of(both, plan)
        show_both(both, plan, len(people.personas))
        left = room(quote, plan)
        if left.tight:
            st.warning(plain(left.text), icon=":material/savings:")
        st.caption(plain(" ".join([*[left.text] * (not left.tight), _where()])))
        with errors_shown():
            _ask(people, plan, quote)


def _ask(people: People, plan: AvatarPlan, quote: Quote) -> None:
    usual = _usual(people)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=key("naming")):
        name: str = st.text_input("Name", key=key("name"), placeholder=usual, max_chars=MAX_NAME,
                                  persist_state="session", width=280)  # fmt: skip
        max_cost = ask_cost("max_cost", None)
        pace = ask_pace("concurrency", None)
    if _pressed(people, plan, quote, max_cost):
        _start(name.strip() or usual, people, plan, max_cost, pace)


def _pressed(people: People, plan: AvatarPlan, quote: Quote, max_cost: Decimal | None) -> bool:
    at_most = min(quote.most, max_cost or quote.most)
    stay = f", {len(people.bad):,} stay in the table" if people.bad else ""
    count = f"{len(people.personas):,} persona{'s' * (len(people.personas) != 1)}"
    price = quote.images.text if quote.most == quote.images.held else f"up to {usd_text(quote.most)}"
    return meant(f"Make {count} for {price}{stay}", f"{len(people.personas):,}", at_most,
                 (len(people.personas), plan, at_most), disabled=bool(quote.problem))  # fmt: skip


def _start(name: str, people: People, plan: AvatarPlan, max_cost: Decimal | None, pace: int | None) -> None:
    avatars, who = workbench().avatars, visitor()
    avatars.check_start(plan, people.personas, who, max_cost=max_cost)  # a set that cannot start is not kept
    made = avatars.create(name, people.personas, plan, who, max_cost=max_cost, concurrency=pace)
    put(people.bad)
    choose("people_removed", None)
    if people.bad:
        notify(f"{len(people.bad):,} could not be started and wait in the table.")
    open_set(made.id)  # it is kept now: should the start fail, it is found there, with the reason
    avatars.start(made.id, who)
    st.rerun()


def _usual(people: People) -> str:
    first = people.personas[0].name
    others = len(people.personas) - 1
    return f"{first} and {others:,} more"[:MAX_NAME] if others else first[:MAX_NAME]


def _where() -> str:
    place = workbench().objects.where("avatars/persona/1.png").removesuffix("/persona/1.png")
    return f"Pictures are kept in {place}, in a folder for each persona."
