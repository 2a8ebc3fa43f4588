"""How finely copies of a picture are compressed: those made to look at, and those made for a download."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyQuality:
    """WebP's and JPEG's quality, 1 to 100: of thumbnails and display copies, and of downloads in another format."""

    small: int = 80
    download: int = 90

    @classmethod
    def of(cls, quality: int | None) -> Self:
        """One quality for all copies; None means the usual ones."""
        return cls() if quality is None else cls(small=quality, download=quality)
