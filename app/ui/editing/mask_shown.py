"""The whole mask in small, where the canvas cannot show all of it: it knows strokes, not files and inversion."""

from functools import lru_cache
from html import escape

import streamlit as st

from app.ui.editing.shown import address, tile_source
from app.ui.routes import TILE
from app.workbench import workbench
from core.domain.image import ImageRef
from core.domain.mask import Mask
from core.domain.request import EditRequest


def show_whole_mask(ref: ImageRef, mask: Mask) -> None:
    """The picture with all that is protected darkened; nothing where the canvas shows the same."""
    if not (mask.file or mask.grow or mask.fill_holes or mask.invert):
        return
    st.html(
        f'<figure class="gesso-mask"><div style="aspect-ratio:{ref.width}/{ref.height}">'
        f'<img src="{escape(tile_source(ref))}" alt="">'
        f'<img class="kept" src="{_small(ref, mask)}" alt="The part that may change is clear"></div>'
        "<figcaption>All in all, the clear part may change; what is dark is protected.</figcaption></figure>"
    )


@lru_cache(maxsize=16)
def _small(ref: ImageRef, mask: Mask) -> str:
    """Black and white, white = edit; cached, since the page asks at every run."""
    request = EditRequest(prompt="mask", model="any", images=(ref,), mask=mask)
    return address(workbench().editor.mask_small(request, TILE), "image/webp")
