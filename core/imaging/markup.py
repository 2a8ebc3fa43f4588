"""Notes drawn over a picture, as the transparent PNG that some models take as instructions."""

import numpy as np
from PIL import Image

from core.domain.image import Size
from core.errors import InvalidImageError
from core.imaging import codec, resampling


def markup_png(overlay: bytes, size: Size, under: bytes | None = None) -> bytes:
    """The overlay as an RGBA PNG of exactly ``size``, the first picture's, enlarged or shrunk to it.

    ``under`` is a markup of that size which is drawn on; it shows through wherever nothing new is drawn.
    Raises InvalidImageError for an overlay that is empty, that covers everything, or whose ratio
    is not the picture's.
    """
    drawn = codec.decode(overlay)
    alpha = np.asarray(drawn.convert("RGBA").getchannel("A"))
    if alpha.max() == 0:
        raise InvalidImageError(
            "Nothing is drawn yet. Draw an arrow, a circle or a word on the picture.", param="markup"
        )
    if alpha.min() > 0:
        raise InvalidImageError(
            "The drawing covers the whole picture; a markup must leave parts of it transparent.", param="markup"
        )
    if abs(drawn.width * size.height - drawn.height * size.width) > 2 * max(size.long, *drawn.size):
        raise InvalidImageError(
            f"The drawing is {drawn.width}x{drawn.height} and the picture {size}; they must have one ratio.",
            param="markup",
        )
    made = resampling.scaled(drawn.convert("RGBA"), size)
    if under is not None:
        made = Image.alpha_composite(codec.decode(under).convert("RGBA"), made)
    return codec.png(made)
