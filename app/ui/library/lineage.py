"""Where a picture came from and what came of it: a small row of thumbnails, and what it took in all."""

from collections.abc import Iterable

import streamlit as st

from app.ui.choices import key
from app.ui.editing.lineage import brought_tile
from app.ui.feedback import plain
from app.ui.filmstrip import Tile, filmstrip
from app.ui.gallery import excerpt
from app.ui.library.address import change
from app.ui.pictures import thumbnail_source
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import StoredImage
from core.domain.library import Lineage, Picture, Relative
from core.domain.money import usd_text
from core.domain.request import EditRequest, Request


def show_family(picture: Picture, request: Request) -> None:
    """Its ancestors, itself, its descendants; a click opens one."""
    family = workbench().history.lineage(picture.id, visitor())
    st.caption(plain(took(family)))
    tiles = [*_brought(request), *map(_tile, reversed(family.ancestors))]
    after = [*map(_tile, family.descendants)]
    if not tiles and not after:
        return
    known = {relative.image.id for relative in (*family.ancestors, *family.descendants) if relative.present}
    me = Tile(id=picture.id, title="This picture", source=thumbnail_source(picture.image), ratio=_ratio(picture.image))
    words = [f"made from {len(tiles)}"] * bool(tiles) + [f"led to {len(after)}"] * bool(after)
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key=key("family")):
        st.caption(", ".join(words), width="content")
        filmstrip(
            f"family_{picture.id}", "Where this picture came from, and what came of it", [*tiles, me, *after],
            picture.id, edge=64, on_pick=lambda id: change(picture=id) if id in known else None,
        )  # fmt: skip


def took(family: Lineage) -> str:
    """What a picture took, in a sentence."""
    requests = "1 request" if family.requests == 1 else f"{family.requests:,} requests"
    return f"This picture took {requests} and {usd_text(family.cost)}."


def _brought(request: Request) -> Iterable[Tile]:
    """Pictures that were sent in and are no results of ours."""
    if isinstance(request, EditRequest):
        parents = (*request.parents, *[None] * (len(request.images) - len(request.parents)))
        yield from (brought_tile(ref) for ref, parent in zip(request.images, parents, strict=True) if parent is None)


def _tile(relative: Relative) -> Tile:
    if not relative.present:
        return Tile(id=relative.image.id, title=f"Deleted: {excerpt(relative.prompt)}", mark="×")
    source = thumbnail_source(relative.image)
    return Tile(id=relative.image.id, title=excerpt(relative.prompt), source=source, ratio=_ratio(relative.image))


def _ratio(image: StoredImage) -> float:
    return round(image.ref.width / image.ref.height, 4) if image.ref.height else 1
