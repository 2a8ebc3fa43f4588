"""Collections: named sets of pictures, each with a cover, an order and notes, and automatic ones."""

import streamlit as st

from app.ui.choices import open_page
from app.ui.feedback import errors_shown
from app.ui.library.failures import show_failures
from app.ui.library.notices import show_notice
from app.ui.library.ordering import show_set
from app.ui.library.shelf import show_shelf

open_page("collections")
collection = st.query_params.get("collection")
with errors_shown():
    show_notice()
    if collection is not None:
        show_set(collection)
    elif st.query_params.get("failed") == "1":
        show_failures()
    else:
        show_shelf()
