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
    ref = input.ref
    widget = key(f"notes_{ref.sha256[:16]}")

    def take() -> None:
        _take(input, st.session_state[widget].get("drawn"))

    # The browser reads what was drawn only when it opens the canvas anew, as after another page.
    _component()(
        key=widget,
        data={
            "picture": display_source(ref), "ratio": round(ref.width / ref.height, 5),
            "bundle": bundle(), "id": ref.sha256, "drawn": chosen("notes_drawn"),
        },
        default={"drawn": None},
        on_drawn_change=take,
    )  # fmt: skip
    st.caption("These notes are sent as instructions; they are not part of the result.")


def notes() -> ImageRef | None:
    """What is drawn, as it will be sent; None where nothing is."""
    ref: ImageRef | None = chosen("notes")
    return ref


def _take(input: Input, drawn: dict[str, Any] | None) -> None:
    """Keep what the browser tells: the objects to go on drawing with, and the picture of them to send."""
    if not drawn:
        return
    choose("notes_drawn", drawn.get("drawing"))
    choose("notes", _kept(str(drawn.get("image") or ""), Size(input.ref.width, input.ref.height)))


def _kept(address: str, size: Size) -> ImageRef | None:
    try:
        return workbench().editor.take_in_markup(b64decode(address.removeprefix(PNG)), size)
    except (InvalidImageError, NotBase64):  # nothing is drawn any more
        return None


@cache
def _component() -> Any:
    html, css, js = ((HERE / f"notes.{part}").read_text() for part in ("html", "css", "js"))
    return st.components.v2.component("gesso_notes", html=html, css=css, js=js)
