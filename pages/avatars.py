"""Avatar sets: personas in, checked pictures of each out; priced both ways, reviewed on one wall."""

import streamlit as st

from app.ui.avatars.listing import show_sets, title_of
from app.ui.avatars.opening import open_set
from app.ui.avatars.people import checked, lines
from app.ui.avatars.people_sources import ask_people, offer_example
from app.ui.avatars.people_table import bring_back, show_people
from app.ui.avatars.planning import ask_plan
from app.ui.avatars.running import show_set
from app.ui.avatars.starting import offer_start
from app.ui.batches.address import read_address, write_address
from app.ui.choices import key, open_page
from app.ui.feedback import errors_shown
from app.ui.files import style
from app.ui.library.notices import show_notice
from app.ui.library.sending import show_sending


def prepare() -> None:
    st.title("Avatars")
    show_notice()
    asking, settings = st.columns([7, 4], gap="medium")
    with asking:
        ask_people()
        bring_back()
        if not lines():
            offer_example()
    with settings:
        plan = ask_plan()
    if lines():
        people = checked(lines())
        show_people(people)
        offer_start(people, plan)
    show_sets()


def review(id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("head")):
        st.title(title_of(id), width="stretch")
        st.button("All sets", key=key("all"), type="tertiary", icon=":material/arrow_back:", on_click=open_set,
                  args=(None,))  # fmt: skip
    show_notice()
    show_sending()
    show_set(id)


open_page("avatars")
st.html(style("batches/batch.css"))
st.html(style("avatars/avatars.css"))
opened = read_address()
write_address()
with errors_shown():
    if opened is None:
        prepare()
    else:
        review(opened)
