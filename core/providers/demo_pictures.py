"""The demo provider's pictures as files: new ones from a prompt, or edits of the pictures that were sent."""

from dataclasses import dataclass, replace
from io import BytesIO
from typing import Protocol

from PIL import Image, ImageEnhance

from core.domain.image import Size
from core.imaging import sketch_files
from core.imaging.sketch import Sketch
from core.providers.demo_edit import Edit, early, edited

MOSAIC = 64
"""An edit as SVG is drawn in so many fields along its longer side."""
BREATH = 0.12
"""How much an edit's light rises and falls over the frames of a GIF."""


class Picture(Protocol):
    """One picture of an answer."""

    def resized(self, size: Size) -> "Picture": ...

    def still(self, output_format: str, compression: int | None) -> bytes: ...

    def early(self, progress: float, output_format: str, compression: int | None) -> bytes:
        """The picture on its way; ``progress`` is from 0 to below 1."""

    def animation(self, frames: int, duration_ms: int) -> bytes: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPicture:
    """A picture painted from a prompt."""

    sketch: Sketch

    def resized(self, size: Size) -> "NewPicture":
        return NewPicture(sketch=replace(self.sketch, size=size))

    def still(self, output_format: str, compression: int | None) -> bytes:
        return sketch_files.still(self.sketch, output_format, compression)

    def early(self, progress: float, output_format: str, compression: int | None) -> bytes:
        return sketch_files.early(self.sketch, progress, output_format, compression)

    def animation(self, frames: int, duration_ms: int) -> bytes:
        return sketch_files.animation(self.sketch, frames, duration_ms)


@dataclass(frozen=True, kw_only=True, slots=True)
class EditedPicture:
    """A picture made from pictures."""

    edit: Edit

    def resized(self, size: Size) -> "EditedPicture":
        return EditedPicture(edit=replace(self.edit, size=size))

    def still(self, output_format: str, compression: int | None) -> bytes:
        if output_format == "svg":
            return _mosaic(edited(self.edit)).encode()
        return sketch_files.encoded(edited(self.edit), output_format, compression)

    def early(self, progress: float, output_format: str, compression: int | None) -> bytes:
        return sketch_files.encoded(early(self.edit, progress), output_format, compression)

    def animation(self, frames: int, duration_ms: int) -> bytes:
        picture = ImageEnhance.Brightness(edited(self.edit).convert("RGB"))
        middle = frames / 2
        lights = [1 + BREATH * (1 - abs(number - middle) / middle) for number in range(frames)]
        first, *rest = (picture.enhance(light).quantize(255) for light in lights)
        buffer = BytesIO()
        first.save(buffer, "GIF", save_all=True, append_images=rest, duration=duration_ms, loop=0, optimize=False)
        return buffer.getvalue()


def _mosaic(image: Image.Image) -> str:
    """Coloured fields: an SVG without a picture in it."""
    width, height = image.size
    small = image.convert("RGBA")
    small.thumbnail((MOSAIC, MOSAIC))
    across, down = width / small.width, height / small.height
    fields = []
    for number in range(small.width * small.height):
        row, column = divmod(number, small.width)
        red, green, blue, alpha = _channels(small, column, row)
        place = f'x="{column * across:.1f}" y="{row * down:.1f}" width="{across + 0.6:.1f}" height="{down + 0.6:.1f}"'
        fields.append(f'<rect {place} fill="#{red:02x}{green:02x}{blue:02x}" fill-opacity="{alpha / 255:.2f}"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    return f"{head}<title>Gesso demo</title>{''.join(fields)}</svg>"


def _channels(image: Image.Image, x: int, y: int) -> tuple[int, int, int, int]:
    red, green, blue, alpha = image.crop((x, y, x + 1, y + 1)).tobytes()
    return red, green, blue, alpha
