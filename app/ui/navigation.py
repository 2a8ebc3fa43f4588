"""The pages of the app, in the order of the menu."""

from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.navigation.page import StreamlitPage

PAGES = Path(__file__).parents[2] / "pages"
GENERATE = PAGES / "generate.py"
EDIT = PAGES / "edit.py"
INPAINT = PAGES / "inpaint.py"
HISTORY = PAGES / "history.py"
COLLECTIONS = PAGES / "collections.py"
COMPARE = PAGES / "compare.py"
BATCH = PAGES / "batch.py"
AVATARS = PAGES / "avatars.py"
COSTS = PAGES / "costs.py"
SETTINGS = PAGES / "settings.py"


def pages() -> list[StreamlitPage]:
    """The menu; the first page is the one at the root address."""
    return [
        st.Page(GENERATE, title="Generate", icon=":material/brush:", default=True),
        st.Page(EDIT, title="Edit", icon=":material/photo_filter:"),
        st.Page(INPAINT, title="Inpaint", icon=":material/ink_highlighter:"),
        st.Page(HISTORY, title="History", icon=":material/photo_library:"),
        st.Page(COLLECTIONS, title="Collections", icon=":material/collections_bookmark:"),
        st.Page(COMPARE, title="Compare", icon=":material/compare:"),
        st.Page(BATCH, title="Batch", icon=":material/stacks:"),
        st.Page(AVATARS, title="Avatars", icon=":material/group:"),
        st.Page(COSTS, title="Costs", icon=":material/payments:"),
        st.Page(SETTINGS, title="Settings", icon=":material/tune:"),
    ]


def go(page: Path, **address: str) -> None:
    """Open one of our pages, with this in its address; stays where a page runs alone, as ``link`` does."""
    try:
        st.switch_page(page, query_params=address)
    except StreamlitAPIException:
        return


def link(page: Path, label: str) -> None:
    """A link to one of our pages; nothing where a page runs alone, without the frame (tests do that)."""
    try:
        st.page_link(page, label=label, icon=":material/arrow_forward:")
    except StreamlitAPIException:
        return
