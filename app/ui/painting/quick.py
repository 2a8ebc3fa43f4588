"""Regions without a mouse: halves, thirds, the border, and a rectangle by numbers."""

from collections.abc import Callable

import streamlit as st

from app.ui.painting.picture import Picture
from app.ui.painting.session import add_painted
from core.domain.image import Size
from core.domain.mask import BORDER, QUICK_REGIONS, Operation, Tool, quick_region

NAMES = (*QUICK_REGIONS, BORDER)

Regions = tuple[Operation, ...]


def quick_regions(picture: Picture, *, key: str) -> None:
    """Let a visitor select parts of the picture by name or by numbers; the painter shows them at once."""
    name = f"{key}_quick"
    st.selectbox("Part of the picture", NAMES, format_func=str.capitalize, key=name)
    _add_or_take_away(picture, lambda: quick_region(st.session_state[name], picture.size), key=name)
    _ask_for_numbers(picture.size, key)
    _add_or_take_away(picture, lambda: (_by_numbers(picture.size, key),), key=f"{key}_numbers")


def taken_away(region: Regions) -> Regions:
    """The same shapes, erasing."""
    return tuple(Operation(tool=one.tool, points=one.points, size=one.size, erase=True) for one in region)


def _ask_for_numbers(size: Size, key: str) -> None:
    left, top, width, height = st.columns(4, gap="small")
    left.number_input("x", 0, size.width - 1, 0, key=f"{key}_x", help="Pixels from the left edge")
    top.number_input("y", 0, size.height - 1, 0, key=f"{key}_y", help="Pixels from the upper edge")
    width.number_input("Width", 1, size.width, (size.width + 1) // 2, key=f"{key}_width")
    height.number_input("Height", 1, size.height, (size.height + 1) // 2, key=f"{key}_height")


def _by_numbers(size: Size, key: str) -> Operation:
    """The rectangle asked for, cut off at the picture's edges."""
    x, y, width, height = (st.session_state[f"{key}_{part}"] for part in ("x", "y", "width", "height"))
    corners = ((x, y), (min(x + width, size.width), min(y + height, size.height)))
    return Operation(tool=Tool.RECTANGLE, points=corners)


def _add_or_take_away(picture: Picture, region: Callable[[], Regions], *, key: str) -> None:
    """As callbacks, so that a number typed just before the click counts and the painter above shows the change."""

    def add() -> None:
        add_painted(picture, region())

    def take_away() -> None:
        add_painted(picture, taken_away(region()))

    adding, taking = st.columns(2, gap="small")
    adding.button("Add", key=f"{key}_add", width="stretch", on_click=add)
    taking.button("Take away", key=f"{key}_take_away", width="stretch", on_click=take_away)
