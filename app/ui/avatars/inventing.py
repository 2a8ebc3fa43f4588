"""Personas that somebody makes up: asked in the background, so that no click on the page loses what was paid for."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from random import randrange

import streamlit as st

from app.ui.avatars.people import add, lines
from app.ui.choices import choose, chosen, key, number, one_of
from app.ui.earlier import typed
from app.ui.library.notices import notify
from app.ui.session import own_key, visitor
from app.workbench import workbench
from core.domain.money import usd_text
from core.errors import GessoError
from core.services.prompt_ports import Invented, PersonaInventor

MOST, USUAL = 50, 10
MAX_WISHES = 1000
POLL_SECONDS = 1.0
AT_ONCE = 4
PLACEHOLDER = "Nurses and paramedics in Bavaria, 25 to 45"
BUILT_IN = "built-in"


def ask_invented() -> None:
    """Who invents them, how many, and what kind of people; then what they were."""
    running: Future[Invented] | None = chosen("inventing")
    if running is not None:
        st.fragment(_wait, run_every=POLL_SECONDS)(running)
        return
    inventors = {one.name: one for one in workbench().prompts.inventors(own_key())}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=key("invent_row")):
        name = one_of("inventor", "By", list(inventors), next(iter(inventors)), lambda name: inventors[name].title)
        count = number("invent_count", "How many", 1, MOST, USUAL, width=130)
    inventor, wishes = inventors[name], ""
    if name == BUILT_IN:
        st.caption("Free and at once. It draws from lists and cannot read wishes; a chat model or Flowise can.")
    else:
        wishes = typed(st.text_area, "What kind of people", "wishes", height=80, max_chars=MAX_WISHES,
                       placeholder=PLACEHOLDER)  # fmt: skip
    _ask(inventor, count, wishes)


def _ask(inventor: PersonaInventor, count: int, wishes: str) -> None:
    estimate = inventor.estimate(count, wishes)
    price = f" for up to {usd_text(estimate.held)}".replace("$", r"\$") if estimate.held else ""
    if st.button(f"Invent {count:,} persona{'s' * (count != 1)}{price}", key=key("invent"),
                 icon=":material/auto_awesome:", type="secondary" if lines() else "primary"):  # fmt: skip
        if estimate.held:
            standing = workbench().ledger.standing(workbench().studio.account_of(visitor()))
            standing.budgets.check(estimate.held, standing.today, standing.month)
        desk, api_key, seed = workbench().prompts, own_key(), randrange(1_000_000)
        task = _threads().submit(desk.invent, count, wishes, inventor=inventor.name, seed=seed, api_key=api_key)
        choose("inventing", task)
        st.rerun()


def _wait(running: "Future[Invented]") -> None:
    if not running.done():
        st.caption(":material/hourglass_top: They are being made up. You can go on with something else here.")
        return
    choose("inventing", None)
    try:
        _take(running.result())
    except GessoError as error:
        notify(f"No personas were invented. {error}")
    st.rerun()


def _take(found: Invented) -> None:
    fresh = add(found.personas)
    said = [f"{fresh:,} persona{'s' * (fresh != 1)} invented."]
    if found.cost:
        said.append(f"That cost {usd_text(found.cost)}; it is not in the ledger, as it belongs to no picture.")
    said += [str(problem) for problem in found.problems]
    notify(" ".join(said))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="gesso-inventing")
