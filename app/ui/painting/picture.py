"""The picture that is painted on: where the browser finds it, and how large it really is."""

from collections.abc import Callable
from dataclasses import dataclass

from core.domain.image import Size

Source = str | Callable[[], bytes]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture to paint on.

    ``id`` names its content (its sha256): what is painted belongs to it. ``size`` is that of the
    upright source in pixels, in which operations are told. ``display`` is a version of about
    1,600 pixels, as an address from the server's root or as a function that makes its bytes (PNG,
    JPEG or WebP; called once a session). ``original`` is the address of the whole picture for zooming
    in, and only of one that browsers show as it is: upright, no SVG.
    """

    id: str
    size: Size
    display: Source
    original: str | None = None
    alt: str = "the picture"
