"""A grid as it came, with four rectangles to move and resize; cutting along them costs nothing."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app.ui.avatars.opening import open_split
from app.ui.avatars.reading import Open
from app.ui.choices import key, segment
from app.ui.editing.shown import display_source
from app.ui.feedback import errors_shown, plain
from app.ui.library.notices import notify, pictures_said
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.frame import Box
from core.services.avatars import Grid

HERE = Path(__file__).parent
SIDES = ("left", "top", "width", "height")

Told = dict[str, Any]


def show_split(found: Open, position: int) -> None:
    """The grids of a persona, one at a time; raises NotFoundError."""
    one = next((each for each in found.personas if each.position == position), None)
    grids = _grids(found, position)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("split_head")):
        name = plain(one.persona.name) if one else ""
        st.markdown(f"**{name}**: adjust the split", width="stretch")
        st.button("Back to the pictures", key=key("split_back"), type="tertiary", icon=":material/arrow_back:",
                  on_click=open_split, args=(None,))  # fmt: skip
    if not grids:
        st.caption("There is no grid of this persona. Its pictures were made one by one.")
        return
    grid, data = grids[0]
    if len(grids) > 1:
        names = [f"Grid {grid.number + 1}" for grid, _ in grids]
        grid, data = grids[names.index(segment("split_grid", "Grid", names, names[0]))]
    _overlay(found.id, grid, data)
    st.caption("Cutting asks for nothing and costs nothing. All four pictures of this grid take their places anew, "
               "unreviewed; one that was redone alone in between is replaced, too.")  # fmt: skip


def _overlay(id: str, grid: Grid, data: Told) -> None:
    widget = key(f"split_{grid.answer.id}")

    def cut() -> None:
        told = st.session_state[widget].get("cut") or {}
        with errors_shown():
            boxes = [Box(**{side: round(float(box[side])) for side in SIDES}) for box in told.get("boxes", [])]
            workbench().avatars.adjust(id, grid, boxes, visitor())
            st.session_state.pop(key("split_kept"), None)
            open_split(None)
            notify(f"{pictures_said(len(boxes))} of {grid.persona.persona.name} cut anew. Nothing was charged.")

    _component()(key=widget, data=data, on_cut_change=cut, width="stretch")


def _grids(found: Open, position: int) -> list[tuple[Grid, Told]]:
    """Read once while the split is open: finding the tiles of a grid takes a moment."""
    images = tuple(tile.image_id for tile in found.tiles.get(position, ()))
    at = (found.id, position, images)
    kept: tuple[object, list[tuple[Grid, Told]]] | None = st.session_state.get(key("split_kept"))
    if kept is None or kept[0] != at:
        grids = workbench().avatars.grids(found.id, position, visitor())
        kept = (at, [(grid, _told(grid)) for grid in grids])
        st.session_state[key("split_kept")] = kept
    return kept[1]


def _told(grid: Grid) -> Told:
    # The answer becomes an input, which any visitor who may see it can look at by its ticket.
    input = workbench().editor.from_image(grid.answer)
    first = grid.number * len(grid.boxes) + 1
    return {
        "source": display_source(input.ref), "width": input.ref.width, "height": input.ref.height,
        "boxes": [{"label": f"Picture {number}", **{side: getattr(box, side) for side in SIDES}}
                  for number, box in enumerate(grid.boxes, first)],
    }  # fmt: skip


@cache
def _component() -> Any:
    html, css, js = ((HERE / f"split.{part}").read_text(encoding="utf-8") for part in ("html", "css", "js"))
    return st.components.v2.component("gesso_avatar_split", html=html, css=css, js=js)
