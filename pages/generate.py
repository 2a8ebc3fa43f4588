"""Generate: from a prompt to a stored, priced picture."""

from pathlib import Path

import streamlit as st

import app.ui
from app.ui.board import Board, read_board
from app.ui.controls import ask
from app.ui.feedback import errors_shown
from app.ui.gallery import image_of, recent_strip
from app.ui.jobs import live_jobs
from app.ui.offer import generate_button, offer
from app.ui.resolving import undecided_jobs
from app.ui.result import show_result
from app.ui.selection import select, selected_image, show_in_address
from app.ui.session import visitor
from app.ui.welcome import welcome
from app.workbench import workbench

STYLES = Path(app.ui.__file__).with_name("generate.css")


def ask_and_do() -> None:
    wish = ask()
    if generate_button(offer(wish)):
        with errors_shown():
            select(workbench().studio.submit(wish.request(), visitor()).id)


def show(board: Board) -> None:
    shown = board.shown
    show_in_address(shown.id if shown else None)
    if board.missing:
        st.info("The job of this address is not here, or belongs to another visitor.", icon=":material/search_off:")
    live_jobs(board.live, large=shown.id if shown else None)
    undecided_jobs(board)
    if shown is None and not board.recent:
        welcome()
        return
    recent_strip(board, image_of(shown, selected_image()) if shown else None)
    if shown is not None and shown.state.is_final:
        show_result(shown)


st.html(STYLES)
asking, showing = st.columns([4, 7], gap="large")
with asking, errors_shown():
    ask_and_do()
with showing, errors_shown():
    show(read_board())
