"""Reference images of an inpainting: further pictures that guide the model, beside the one that is painted on."""

import streamlit as st

from app.ui.board import Board
from app.ui.choices import key
from app.ui.editing.inputs import references
from app.ui.editing.picking import pick
from app.ui.editing.tray import tray
from core.domain.request import MAX_INPUT_IMAGES

NAME = "reference_"


def ask_references(board: Board) -> None:
    """Offer to bring some, folded away; the fold says how many there are. They stand behind the painted picture."""
    with st.expander(_title(len(references())), key=key("references"), icon=":material/photo_library:"):
        st.caption("A thing, a face or a style to work from. In your prompt call them image 2, image 3 and so on.")
        if references():
            tray(board, most=MAX_INPUT_IMAGES, first=1, name=NAME)
        else:
            pick(board, most=MAX_INPUT_IMAGES, name=NAME)


def _title(count: int) -> str:
    return f"Reference images: {count}" if count else "Reference images"
