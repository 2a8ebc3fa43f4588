"""History: find any picture, see where it came from and what it cost, and file it."""

import streamlit as st

from app.ui.choices import key, open_page
from app.ui.feedback import errors_shown
from app.ui.files import style
from app.ui.library.address import read_view, show_everything
from app.ui.library.detail import show_one
from app.ui.library.listing import show_list
from app.ui.library.notices import show_notice
from app.ui.library.transfer import show_import, transfer_door
from app.ui.library.trash import empty_trash_button


def head(*, trashed: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("head")):
        st.title("Trash" if trashed else "History", width="stretch")
        if trashed:
            empty_trash_button()
        else:
            transfer_door()
        words, icon = ("Back to the history", "arrow_back") if trashed else ("Trash", "delete")
        st.button(
            words, key=key("trash_door"), type="tertiary", icon=f":material/{icon}:",
            on_click=show_everything, kwargs={"trash": not trashed},
        )  # fmt: skip


open_page("history")
st.html(style("generate.css"))
st.html(style("library/library.css"))
view = read_view()
with errors_shown():
    if view.picture is None:
        head(trashed=view.wanted.trashed)
    show_import()
    show_notice()
    if view.picture is None:
        show_list(view)
    else:
        show_one(view.picture, view)
