"""An answer's colours fitted to the original, learned where both should show the same."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.imaging import drift

LEAST_PIXELS = 200
# More would not change the outcome by half a level.
MOST_PIXELS = 100_000
# A model may turn the light up or down by this much; more is another picture, not another light.
CONTRAST = (0.7, 1.4)
FURTHEST_LEVELS = 64


def matched(answer: Image.Image, sent: Image.Image, sent_mask: Image.Image, moved: drift.Drift) -> Image.Image:
    """The answer with each colour channel's mean and spread as in what was sent, measured around the mask.

    All three have one size; in the mask (L) 255 = edit. Alpha is left alone. Where too little is
    protected to learn from, the answer comes back as it is.
    """
    near = _near(np.asarray(sent_mask))
    if moved.confident:  # the ring of the answer that shows what the original's ring shows
        matrix = np.array([[1, 0, moved.dx], [0, 1, moved.dy]], np.float64)
        pixels = cv2.warpAffine(
            np.asarray(answer.convert("RGB")),
            matrix,
            answer.size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    else:
        pixels = np.asarray(answer.convert("RGB"))
    if np.count_nonzero(near) < LEAST_PIXELS:
        return answer
    inside = np.flatnonzero(near)
    inside = inside[:: max(len(inside) // MOST_PIXELS, 1)]
    wanted, found = (np.asarray(part, np.uint8).reshape(-1, 3)[inside] for part in (sent.convert("RGB"), pixels))
    tables = [_table(wanted[:, channel], found[:, channel]) for channel in range(3)]
    alpha = [list(range(256))] if answer.mode == "RGBA" else []
    return answer.point([level for table in (*tables, *alpha) for level in table])


def _near(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The protected pixels within a sixteenth of the longer side of the mask, not those that touch it."""
    reach = max(max(mask.shape) // 16, 12)
    return np.asarray(
        (cv2.boxFilter(mask, cv2.CV_32F, (2 * reach + 1, 2 * reach + 1)) > 0) & (cv2.blur(mask, (5, 5)) == 0)
    )


def _table(wanted: NDArray[np.uint8], found: NDArray[np.uint8]) -> list[int]:
    """A table of 256 levels; medians and quartiles, so that what a model drew anew weighs little."""
    low, middle, high = np.percentile(found, (20, 50, 80))
    wanted_low, wanted_middle, wanted_high = np.percentile(wanted, (20, 50, 80))
    gain = (wanted_high - wanted_low) / (high - low) if high - low > 8 else 1.0
    gain = float(np.clip(gain, *CONTRAST))
    offset = float(np.clip(wanted_middle - middle, -FURTHEST_LEVELS, FURTHEST_LEVELS))
    levels = (np.arange(256) - middle) * gain + middle + offset
    return [int(level) for level in np.clip(np.round(levels), 0, 255)]
