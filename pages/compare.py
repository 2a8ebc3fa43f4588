"""Compare: pictures held against each other, and one prompt over models, qualities and sizes."""

import streamlit as st

from app.ui.choices import key, open_page, segment
from app.ui.comparing.address import MATRIX, PICTURES, compared, read_address, started, write_address
from app.ui.comparing.matrix_asking import ask_matrix, offer_matrix
from app.ui.comparing.matrix_results import show_matrix
from app.ui.comparing.picking import fetch, pick_pictures, say_how
from app.ui.comparing.views import show_compared
from app.ui.feedback import errors_shown
from app.ui.library.notices import show_notice


def pictures() -> None:
    found = fetch(compared())
    if len(found) >= 2:
        show_compared(found)
    with st.container(border=len(found) < 2, key=key("choosing")):
        if len(found) < 2:
            say_how(found)
        pick_pictures(found)


def matrix() -> None:
    if started():
        show_matrix(started())
    else:
        offer_matrix(ask_matrix())


open_page("compare")
read_address()
with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("head")):
    st.title("Compare", width="stretch")
    view = segment("view", "View", [PICTURES, MATRIX], PICTURES)
with errors_shown():
    show_notice()
    if view == MATRIX:
        matrix()
    else:
        pictures()
write_address()
