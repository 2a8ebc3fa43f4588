"""A batch that was started: how far it is, looked at while it lives, its results as they come, and what can be done."""

import streamlit as st

from app.ui.batches.doing import act, say_why_it_stopped
from app.ui.batches.results import open_what_was_picked, show_results
from app.ui.batches.told import STATES, bar, facts
from app.ui.choices import key
from app.ui.feedback import plain
from app.ui.navigation import AVATARS, go
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.batch import Batch, BatchState, Progress
from core.errors import NotFoundError

POLL_SECONDS = 1.5


def show_batch(id: str) -> None:
    """All of a batch; it keeps itself fresh for as long as something of it waits or runs."""
    open_what_was_picked()
    batches = workbench().batches
    batch, progress = batches.get(id, visitor()), batches.progress(id, visitor())
    if batch.growing:
        go(AVATARS, id=id)  # an avatar set, by the address of its batch
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("what")):
        st.markdown(f"**{plain(STATES[batch.state])}** · {plain(_since(batch))}", width="stretch")
        act(batch, progress)
    say_why_it_stopped(batch, progress)
    if is_live(batch, progress):
        st.fragment(_watch, run_every=POLL_SECONDS)(id, batch.state)
    else:
        _show(batch, progress)


def title_of(id: str) -> str:
    """The open batch's name, or what stands in its place where there is none of this id."""
    try:
        return plain(workbench().batches.get(id, visitor()).name)
    except NotFoundError:
        return "Batch"


def is_live(batch: Batch, progress: Progress) -> bool:
    """Whether anything changes by itself."""
    return batch.state is BatchState.RUNNING or progress.open > 0


def _watch(id: str, was: BatchState) -> None:
    open_what_was_picked()
    batches = workbench().batches
    batch, progress = batches.get(id, visitor()), batches.progress(id, visitor())
    if batch.state is not was or not is_live(batch, progress):
        st.rerun()
    _show(batch, progress)


def _show(batch: Batch, progress: Progress) -> None:
    runs = batch.state is BatchState.RUNNING
    left = workbench().batches.time_left(batch, progress) if runs else None
    st.html(bar(progress) + facts(progress, left))
    show_results(batch, progress)


def _since(batch: Batch) -> str:
    if batch.finished_at is not None and batch.started_at is not None:
        return f"{batch.started_at:%Y-%m-%d %H:%M} to {batch.finished_at:%H:%M} UTC"
    if batch.started_at is not None:
        return f"since {batch.started_at:%Y-%m-%d %H:%M} UTC"
    return f"planned {batch.created_at:%Y-%m-%d %H:%M} UTC"
