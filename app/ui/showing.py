"""What runs and what came of it: cards, the strip of recent results, and one job large."""

from collections.abc import Callable

import streamlit as st

from app.ui.board import Board
from app.ui.gallery import image_of, recent_strip
from app.ui.jobs import live_jobs
from app.ui.resolving import undecided_jobs
from app.ui.result import show_result
from app.ui.selection import selected_image, show_in_address


def show_board(board: Board, empty: Callable[[], None]) -> None:
    """Show a visitor's jobs; ``empty`` shows what there is to do where there is nothing yet."""
    shown = board.shown
    show_in_address(shown.id if shown else None)
    if board.missing:
        st.info("The job of this address is not here, or belongs to another visitor.", icon=":material/search_off:")
    live_jobs(board.live, large=shown.id if shown else None)
    undecided_jobs(board)
    if shown is None and not board.recent:
        empty()
        return
    recent_strip(board, image_of(shown, selected_image()) if shown else None)
    if shown is not None and shown.state.is_final:
        show_result(shown)
    elif shown is None and not board.live:
        empty()
