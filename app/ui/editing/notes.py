"""Markup: arrows, circles, lines and words drawn on the picture as instructions to the model."""

from base64 import b64decode
from binascii import Error as NotBase64
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.editing.shown import display_source
from app.ui.painting.canvas import bundle
from app.workbench import workbench
from core.domain.image import ImageRef, Size
from core.errors import InvalidImageError
from core.services.editing import Input

HERE = Path(__file__).parent
PNG = "data:image/png;base64,"


def draw_notes(input: Input) -> None:
    """Show the picture to draw on; what is drawn is kept and belongs to it."""
    ref, under = input.ref, _under()
    # The browser reads what was drawn only when it opens the canvas anew, as after another page or under another key.
    widget = key(f"notes_{ref.sha256[:16]}_{chosen('notes_under_set', 0)}")

    def take() -> None:
        _take(input, st.session_state[widget].get("drawn"))

    _component()(
        key=widget,
        data={
            "picture": display_source(ref), "ratio": round(ref.width / ref.height, 5),
            "bundle": bundle(), "id": ref.sha256, "drawn": chosen("notes_drawn"),
            "earlier": display_source(under) if under else None,
        },
        default={"drawn": None},
        on_drawn_change=take,
    )  # fmt: skip
    st.caption("These notes are sent as instructions; they are not part of the result.")


def notes() -> ImageRef | None:
    """What is drawn, as it will be sent; None where nothing is."""
    ref: ImageRef | None = chosen("notes")
    return ref


def use_notes(markup: ImageRef | None) -> None:
    """Take the notes of an earlier request, to be sent again as they are and drawn on; or None. For callbacks.

    Notes that are still there as they were drawn stay as single strokes.
    """
    if markup == notes():
        return
    choose("notes", markup)
    choose("notes_under", markup)
    choose("notes_drawn", None)


def _under() -> ImageRef | None:
    ref: ImageRef | None = chosen("notes_under")
    return ref


def _take(input: Input, drawn: dict[str, Any] | None) -> None:
    """Keep what the browser tells: the objects to go on drawing with, and the picture of them to send."""
    if not drawn:
        return
    choose("notes_drawn", drawn.get("drawing"))
    under = _under() if (drawn.get("drawing") or {}).get("earlier") else None
    choose("notes", _kept(str(drawn.get("image") or ""), Size(input.ref.width, input.ref.height), under))


def _kept(address: str, size: Size, under: ImageRef | None) -> ImageRef | None:
    try:
        return workbench().editor.take_in_markup(b64decode(address.removeprefix(PNG)), size, under)
    except (InvalidImageError, NotBase64):  # nothing is drawn any more, but what was there before
        return under


@cache
def _component() -> Any:
    html, css, js = ((HERE / f"notes.{part}").read_text() for part in ("html", "css", "js"))
    return st.components.v2.component("gesso_notes", html=html, css=css, js=js)
