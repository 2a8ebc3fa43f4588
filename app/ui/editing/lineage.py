"""Where the result of an edit came from: its pictures, of which a result leads back to its job."""

from itertools import zip_longest

import streamlit as st

from app.ui.choices import key
from app.ui.editing.shown import tile_source
from app.ui.filmstrip import Tile, filmstrip
from app.ui.gallery import picture_tile
from app.ui.selection import select
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.image import ImageRef
from core.domain.request import EditRequest
from core.errors import NotFoundError


def show_lineage(request: EditRequest) -> None:
    """The pictures that were sent in; a click on a result of an earlier job opens that job."""
    sources = zip_longest(request.images, request.parents)
    tiles = [(parent and _parent(parent)) or brought_tile(ref) for ref, parent in sources]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key=key("lineage_row")):
        st.caption("from", width="content")
        filmstrip("lineage", "Pictures this was made from", tiles, None, edge=52, on_pick=_open)


def _parent(image_id: str) -> Tile | None:
    """None for an image that is gone, or another visitor's."""
    try:
        image, job = workbench().library.image(image_id, visitor())
    except NotFoundError:
        return None
    return picture_tile(job, image)


def brought_tile(ref: ImageRef) -> Tile:
    """A picture that somebody brought, as a tile under its hash."""
    title = f"A picture that was brought, {ref.width}x{ref.height}"
    return Tile(id=ref.sha256, title=title, source=tile_source(ref), ratio=round(ref.width / ref.height, 4))


def _open(id: str) -> None:
    job_id, _, image_id = id.partition("/")
    if image_id:
        select(job_id, image_id)
