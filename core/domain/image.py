"""Sizes, media types and references to stored images; never the pixels themselves."""

import re
from dataclasses import dataclass

MEDIA_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "svg": "image/svg+xml",
}
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/svg+xml": "svg",
}


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def long(self) -> int:
        return max(self.width, self.height)

    @property
    def short(self) -> int:
        return min(self.width, self.height)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @classmethod
    def parse(cls, text: str) -> "Size | None":
        """Read ``1536x1024`` (also with ``×`` or spaces); None if it is not a size."""
        match = re.fullmatch(r"\s*(\d{1,6})\s*[x×X]\s*(\d{1,6})\s*", text)
        if match is None or "0" in (match[1].lstrip("0") or "0", match[2].lstrip("0") or "0"):
            return None
        return cls(int(match[1]), int(match[2]))


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRef:
    """A stored image: its content hash (hex sha256), pixel size, media type and length in bytes.

    An SVG without a size of its own has width and height 0.
    """

    sha256: str
    width: int
    height: int
    media_type: str
    bytes: int

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.media_type]


def ref_of_name(name: str) -> ImageRef | None:
    """The image that a stored file's name says it is, its sizes as 0; None for any other name."""
    sha256, _, extension = name.partition(".")
    media_type = next((kind for kind, known in EXTENSIONS.items() if known == extension), None)
    if media_type is None or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        return None
    return ImageRef(sha256=sha256, width=0, height=0, media_type=media_type, bytes=0)
