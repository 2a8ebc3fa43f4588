"""Edit: change pictures by words, by notes drawn on them, or by looking for alternatives."""

import streamlit as st

from app.ui.board import Board, read_board
from app.ui.choices import open_page
from app.ui.editing.asking import ask_edit, say_where_notes_go
from app.ui.editing.inputs import held
from app.ui.editing.notes import draw_notes, notes
from app.ui.editing.picking import first_picture, say_what_was_left_out
from app.ui.editing.running import is_edited, run
from app.ui.editing.styles import show_styles
from app.ui.editing.tray import tray
from app.ui.editing.variations import variations
from app.ui.editing.views import NOTES, RESULT, choose_view
from app.ui.feedback import errors_shown
from app.ui.jobs import live_jobs
from app.ui.offer import Offer, offer, run_button
from app.ui.showing import show_board
from core.domain.request import MAX_INPUT_IMAGES

FIRST = "Choose one picture or several; then say what should change."
NOTHING = "The result will be here, beside the picture it was made from."


def ask_and_do(board: Board) -> None:
    say_what_was_left_out()
    if held():
        tray(board, most=MAX_INPUT_IMAGES)
    else:
        first_picture(board, FIRST, most=MAX_INPUT_IMAGES)
    wish = ask_edit(held(), notes())
    count = wish.options["n"]
    words = f"Make {count} edit{'s' * (count > 1)}"
    pressed = run_button(offer(wish) if held() else Offer(wish=wish), words, blocked=not held())
    if notes() is not None:
        say_where_notes_go(wish.model)
    if pressed:
        run(wish)
    if held() and (varied := variations(wish)):
        run(varied)


def show(board: Board) -> None:
    view = choose_view(RESULT, NOTES) if held() else RESULT
    if view == NOTES:
        draw_notes(held()[0])
        live_jobs(board.live, large=None)
        return
    show_board(board, empty=lambda: st.caption(NOTHING))


open_page("edit")
show_styles()
board = read_board(is_edited)
asking, showing = st.columns([4, 7], gap="large")
with asking, errors_shown():
    ask_and_do(board)
with showing, errors_shown():
    show(board)
