"""Cells of a matrix as a grid: models and qualities down, sizes across; finished pictures can be ticked.

Where there is one size only, the qualities go across in its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import streamlit as st

from app.ui.choices import key
from core.domain.request import Request

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """One cell: where it stands, and what it says.

    ``kind`` is priced, refused, live, done or failed; ``id`` is a finished picture's, ``source`` its address.
    """

    model: str
    quality: str
    size: str
    kind: str
    text: str
    small: str = ""
    id: str = ""
    source: str = ""
    ratio: float = 1

    @classmethod
    def of(cls, request: Request, **said: Any) -> Self:
        """The cell of a request."""
        quality, size = request.quality or "default quality", request.size or "default size"
        return cls(model=request.model, quality=quality, size=size, **said)


def show_grid(
    name: str, label: str, cells: Sequence[GridCell], on_compare: Callable[[list[str]], None] | None = None
) -> None:
    """Show the cells; with ``on_compare`` two to four finished pictures can be ticked and handed to it."""
    widget, ids = key(name), {cell.id for cell in cells if cell.id}

    def compared() -> None:
        told = st.session_state[widget].get("compare") or []
        if on_compare is not None:
            on_compare([id for id in told if id in ids])

    down, across = ("quality", "size") if len({cell.size for cell in cells}) > 1 else ("size", "quality")
    rows = list(dict.fromkeys((cell.model, getattr(cell, down)) for cell in cells))
    columns = list(dict.fromkeys(getattr(cell, across) for cell in cells))
    placed = {(cell.model, getattr(cell, down), getattr(cell, across)): asdict(cell) for cell in cells}
    _component()(
        key=widget,
        data={
            "label": label, "rows": rows, "columns": columns, "marks": on_compare is not None,
            "cells": [[placed.get((*row, column)) for column in columns] for row in rows],
        },
        on_compare_change=compared,
        width="stretch",
    )  # fmt: skip


@cache
def _component() -> Any:
    return st.components.v2.component(
        "gesso_matrix",
        html='<div class="matrix"></div><div class="bar" hidden><button type="button"></button><span></span></div>',
        css=(HERE / "matrix_grid.css").read_text(encoding="utf-8"),
        js=(HERE / "matrix_grid.js").read_text(encoding="utf-8"),
    )
