"""All collections with their covers, the automatic ones first, and a new one."""

from collections.abc import Callable

import streamlit as st

from app.ui.choices import choose, key
from app.ui.feedback import errors_shown
from app.ui.library.address import change
from app.ui.library.automatic import show_automatic
from app.ui.library.grid import Card, grid
from app.ui.library.notices import notify, pictures_said
from app.ui.pictures import thumbnail_source
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.library import MAX_NAME, MAX_NOTES, Collection

EMPTY = (
    "A collection is a set of pictures with a name, an order and notes. Make one here, "
    "or select pictures in the history and add them to a new one."
)


def show_shelf() -> None:
    """The collections; a click opens one."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("head")):
        st.title("Collections", width="stretch")
        with st.popover("New collection", icon=":material/add:", key=key("new_fold")):
            name_form("new", "Make it", lambda name, notes: open_set(_made(name, notes)))
    show_automatic()
    collections = workbench().history.collections(visitor())
    if not collections:
        st.caption(EMPTY)
        return
    st.subheader("Your collections", anchor=False)
    cards = [_card(collection) for collection in collections]
    grid("shelf", "Collections", cards, on_open=lambda id: change(collection=id), edge=172, marks=False)


def open_set(collection: Collection) -> None:
    """Show one collection."""
    choose("selected", None)
    change(collection=collection.id, page=None)


def name_form(name: str, words: str, do: Callable[[str, str], None], title: str = "", notes: str = "") -> None:
    """Ask for a name and notes, and hand them on."""
    title_key, notes_key = key(f"{name}_name"), key(f"{name}_notes")

    def submitted() -> None:
        with errors_shown():
            do(st.session_state[title_key], st.session_state[notes_key])

    with st.form(f"{title_key}_form", border=False):
        st.text_input("Name", title, MAX_NAME, key=title_key)
        st.text_area("Notes", notes, max_chars=MAX_NOTES, key=notes_key, height=96)
        st.form_submit_button(words, type="primary", on_click=submitted, key=f"{title_key}_submit")


def _made(name: str, notes: str) -> Collection:
    made = workbench().history.make_collection(name, visitor(), notes)
    notify(f'"{made.name}" is made. Select pictures in the history to add them.')
    return made


def _card(collection: Collection) -> Card:
    small = pictures_said(collection.count) if collection.count else "empty"
    source = thumbnail_source(collection.cover) if collection.cover else ""
    return Card(
        id=collection.id, title=f"{collection.name}, {small}", source=source, name=collection.name, small=small
    )  # fmt: skip
