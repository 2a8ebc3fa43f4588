"""Whether the tiles of a grid are usable: large and sharp, not blank, not twice the same, one face if expected."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.tile_quality import Check, Expected, Finding
from core.imaging.faces import find_faces

Floats = NDArray[np.float32]

LOOKED_AT = 512
"""Longer side to which a tile is brought before it is judged, so that its size does not matter."""
BLOCKS = 8
SHARP_ENOUGH = 0.30
LIVELY, LEAST_STRUCTURE = 3.0, 0.02
HASH_SIDE = 16
MOST_ALIKE = 32
"""Bits of 256 up to which two tiles count as the same picture."""


def check_tiles(tiles: Sequence[Image.Image], expected: Expected) -> list[tuple[Finding, ...]]:
    """The findings about each decoded tile, in their order; those of one set are held against each other.

    Faces are counted only where ``expected.faces`` says how many there should be.
    """
    hashes = [picture_hash(tile) for tile in tiles]
    nearest = {number: (HASH_SIDE * HASH_SIDE, number) for number in range(len(tiles))}
    for one, other in combinations(range(len(tiles)), 2):
        apart = int(np.count_nonzero(hashes[one] != hashes[other]))
        # The first of two stays: only the later one is a duplicate.
        nearest[other] = min(nearest[other], (apart, one))
    return [tuple(_findings(tile, *nearest[number], expected)) for number, tile in enumerate(tiles)]


def _findings(tile: Image.Image, apart: int, twin: int, expected: Expected) -> list[Finding]:
    found = [_size(tile, expected), _blank(tile), _sharp(tile), _duplicate(apart, twin)]
    return found if expected.faces is None else [*found, _faces(tile, expected.faces)]


def _size(tile: Image.Image, expected: Expected) -> Finding:
    short, long = sorted(tile.size)
    size = f"{tile.width}x{tile.height}"
    if short < expected.least_side:
        sentence = f"It is {size}; its shorter side should have at least {expected.least_side} pixels."
    elif long > expected.most_ratio * short:
        sentence = f"It is {size}, longer than {expected.most_ratio:g}:1; the split may be wrong."
    else:
        return Finding(check=Check.SIZE, passed=True, sentence=f"It is {size}.", value=short)
    return Finding(check=Check.SIZE, passed=False, sentence=sentence, value=short)


def _blank(tile: Image.Image) -> Finding:
    share = structure(tile)
    blank = share < LEAST_STRUCTURE
    sentence = "There is hardly anything in it." if blank else "It shows something."
    return Finding(check=Check.BLANK, passed=not blank, sentence=sentence, value=round(share, 4))


def _sharp(tile: Image.Image) -> Finding:
    value = sharpness(tile)
    sharp = value >= SHARP_ENOUGH
    sentence = "It is sharp." if sharp else "It is blurred everywhere."
    return Finding(check=Check.SHARPNESS, passed=sharp, sentence=sentence, value=round(value, 3))


def _duplicate(apart: int, twin: int) -> Finding:
    same = apart <= MOST_ALIKE
    sentence = f"It is the same picture as number {twin + 1} of the set." if same else "No earlier one is like it."
    return Finding(check=Check.DUPLICATE, passed=not same, sentence=sentence, value=apart)


def _faces(tile: Image.Image, wanted: int) -> Finding:
    count = len(find_faces(tile))
    seen = "No face was found" if count == 0 else f"{count} face{'s were' if count > 1 else ' was'} found"
    sentence = f"{seen}." if count == wanted else f"{seen}; {wanted} {'is' if wanted == 1 else 'are'} expected."
    return Finding(check=Check.FACE, passed=count == wanted, sentence=sentence, value=count)


def sharpness(tile: Image.Image) -> float:
    """How sharp the sharpest parts of a decoded tile are, 0 to 1, whatever its size, contrast and background.

    The share of its edges' steepness that a further blur takes away (Crete et al., "The blur effect", 2007), in
    the upper tenth of its blocks: a portrait may well stand before a blurred background.
    """
    grey = cv2.GaussianBlur(_grey(tile), (0, 0), 0.7)  # grain is no sharpness
    lost, steep = np.zeros_like(grey), np.zeros_like(grey)
    for across, kernel in ((True, (9, 1)), (False, (1, 9))):
        slopes = [np.abs(cv2.Sobel(each, cv2.CV_32F, int(across), int(not across), ksize=1)) for each in
                  (grey, cv2.blur(grey, kernel))]  # fmt: skip
        steep += slopes[0]
        lost += np.maximum(slopes[0] - slopes[1], np.float32(0))
    totals = [_per_block(each) for each in (lost, steep)]
    lively = totals[1] > max(0.5, float(totals[1].mean()) / 2)
    return float(np.percentile(totals[0][lively] / totals[1][lively], 90)) if lively.any() else 0.0


def structure(tile: Image.Image) -> float:
    """The share of a decoded tile's blocks (16 pixels of 512) with anything in them, 0 to 1; noise is nothing."""
    grey = cv2.GaussianBlur(_grey(tile), (0, 0), 2)
    spread = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA)
    steps = cv2.morphologyEx(spread, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return float((steps > LIVELY).mean())


def picture_hash(tile: Image.Image) -> NDArray[np.bool_]:
    """256 bits that stay nearly the same when a picture is scaled, compressed or lit a little differently.

    Signs of the lowest frequencies about their median, as "pHash" takes them. Own lines rather than
    the package ImageHash: that needs SciPy and PyWavelets, 80 MB for what cv2.dct does.
    """
    side = 4 * HASH_SIDE
    small = cv2.resize(_grey(tile), (side, side), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small)[:HASH_SIDE, :HASH_SIDE]
    return np.asarray(low > np.median(low)).ravel()


def _grey(tile: Image.Image) -> Floats:
    """Brightness 0 to 255 at the size at which tiles are judged; what cannot be seen is white."""
    if tile.mode == "RGBA":
        tile = Image.alpha_composite(Image.new("RGBA", tile.size, "white"), tile)
    grey = np.asarray(tile.convert("L"), np.float32)
    scale = LOOKED_AT / max(tile.size)
    size = (max(round(tile.width * scale), 1), max(round(tile.height * scale), 1))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))


def _per_block(values: NDArray[Any]) -> Floats:
    return np.asarray(cv2.resize(values, (BLOCKS, BLOCKS), interpolation=cv2.INTER_AREA), np.float32)
