"""The pictures of an edit in their order: thumbnails, and the size, notes and place of the chosen one."""

from collections.abc import Callable

import streamlit as st

from app.ui.board import Board
from app.ui.choices import key
from app.ui.editing.inputs import held, move, point_at, pointed_at, remove
from app.ui.editing.picking import more_pictures
from app.ui.editing.shown import tile_source
from app.ui.feedback import plain
from app.ui.filmstrip import Tile, filmstrip
from core.services.editing import Input


def tray(board: Board, most: int, *, first: int = 0, name: str = "") -> None:
    """Show the pictures from ``first`` on; the buttons act on the chosen one. ``name`` is that of its pickers."""
    inputs, chosen_one = held(), pointed_at(first)
    if chosen_one is None:
        return
    sha256 = chosen_one.ref.sha256
    tiles = [_tile(number, input) for number, input in enumerate(inputs[first:], start=first + 1)]
    filmstrip("tray", "Pictures of this edit", tiles, sha256 if len(tiles) > 1 else None, edge=84, on_pick=point_at)
    place = inputs.index(chosen_one)
    st.caption(plain(described(chosen_one, place, len(inputs))))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("tray_row")):
        more_pictures(board, "Add", most=most, name=name)
        if len(tiles) > 1:
            _button("Left", "arrow_back", place == first, move, sha256, -1)
            _button("Right", "arrow_forward", place == len(inputs) - 1, move, sha256, 1)
        _button("Remove", "close", False, remove, sha256)


def described(input: Input, place: int = 0, count: int = 1) -> str:
    """A picture in words: which one, how large, where from, and what was changed to take it in."""
    number = f"Picture {place + 1} of {count} · " if count > 1 else ""
    role = (" · this one is edited" if place == 0 else " · guides the edit") if count > 1 else ""
    origin = "from a result" if input.parent else "your picture"
    return " ".join([f"{number}{input.ref.width}x{input.ref.height} · {origin}{role}.", *input.notes])


def _tile(number: int, input: Input) -> Tile:
    ref = input.ref
    title = f"Picture {number}: {ref.width}x{ref.height}"
    return Tile(id=ref.sha256, title=title, source=tile_source(ref), ratio=round(ref.width / ref.height, 4))


def _button(words: str, icon: str, disabled: bool, do: Callable[..., None], *args: object) -> None:
    st.button(
        words, key=key(f"tray_{icon}"), icon=f":material/{icon}:", type="tertiary",
        disabled=disabled, on_click=do, args=args,
    )  # fmt: skip
