"""Generate: from a prompt to a stored, priced picture."""

import streamlit as st

from app.ui.board import read_board
from app.ui.choices import open_page
from app.ui.controls import ask
from app.ui.feedback import errors_shown
from app.ui.files import style
from app.ui.from_picture import start_from_a_picture
from app.ui.keeping import say_once
from app.ui.offer import offer, run_button
from app.ui.selection import select
from app.ui.session import visitor
from app.ui.showing import show_board
from app.ui.welcome import welcome
from app.workbench import workbench
from core.domain.job import Job
from core.domain.request import GenerateRequest


def is_generated(job: Job) -> bool:
    return isinstance(job.request, GenerateRequest)


def ask_and_do() -> None:
    wish = ask(start_from_a_picture)
    if run_button(offer(wish), f"Generate {wish.options['n']} image{'s' * (wish.options['n'] > 1)}"):
        with errors_shown():
            select(workbench().studio.submit(wish.request(), visitor()).id)


open_page("generate")
st.html(style("generate.css"))
with errors_shown():
    say_once()
asking, showing = st.columns([4, 7], gap="large")
with asking, errors_shown():
    ask_and_do()
with showing, errors_shown():
    show_board(read_board(is_generated), empty=welcome)
