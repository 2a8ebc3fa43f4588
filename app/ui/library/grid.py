"""Thumbnails in a grid: a click opens one, a tick selects it; lazily loaded pictures and real buttons."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app.ui.choices import key
from app.ui.library.selecting import mark_on_page, selected, version

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Card:
    """One thumbnail: ``title`` is text for the pointer and for screen readers, ``name`` and ``small`` stand below."""

    id: str
    title: str
    source: str = ""
    favourite: bool = False
    name: str = ""
    small: str = ""


def grid(
    name: str, label: str, cards: Sequence[Card], *, on_open: Callable[[str], None], edge: int = 128,
    marks: bool = True,
) -> None:  # fmt: skip
    """Show the cards, each at least ``edge`` pixels wide; with ``marks`` they can be selected."""
    widget, ids = key(name), [card.id for card in cards]

    def opened() -> None:
        if (id := st.session_state[widget].get("picked")) in ids:
            on_open(id)

    def marked() -> None:
        told = st.session_state[widget].get("marks") or {}
        if told.get("version") == version():
            mark_on_page(ids, told.get("ids", []))

    mine = sorted({*ids} & {*selected()})
    page = f"{ids[0]}-{len(ids)}" if ids else ""
    _component()(
        key=widget,
        data={
            "tiles": [asdict(card) for card in cards], "label": label, "edge": edge, "marks": marks,
            "marked": mine, "version": version(), "page": page,
        },
        default={"marks": None},
        on_picked_change=opened,
        on_marks_change=marked,
        width="stretch",
    )  # fmt: skip


@cache
def _component() -> Any:
    return st.components.v2.component(
        "gesso_library_grid",
        html='<div class="grid" role="list"></div>',
        css=(HERE / "grid.css").read_text(encoding="utf-8"),
        js=(HERE / "grid.js").read_text(encoding="utf-8"),
    )
