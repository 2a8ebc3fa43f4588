"""The styles of the editing pages, once a page."""

from pathlib import Path

import streamlit as st

import app.ui

OURS = Path(__file__).with_name("editing.css")
SHARED = Path(app.ui.__file__).with_name("generate.css")


def show_styles() -> None:
    """Put the styles on the page: those of cards and results, and ours."""
    st.html(SHARED)
    st.html(OURS)
