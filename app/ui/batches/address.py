"""Which batch is open: kept for the tab and in the address (?id=), so a reload, a link or another tab finds it."""

import streamlit as st

from app.ui.choices import choose, chosen

ID, TOLD, TARGET = "id", "told", "target"


def read_address() -> str | None:
    """The open batch's id; the address counts where it says something else than this page wrote there."""
    asked = st.query_params.get(ID)
    if asked and asked != chosen(TOLD):
        choose(ID, asked)
    return opened()


def write_address() -> None:
    """Say in the address what is open; a page switch has wiped it."""
    id = opened()
    if id is None:
        st.query_params.pop(ID, None)
    elif st.query_params.get(ID) != id:
        st.query_params[ID] = id
    choose(TOLD, id)


def opened() -> str | None:
    """The open batch's id; None while rows are prepared."""
    id: str | None = chosen(ID)
    return id


def open_batch(id: str | None) -> None:
    """Show this batch, or the rows that are being prepared. For callbacks and before a rerun."""
    choose(ID, id)
    for name in ("asked_twice", "asked", "turned", "picked"):
        choose(name, None)


def target() -> str | None:
    """The batch that prepared rows are added to; None makes a new one."""
    id: str | None = chosen(TARGET)
    return id


def add_to(id: str | None) -> None:
    """Prepare rows for this batch, or for a new one again."""
    choose(TARGET, id)
    open_batch(None)
