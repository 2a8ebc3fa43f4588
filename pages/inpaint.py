"""Inpaint: choose a picture, paint what may change, say what should be there; or let the picture grow."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ui.board import Board, read_board
from app.ui.choices import key, open_page
from app.ui.controls import Wish
from app.ui.editing.asking import ask_inpaint
from app.ui.editing.extending import ask_extension, current_extension
from app.ui.editing.inputs import held
from app.ui.editing.masking import mask_of, mask_tools, picture_of
from app.ui.editing.opening import whole_picture_button
from app.ui.editing.picking import first_picture, more_pictures, say_what_was_left_out
from app.ui.editing.references import ask_references
from app.ui.editing.running import is_inpainted, run
from app.ui.editing.styles import show_styles
from app.ui.editing.telling import everything_is_meant, region_of, show_line
from app.ui.editing.tray import described
from app.ui.editing.views import EXTEND, PAINT, RESULT, choose_view, mode
from app.ui.feedback import errors_shown, plain
from app.ui.jobs import live_jobs
from app.ui.offer import Offer, offer, run_button
from app.ui.painting import paint_mask
from app.ui.showing import show_board

FIRST = "Choose a picture; then paint over the part that may change."
NOTHING = "Nothing here yet. Paint over a part of a picture, say what should be there, and run it."


def stage(board: Board) -> DeltaGenerator | None:
    """The picture, or what came of it; returns the place for what may change, while one works at it."""
    with st.container(horizontal=True, vertical_alignment="center", key=key("head")):
        view = choose_view(PAINT, EXTEND, RESULT)
        if held():
            st.caption(plain(described(held()[0])), width="stretch")
            more_pictures(board, "Other picture", most=1)
    say_what_was_left_out()
    if view == RESULT:
        show_board(board, empty=lambda: st.caption(NOTHING))
    elif not held():
        first_picture(board, FIRST, most=1)
    else:
        return work(board, view)
    return None


def work(board: Board, view: str) -> DeltaGenerator:
    picture = held()[0]
    if view == EXTEND:
        ask_extension(picture)
        line = st.container()
    else:
        paint_mask(picture_of(picture), key=key("painter"))
        line = st.container()
        mask_tools(picture, board)
    live_jobs(board.live, large=None)
    return line


def ask(board: Board) -> Wish:
    picture = held()[0] if held() else None
    if mode() == EXTEND:
        label, part = "What should appear in the new area?", {"extension": current_extension(picture)}
    else:
        label, part = "What should appear in the selected area?", {"mask": mask_of(picture) if picture else None}
    wish = ask_inpaint(held(), label, **part)
    if picture is not None:
        with wish.places["images"]:
            ask_references(board)
    return wish


def do(wish: Wish, line: DeltaGenerator | None) -> None:
    if not held():
        run_button(Offer(wish=wish), "Inpaint", blocked=True)
        return
    region = region_of(wish)
    if line is not None:
        with line:
            show_line(region)
    blocked = bool(region.problem) or not everything_is_meant(region)
    count = wish.options["n"]
    words = f"{'Extend' if mode() == EXTEND else 'Inpaint'}{f', {count} versions' if count > 1 else ''}"
    if run_button(Offer(wish=wish) if region.problem else offer(wish), words, blocked=blocked):
        run(wish)
    if region.problem and mode() == PAINT:
        whole_picture_button(held(), wish.options["prompt"])


open_page("inpaint")
show_styles()
board, place = read_board(is_inpainted), None
painting, asking = st.columns([7, 4], gap="large")
with painting, errors_shown():
    place = stage(board)
with asking, errors_shown():
    do(ask(board), place)
