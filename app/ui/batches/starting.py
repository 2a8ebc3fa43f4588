"""From the table to a batch: what it costs, what is left, its name and limits, and the start, asked twice if dear."""

import streamlit as st

from app.ui.batches.address import TARGET, add_to, open_batch, target
from app.ui.batches.checking import Table
from app.ui.batches.confirming import is_asked, meant
from app.ui.batches.draft import put
from app.ui.batches.foreseen import how_long, room
from app.ui.batches.limits import Limits, ask_limits
from app.ui.choices import choose, chosen, key
from app.ui.feedback import errors_shown, plain
from app.ui.library.notices import notify, pictures_said
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.batch import Batch, BatchState
from core.domain.money import usd_text
from core.errors import NotFoundError


def offer_start(table: Table) -> None:
    """The total, held against the budget, and the button; nothing starts that was not priced."""
    with st.container(border=True, key=key("start"), gap="small"):
        st.markdown(f"**{plain(_total(table))}**")
        warning = room(table.good)
        if said := " ".join(filter(None, (how_long(table.good), "" if warning.tight else warning.text))):
            st.caption(plain(said))
        if warning.tight:
            st.warning(plain(warning.text), icon=":material/savings:")
        if (other := _target()) is not None:
            _offer_adding(table, other)
            return
        with errors_shown():
            limits = ask_limits(table)
            if _pressed(table, limits):
                _start(table, limits)


def _total(table: Table) -> str:
    if not table.good:
        return "Nothing to send yet"
    rows = f"{len(table.good):,} row{'s' * (len(table.good) != 1)}"
    return f"{rows} · {pictures_said(table.pictures)} · {table.total.text}"


def _pressed(table: Table, limits: Limits) -> bool:
    at_most = min(table.total.held, limits.max_cost or table.total.held)
    mark = (len(table.good), at_most)
    if at_most < table.total.held and not is_asked(mark):
        st.caption(plain(f"It pauses before it could cost more than {usd_text(at_most)}."))
    left = f", {len(table.bad):,} stay in the table" if table.bad else ""
    words = f"Start {len(table.good):,} row{'s' * (len(table.good) != 1)} for {table.total.text}{left}"
    return meant(words if table.good else "Nothing to start", f"{len(table.good):,} rows", at_most, mark,
                 disabled=not table.good)  # fmt: skip


def _start(table: Table, limits: Limits) -> None:
    batches, who = workbench().batches, visitor()
    batch = batches.plan(
        limits.name, table.good, who, concurrency=limits.concurrency, max_cost=limits.max_cost,
        collection_id=limits.collection_id, template=limits.template,
    )  # fmt: skip
    _leave_behind(table)
    open_batch(batch.id)  # it is kept now: should the start fail, it is found there, with the reason
    batches.start(batch.id, who)
    st.rerun()


def _target() -> Batch | None:
    """The batch that the rows are for; one that is gone meanwhile gives way to a new one."""
    id = target()
    try:
        return None if id is None else workbench().batches.get(id, visitor())
    except NotFoundError:
        choose(TARGET, None)
        return None


def _offer_adding(table: Table, batch: Batch) -> None:
    batches, who = workbench().batches, visitor()
    sent = "sent with it" if batch.state in (BatchState.RUNNING, BatchState.FINISHED) else "sent when it goes on"
    st.caption(plain(f"These rows go into {batch.name} and are {sent}."))
    with st.container(horizontal=True, gap="small", key=key("adding")):
        words = f"Add {len(table.good):,} to it for {table.total.text}".replace("$", r"\$")
        pressed = st.button(words, key=key("add_to"), type="primary", icon=":material/playlist_add:",
                            disabled=not table.good)  # fmt: skip
        st.button("Make a new batch instead", key=key("add_not"), type="tertiary", on_click=add_to, args=(None,))
    if pressed:
        batches.add(batch.id, table.good, who)
        _leave_behind(table)
        choose(TARGET, None)
        open_batch(batch.id)
        st.rerun()


def _leave_behind(table: Table) -> None:
    """What went is the batch's now; what could not be sent waits in the table."""
    put(table.bad)
    choose("removed", None)
    choose("started", chosen("started", 0) + 1)  # the next batch gets a name of its own
    if table.bad:
        count = f"{len(table.bad):,} row{'s' * (len(table.bad) != 1)}"
        notify(f"{count} could not be sent and wait in the table: mend them there and add them to this batch.")
