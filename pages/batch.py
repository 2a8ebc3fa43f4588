"""Batch: many pictures from one plan; rows from anywhere, one table, one price, one start."""

import streamlit as st

from app.ui.batches.address import open_batch, read_address, write_address
from app.ui.batches.checking import check
from app.ui.batches.defaults import ask_defaults
from app.ui.batches.draft import lines
from app.ui.batches.listing import show_batches
from app.ui.batches.running import show_batch, title_of
from app.ui.batches.sources import ask_rows, offer_example
from app.ui.batches.starting import offer_start
from app.ui.batches.table import bring_back, show_table
from app.ui.choices import key, open_page
from app.ui.feedback import errors_shown
from app.ui.files import style
from app.ui.library.notices import show_notice
from app.ui.library.sending import show_sending


def prepare() -> None:
    st.title("Batch")
    show_notice()
    asking, settings = st.columns([7, 4], gap="medium")
    with settings, errors_shown():
        defaults = ask_defaults()
    with asking:
        ask_rows()
        bring_back()
        if not lines():
            offer_example()
    if lines():
        table = check(lines(), defaults)
        show_table(table)
        offer_start(table)
    show_batches()


def watch(id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("head")):
        st.title(title_of(id), width="stretch")
        st.button("All batches", key=key("all"), type="tertiary", icon=":material/arrow_back:", on_click=open_batch,
                  args=(None,))  # fmt: skip
    show_notice()
    show_sending()
    show_batch(id)


open_page("batch")
st.html(style("batches/batch.css"))
batch = read_address()
write_address()
with errors_shown():
    if batch is None:
        prepare()
    else:
        watch(batch)
