"""Pictures of edits on a page: by address where there is one, else as bytes."""

from base64 import b64encode

from app.ui.routes import DISPLAY, TILE, before_url, changes_url, image_url, input_url
from app.ui.session import pictures_by_url, visitor
from app.workbench import workbench
from core.domain.image import ImageRef
from core.domain.job import Job, StoredImage
from core.domain.request import EditRequest


def tile_source(ref: ImageRef) -> str:
    """An input as a thumbnail."""
    if pictures_by_url():
        return input_url(ref.sha256, visitor().owner, TILE)
    return address(workbench().editor.small(ref, TILE), "image/webp")


def display_source(ref: ImageRef) -> str:
    """An input as large as a page needs it."""
    if pictures_by_url():
        return input_url(ref.sha256, visitor().owner, DISPLAY)
    return address(workbench().editor.small(ref, DISPLAY), "image/webp")


def whole_source(ref: ImageRef) -> str | None:
    """The address of every pixel of an input; None where pictures have no addresses."""
    return input_url(ref.sha256, visitor().owner) if pictures_by_url() else None


def after_source(image: StoredImage) -> str:
    """A result or an answer as large as a page needs it."""
    if pictures_by_url():
        return image_url(image.id, DISPLAY)
    return address(workbench().library.small(image, DISPLAY), "image/webp")


def before_source(job: Job, request: EditRequest) -> str:
    """What a job's results are compared with."""
    if pictures_by_url():
        return before_url(job.id, DISPLAY)
    return address(workbench().editor.before(request, DISPLAY), "image/webp")


def changes_source(job: Job, request: EditRequest, answer: StoredImage) -> str:
    """The heat map of what a model altered."""
    if pictures_by_url():
        return changes_url(job.id, answer.id)
    return address(workbench().editor.change_map(request, answer)[0], "image/png")


def address(data: bytes, media_type: str) -> str:
    """Bytes as an address of their own."""
    return f"data:{media_type};base64,{b64encode(data).decode()}"
