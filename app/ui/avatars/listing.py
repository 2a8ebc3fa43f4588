"""The visitor's avatar sets, newest first: each with how far it is and what it cost so far."""

import streamlit as st

from app.ui.avatars.opening import open_set
from app.ui.batches.told import bar, summary
from app.ui.choices import key
from app.ui.feedback import plain
from app.ui.session import visitor
from app.workbench import workbench
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
            st.caption(plain(summary(batch, progress)), width="content")
            st.html(bar(progress), width="stretch")


def title_of(id: str) -> str:
    """The open set's name, or what stands in its place where there is none of this id."""
    try:
        return plain(workbench().batches.get(id, visitor()).name)
    except NotFoundError:
        return "Avatar set"
