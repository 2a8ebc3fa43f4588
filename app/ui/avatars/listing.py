"""The visitor's avatar sets, newest first: each with how far it is and what it cost so far."""

from collections.abc import Sequence

import streamlit as st

from app.ui.avatars.opening import open_set
from app.ui.batches.told import NOT_DONE, STATES, bar
from app.ui.choices import key
from app.ui.feedback import plain
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.avatar import PersonaRow, PersonaState
from core.domain.batch import Batch, BatchState, Progress
from core.domain.money import usd_text
from core.errors import NotFoundError

SHOWN = 12


def show_sets() -> None:
    """A line for each, which opens it; nothing where there is none."""
    sets = workbench().avatars.all(visitor(), limit=SHOWN)
    if not sets:
        return
    st.subheader("Your sets", anchor=False)
    for made in sets:
        batch, progress = workbench().batches.get(made.id, visitor()), workbench().batches.progress(made.id, visitor())
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key(f"one_{made.id}")):
            st.button(plain(batch.name), key=key(f"open_{made.id}"), type="tertiary", on_click=open_set,
                      args=(made.id,))  # fmt: skip
            people = workbench().avatars.personas(made.id, visitor())
            st.caption(plain(_summary(batch, progress, people)), width="content")
            st.html(bar(progress), width="stretch")


def state_said(batch: Batch, people: Sequence[PersonaRow]) -> str:
    """Its batch's state, but a set whose prompts nobody wrote is not finished in anybody's eyes."""
    waits = batch.state is BatchState.FINISHED and any(one.state is PersonaState.UNWRITTEN for one in people)
    return "Waits for prompts" if waits else STATES[batch.state]


def _summary(batch: Batch, progress: Progress, people: Sequence[PersonaRow]) -> str:
    said = [state_said(batch, people), f"{len(people):,} persona{'s' * (len(people) != 1)}"]
    if progress.total:
        said.append(f"{progress.done:,} of {progress.total:,} requests done")
    if failed := progress.settled(*NOT_DONE):
        said.append(f"{failed:,} failed")
    return " · ".join([*said, f"{usd_text(progress.spent)} spent"])


def title_of(id: str) -> str:
    """The open set's name, or what stands in its place where there is none of this id."""
    try:
        return plain(workbench().batches.get(id, visitor()).name)
    except NotFoundError:
        return "Avatar set"
