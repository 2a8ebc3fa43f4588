"""A whole mask in small: where the canvas cannot show all of it, and beside a picture that it was used for."""

from collections.abc import Callable
from functools import lru_cache
from html import escape

import streamlit as st

from app.ui.choices import key
from app.ui.editing.shown import address, tile_source
from app.ui.routes import TILE
from app.workbench import workbench
from core.domain.image import ImageRef
from core.domain.job import Job
from core.domain.mask import Mask
from core.domain.request import EditRequest

EXPORTS = {"white": "Black and white", "transparent": "RGBA, as it is sent"}
"""The forms that a mask is downloaded in."""


def show_whole_mask(ref: ImageRef, mask: Mask) -> None:
    """The picture with all that is protected darkened; nothing where the canvas shows the same.

    It knows strokes, but neither files nor inversion.
    """
    if mask.file or mask.grow or mask.fill_holes or mask.invert:
        _figure(ref, mask, "All in all, the clear part may change; what is dark is protected.")


def show_used_mask(job: Job, request: EditRequest, mask: Mask) -> None:
    """The mask that a job was asked with, and its downloads."""
    kept = "what is dark was protected" if request.protect else "nothing was protected"
    with st.container(gap="small", key=key("used_mask")):
        _figure(request.images[0], mask, f"The mask: the clear part was to change; {kept}.")
        with st.container(horizontal=True, gap="small"):
            for form, words in EXPORTS.items():
                st.download_button(
                    f"Mask: {words}",
                    mask_file(request, form), f"mask-{job.id[-8:]}-{form}.png", "image/png",
                    key=key(f"used_{form}"), icon=":material/download:", on_click="ignore",
                )  # fmt: skip


def mask_file(request: EditRequest, form: str) -> Callable[[], bytes]:
    """Made when somebody clicks, not before."""
    editor = workbench().editor
    return lambda: editor.mask_png(request, "white" if form == "white" else "transparent")


def _figure(ref: ImageRef, mask: Mask, said: str) -> None:
    st.html(
        f'<figure class="gesso-mask"><div style="aspect-ratio:{ref.width}/{ref.height}">'
        f'<img src="{escape(tile_source(ref))}" alt="">'
        f'<img class="kept" src="{_small(ref, mask)}" alt="The part that may change is clear"></div>'
        f"<figcaption>{escape(said)}</figcaption></figure>"
    )


@lru_cache(maxsize=16)
def _small(ref: ImageRef, mask: Mask) -> str:
    """Black and white, white = edit; cached, since the page asks at every run."""
    request = EditRequest(prompt="mask", model="any", images=(ref,), mask=mask)
    return address(workbench().editor.mask_small(request, TILE), "image/webp")
