"""How a painter reaches the browser: its files joined into one component, and a second one for what we answer."""

from base64 import b64encode
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from app.ui.painting.picture import Picture
from app.ui.painting.session import drawing_of, receive

HERE = Path(__file__).parent
SHARED = ("sync.js", "ink.js", "toolbar.js")
SIGNATURES = ((b"\x89PNG", "image/png"), (b"RIFF", "image/webp"))

# A component's script is sent with every change of its data. So the painter's data never change while
# one paints, and what we answer goes to the browser through a component of its own, which is tiny.
ECHO = """
export default function ({ data }) {
  (globalThis.gessoTold ??= new Map()).set(data.document, data);
  globalThis.gessoDrawings?.get(data.document)?.hear(data);
}
"""


def show_painter(name: str, picture: Picture, *, key: str, scripts: tuple[str, ...] = (), **more: Any) -> None:
    """Mount the painter ``name``, with scripts and data of its own, and answer what it has told."""
    drawing = drawing_of(picture)
    widget = f"{key}_{name}_{picture.id[:16]}_{drawing.document}"
    take = partial(_take, picture, widget)
    data = {"document": drawing.document, "picture": _told(picture), **more}
    _painter(name, scripts)(data=data, key=widget, default={"strokes": None}, on_strokes_change=take, width="stretch")
    take()
    _echo()(data=drawing.told(), key=f"{widget}_echo", height=1)


@cache
def _painter(name: str, own: tuple[str, ...]) -> Any:
    """The component of a painter: the shared scripts and styles, then its own."""
    scripts = [(HERE / script).read_text() for script in (*SHARED, *own, f"{name}.js")]
    styles = [(HERE / style).read_text() for style in ("painter.css", f"{name}.css")]
    return st.components.v2.component(
        f"gesso_{name}_painter",
        html=(HERE / f"{name}.html").read_text(),
        css="\n".join(styles),
        js="\n".join(scripts),
    )


@cache
def _echo() -> Any:
    return st.components.v2.component("gesso_painter_echo", js=ECHO)


def _take(picture: Picture, widget: str) -> None:
    """As a callback this runs before the page, even when the visitor has left it for another."""
    receive(picture, (st.session_state.get(widget) or {}).get("strokes"))


def _told(picture: Picture) -> dict[str, Any]:
    return {
        "id": picture.id,
        "width": picture.size.width,
        "height": picture.size.height,
        "display": _address(picture),
        "original": picture.original,
        "alt": picture.alt,
    }


def _address(picture: Picture) -> str:
    """Where the browser finds the picture: its address, or its bytes in one, made once a session."""
    if isinstance(picture.display, str):
        return picture.display
    kept = f"gesso_painting_display_{picture.id}"
    if kept not in st.session_state:
        data = picture.display()
        media_type = next((kind for mark, kind in SIGNATURES if data.startswith(mark)), "image/jpeg")
        st.session_state[kept] = f"data:{media_type};base64,{b64encode(data).decode()}"
    address: str = st.session_state[kept]
    return address
