"""A set that was started: how far it is, looked at while it lives, the wall as it fills, and what can be done."""

import streamlit as st

from app.ui.avatars.doing import act, take_home
from app.ui.avatars.listing import state_said
from app.ui.avatars.opening import opened_split
from app.ui.avatars.reading import Open, read_set
from app.ui.avatars.reviewing import show_review
from app.ui.avatars.splitting import show_split
from app.ui.avatars.unwritten import show_unwritten
from app.ui.batches.doing import say_why_it_stopped
from app.ui.batches.results import open_what_was_picked
from app.ui.batches.running import POLL_SECONDS
from app.ui.batches.told import bar, facts
from app.ui.choices import chosen, key
from app.ui.feedback import plain
from app.workbench import workbench
from core.domain.avatar import Way
from core.domain.batch import BatchState, RowState


def show_set(id: str) -> None:
    """All of a set; it keeps itself fresh for as long as something of it waits or runs."""
    open_what_was_picked()
    found = read_set(id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("what")):
        st.markdown(f"**{plain(state_said(found.batch, found.personas))}** · {plain(_made(found))}", width="stretch")
        act(found)
    say_why_it_stopped(found.batch, found.progress)
    if (position := opened_split()) is not None:
        show_split(found, position)  # nothing runs past this: a rectangle that is being dragged stays where it is
        return
    if found.is_live:
        st.fragment(_watch, run_every=POLL_SECONDS)(id, found.batch.state, len(found.unwritten))
    else:
        _show(found)


def _watch(id: str, was: BatchState, unwritten: int) -> None:
    open_what_was_picked()
    found = read_set(id)
    is_other = found.batch.state is not was or not found.is_live or len(found.unwritten) != unwritten
    if is_other or opened_split() is not None or chosen("notice") is not None:
        st.rerun()
    _show(found)


def _show(found: Open) -> None:
    runs = found.batch.state is BatchState.RUNNING
    left = workbench().batches.time_left(found.batch, found.foretold) if runs else None
    people = f"**{found.done:,} of {len(found.personas):,} personas done**"
    writing = sum(one.state in ("planned", "writing") for one in found.personas)
    if runs and writing:
        people += f" · prompts of {writing:,} to come"
    st.markdown(people)
    if found.foretold.total:
        st.html(bar(found.foretold) + facts(found.foretold, left, "requests"))
    show_unwritten(found)
    show_review(found)
    take_home(found)


def _made(found: Open) -> str:
    plan = found.made.plan
    way = "as grids" if plan.way is Way.GRIDS else "one by one"
    quality = f", {plan.quality}" if plan.quality else ""
    failed = found.progress.count(RowState.FAILED)
    return f"{plan.pictures} pictures each, {way}, {plan.model}{quality}" + (f", {failed:,} failed" if failed else "")
