"""Requests and files of edits for tests: what the studio would plan and prepare."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from core.domain.answer import EditInputs
from core.domain.image import Size
from core.domain.mask import Mask
from core.domain.request import EditRequest
from core.imaging.codec import image_ref
from core.imaging.sketch import Sketch, paint

SIZE = Size(1024, 1024)
PNG = "image/png"


def encoded(image: Image.Image, format: str = "PNG") -> bytes:
    buffer = BytesIO()
    image.save(buffer, format)
    return buffer.getvalue()


def photo(size: Size = SIZE, prompt: str = "a boat on a mountain lake at day") -> bytes:
    """A picture with some detail everywhere."""
    return encoded(paint(Sketch(prompt=prompt, size=size, quality="low")))


def mask_of(draw: Callable[[ImageDraw.ImageDraw], object], size: Size = SIZE) -> bytes:
    """A mask (L, 255 = edit) drawn by hand."""
    image = Image.new("L", (size.width, size.height))
    draw(ImageDraw.Draw(image))
    return encoded(image)


def circle(size: Size = SIZE) -> bytes:
    """A mask: a circle in the upper right."""
    w, h = size.width, size.height
    return mask_of(lambda draw: draw.ellipse((w * 0.55, h * 0.08, w * 0.9, h * 0.45), fill=255), size)


def markup(size: Size = SIZE) -> bytes:
    """A red ring on a clear ground."""
    image = Image.new("RGBA", (size.width, size.height))
    ImageDraw.Draw(image).ellipse((100, 100, 400, 400), outline=(255, 0, 0, 255), width=12)
    return encoded(image)


def edit(
    *images: bytes, mask: bytes | None = None, markup: bytes | None = None, **options: Any
) -> tuple[EditRequest, EditInputs]:
    """An edit of these pictures, whole; its mask stands for one that was painted."""
    refs = tuple(image_ref(image) for image in images)
    painted = None if mask is None else Mask(width=refs[0].width, height=refs[0].height)
    asked = {"prompt": "add a red balloon", "model": "gpt-image-2.5-flare", "size": "1024x1024", "quality": "low"}
    request = EditRequest(
        **{**asked, **options}, images=refs, mask=painted, markup=image_ref(markup) if markup else None
    )
    files = tuple((image, ref.media_type) for image, ref in zip(images, refs, strict=True))
    return request, EditInputs(images=files, mask=mask, markup=markup)
