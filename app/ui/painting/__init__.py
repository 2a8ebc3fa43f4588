"""Painting a mask on a picture: two painters behind one seam, ``paint_mask``.

Both hand the same list of operations in image coordinates. What is painted belongs to the picture:
it outlives a change of painter, page and session (see ``drawing.py`` and ``store.py``).
"""

from types import ModuleType

import streamlit as st

from app.ui.painting import canvas, precise
from app.ui.painting.drawing import Operations
from app.ui.painting.picture import Picture
from app.ui.painting.quick import quick_regions
from app.ui.painting.session import add_painted, painted, replace_painted

__all__ = ["Picture", "add_painted", "paint_mask", "painted", "quick_regions", "replace_painted"]

PAINTERS: dict[str, ModuleType] = {"Canvas": canvas, "Precise": precise}
DEFAULT = "Canvas"


def paint_mask(picture: Picture, *, key: str) -> Operations:
    """Show the painter on a picture and return what is painted so far, oldest first; empty at the start.

    Every stroke runs the page (or the fragment around this) again. ``key`` names the widgets; the
    same picture under another key shows the same drawing.
    """
    with st.container(key=f"{key}_painting", gap="small"):
        PAINTERS[_chosen(key)].show(picture, key=key)
    return painted(picture)


def _chosen(key: str) -> str:
    """Which painter is chosen; kept beside its widget, which forgets when its page is left."""
    kept, widget = f"{key}_painter", f"{key}_painter_choice"

    def carry() -> None:
        st.session_state[kept] = st.session_state[widget]

    chosen: str = st.session_state.setdefault(kept, DEFAULT)
    st.segmented_control(
        "Painter",
        list(PAINTERS),
        default=chosen,
        required=True,
        key=widget,
        on_change=carry,
        label_visibility="collapsed",
    )
    return chosen
