"""Small WebP pictures for galleries, of every kind of image that is kept."""

import io

from PIL import Image

from core.imaging.codec import decode


def thumbnail(data: bytes, edge: int = 512, quality: int = 80) -> bytes:
    """A WebP whose longer edge is at most ``edge`` pixels; never larger than the image (an SVG has no limit).

    First frame, upright, sRGB, transparency kept; ``quality`` is 1 to 100. Raises InvalidImageError.
    """
    image = decode(data, edge=edge)
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=2)  # half the time of 4, for files 4 % larger
    return out.getvalue()


def is_thumbnail(data: bytes) -> bool:
    """Whether bytes begin as a WebP and are as many as it says: at once, without a look at its pixels."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP" and int.from_bytes(data[4:8], "little") + 8 <= len(data)
