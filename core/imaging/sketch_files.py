"""Demo pictures as files: PNG, WebP, JPEG, animated GIF and SVG bytes, the same every time."""

from io import BytesIO

from PIL import Image

from core.imaging.codec import png
from core.imaging.sketch import Sketch, frames, paint, preview, svg

CLEAR = 255
"""The palette index of a transparent pixel."""


def still(sketch: Sketch, output_format: str, compression: int | None = None) -> bytes:
    """The finished picture as png, webp, jpeg or svg; ``compression`` is the API's 0-100 (webp and jpeg)."""
    if output_format == "svg":
        return svg(sketch).encode()
    return encoded(paint(sketch), output_format, compression)


def early(sketch: Sketch, progress: float, output_format: str, compression: int | None = None) -> bytes:
    """A partial image; ``progress`` is from 0 to below 1."""
    return encoded(preview(sketch, progress), output_format, compression)


def animation(sketch: Sketch, count: int, duration_ms: int) -> bytes:
    """An endless GIF of ``count`` frames, each shown for ``duration_ms`` (in steps of 10)."""
    first, *rest = _with_one_palette(list(frames(sketch, count)))
    options: dict[str, int] = {"transparency": CLEAR} if sketch.transparent else {}
    buffer = BytesIO()
    first.save(
        buffer,
        "GIF",
        save_all=True,
        append_images=rest,
        duration=duration_ms,
        loop=0,
        disposal=2,
        optimize=False,
        **options,
    )
    return buffer.getvalue()


def _with_one_palette(pictures: list[Image.Image]) -> list[Image.Image]:
    """Frames in the first one's 255 colours, dithered; index ``CLEAR`` is where a frame is transparent."""
    palette = pictures[0].convert("RGB").quantize(CLEAR, Image.Quantize.MEDIANCUT)
    return [_indexed(picture, palette) for picture in pictures]


def _indexed(picture: Image.Image, palette: Image.Image) -> Image.Image:
    indexed = picture.convert("RGB").quantize(palette=palette)
    if picture.mode == "RGBA":
        indexed.paste(CLEAR, mask=picture.getchannel("A").point(lambda alpha: 255 * (alpha < 128)))
    return indexed


def encoded(image: Image.Image, output_format: str, compression: int | None) -> bytes:
    """A demo picture as png, webp or jpeg; ``compression`` is the API's 0-100."""
    quality = 100 if compression is None else max(compression, 1)
    buffer = BytesIO()
    match output_format:
        case "jpeg":
            image.convert("RGB").save(buffer, "JPEG", quality=quality)
        case "webp":
            image.save(buffer, "WEBP", quality=quality, method=1)
        case _:
            return png(image)
    return buffer.getvalue()
