"""Outpainting: by how much the canvas grows on each side, and how the picture will lie on it."""

from html import escape

import streamlit as st

from app.ui.choices import choose, chosen, key, number, one_of
from app.ui.editing.shown import display_source
from app.ui.feedback import plain
from core.domain.frame import Extension
from core.domain.image import Size
from core.errors import InvalidRequestError
from core.services.editing import Input

BY_PIXELS = "by pixels"
RATIOS = ("1:1", "5:4", "4:3", "3:2", "16:9", "21:9", "4:5", "3:4", "2:3", "9:16")
SIDES = ("left", "right", "top", "bottom")
MOST = 4096


def ask_extension(input: Input) -> Extension | None:
    """Ask where the picture grows and show the frame; None, with a sentence, where it does not."""
    size = Size(input.ref.width, input.ref.height)
    picture, asking = st.container(), st.container(key=key("extend"))
    with asking:
        extension = _asked(size)
    with picture:
        st.html(frame_html(input, extension))
    return extension


def use_extension(extension: Extension) -> None:
    """Set the numbers to an extension. For callbacks."""
    choose("extend_to", BY_PIXELS)
    for side in SIDES:
        choose(f"extend_{side}", getattr(extension, side))


def current_extension(input: Input) -> Extension | None:
    """What is chosen now, without asking."""
    try:
        return _extension(Size(input.ref.width, input.ref.height), chosen("extend_to", BY_PIXELS))
    except InvalidRequestError:
        return None


def frame_html(input: Input, extension: Extension | None) -> str:
    """The extended canvas in small, the picture in its place."""
    size = Size(input.ref.width, input.ref.height)
    canvas = size if extension is None else extension.of(size)
    left, top = (0, 0) if extension is None else (extension.left, extension.top)
    place = (
        f"left:{100 * left / canvas.width:.3f}%;top:{100 * top / canvas.height:.3f}%;"
        f"width:{100 * size.width / canvas.width:.3f}%;height:{100 * size.height / canvas.height:.3f}%"
    )
    ratio = canvas.width / canvas.height
    return (
        f'<div class="gesso-frame" role="img" aria-label="Your picture of {size} on a canvas of {canvas}" '
        f'style="aspect-ratio:{canvas.width}/{canvas.height};width:min(100%,calc(min(52vh,700px)*{ratio:.4f}))">'
        f'<img src="{escape(display_source(input.ref))}" alt="" style="{place}"></div>'
    )


def _asked(size: Size) -> Extension | None:
    first, *rest = st.columns([5, 4, 4, 4, 4], gap="small")
    with first:
        how = one_of("extend_to", "Extend", (BY_PIXELS, *RATIOS), BY_PIXELS, _said)
    if how == BY_PIXELS:
        for place, side in zip(rest, SIDES, strict=True):
            with place:
                number(f"extend_{side}", f"{side.capitalize()} (px)", 0, MOST, _usual(side, size), step=16)
    try:
        return _extension(size, how)
    except InvalidRequestError as error:
        st.warning(plain(str(error)), icon=":material/fit_screen:")
        return None


def _extension(size: Size, how: str) -> Extension:
    if how != BY_PIXELS:
        across, down = how.split(":")
        return Extension.to_ratio(size, int(across), int(down))
    extension = Extension(**{side: chosen(f"extend_{side}", _usual(side, size)) for side in SIDES})
    extension.of(size)
    return extension


def _usual(side: str, size: Size) -> int:
    """A quarter of the picture to the left and right, so that there is something to see."""
    return min(round(size.width / 64) * 16, MOST) if side in ("left", "right") else 0


def _said(how: str) -> str:
    return how if how == BY_PIXELS else f"to {how}"
