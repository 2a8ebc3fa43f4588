"""Stored pictures on a page: by their own address where there is one, else as bytes."""

from base64 import b64encode
from html import escape

import streamlit as st

from app.ui.routes import download_url, image_url, preview_url, thumbnail_url
from app.ui.session import pictures_by_url
from app.workbench import workbench
from core.domain.job import Job, StoredImage
from core.services.library import Form

SVG = "image/svg+xml"
LARGEST = "min(60vh, 900px)"
"""How tall the large picture gets."""


def show_large(image: StoredImage, prompt: str) -> None:
    """The picture as large as fits; a GIF moves, an SVG comes rasterised."""
    if not pictures_by_url():
        _show_bytes(image, prompt)
        return
    is_svg = image.ref.media_type == SVG
    source = download_url(image.id, Form.PNG) if is_svg else image_url(image.id)
    width, height = image.ref.width or 1, image.ref.height or 1
    st.html(
        f'<a href="{escape(image_url(image.id))}" target="_blank" rel="noopener" class="gesso-mat">'
        f'<img src="{escape(source)}" alt="{escape(prompt[:200])}" data-image="{escape(image.id)}" '
        f'style="width:min(100%,calc({LARGEST}*{width / height:.4f}));aspect-ratio:{width}/{height}"></a>'
    )


def thumbnail_source(image: StoredImage) -> str:
    """An address for an ``<img>``: our route, or the thumbnail itself as a data address."""
    if pictures_by_url():
        return thumbnail_url(image.id)
    return _data_address(workbench().library.thumbnail(image), "image/webp")


def preview_source(job: Job, call: int) -> str | None:
    """An address of a call's newest preview, None before any has come."""
    if not job.previews:
        return None
    if pictures_by_url():
        return preview_url(job.id, call, job.previews)
    data = workbench().library.preview(job, call)
    return None if data is None else _data_address(data, "image/png")


def _show_bytes(image: StoredImage, prompt: str) -> None:
    library = workbench().library
    is_svg = image.ref.media_type == SVG
    st.image(library.thumbnail(image) if is_svg else library.original(image), alt=prompt[:200], width="stretch")


def _data_address(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{b64encode(data).decode()}"
