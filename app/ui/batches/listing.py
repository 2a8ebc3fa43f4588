"""The visitor's batches, newest first: each with how far it is and what it cost so far."""

import streamlit as st

from app.ui.batches.address import open_batch
from app.ui.batches.told import bar, summary
from app.ui.choices import key
from app.ui.feedback import plain
from app.ui.session import visitor
from app.workbench import workbench

SHOWN, LOOKED_AT = 12, 60
"""Among them may be avatar sets, which have a page of their own."""


def show_batches() -> None:
    """A line for each, which opens it; nothing where there is none."""
    found = workbench().batches.all(visitor(), limit=LOOKED_AT)
    batches = [batch for batch in found if not batch.growing][:SHOWN]
    if not batches:
        return
    st.subheader("Your batches", anchor=False)
    for batch in batches:
        progress = workbench().batches.progress(batch.id, visitor())
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key(f"one_{batch.id}")):
            st.button(plain(batch.name), key=key(f"open_{batch.id}"), type="tertiary", on_click=open_batch,
                      args=(batch.id,))  # fmt: skip
            st.caption(plain(summary(batch, progress)), width="content")
            st.html(bar(progress), width="stretch")
