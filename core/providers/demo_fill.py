"""Fills holes in a picture from what is around them, without a model and in bounded time."""

from dataclasses import dataclass
from threading import Lock

import cv2
import numpy as np
import patchmatch
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

THIN = 8.0
"""Holes whose innermost pixel is no farther than this from the edge are filled by diffusion."""
CONTEXT = 160
MOST_PIXELS, MOST_FOR_LARGE = 90_000, 40_000
"""What is searched for patches is first scaled to this: one or two seconds, however large picture and hole."""
LARGE = 0.3
LEVELLED_PIXELS = 30_000
APART = 45.0
"""Edges of a hole that differ by so many levels have hardly anything in common."""
PATCH = 5

_one_at_a_time = Lock()  # the library's seed belongs to the process


@dataclass(frozen=True, kw_only=True, slots=True)
class Hole:
    """The rectangle around a hole with its context, as slices, and the hole within."""

    rows: slice
    columns: slice
    mask: Pixels


def fill(pixels: Pixels, mask: Pixels) -> Pixels:
    """Fill where ``mask`` (L, 255 = hole) says so; RGB in, RGB out, the rest untouched.

    A hole without surroundings is left as it is.
    """
    result = pixels.copy()
    found = _around(mask)
    if found is None or found.mask.all():
        return result
    part = pixels[found.rows, found.columns]
    filled = _diffused(part, found.mask) if _is_thin(found.mask) else _patched(part, found.mask)
    filled = _levelled(filled, part, found.mask)
    soft = cv2.GaussianBlur(found.mask, (0, 0), 1.5)
    share = np.where(found.mask > 0, 255, soft).astype(np.float32)[..., None] / 255
    result[found.rows, found.columns] = np.rint(part + (filled.astype(np.float32) - part) * share).astype(np.uint8)
    return result


def _around(mask: Pixels) -> Hole | None:
    left, top, width, height = cv2.boundingRect(mask)
    if not width:
        return None
    reach = max(CONTEXT, (width + height) // 4)
    rows = slice(max(top - reach, 0), min(top + height + reach, mask.shape[0]))
    columns = slice(max(left - reach, 0), min(left + width + reach, mask.shape[1]))
    grown = cv2.dilate(mask[rows, columns], np.ones((5, 5), np.uint8))
    return Hole(rows=rows, columns=columns, mask=np.where(grown > 127, 255, 0).astype(np.uint8))


def _is_thin(mask: Pixels) -> bool:
    return float(cv2.distanceTransform(mask, cv2.DIST_L2, 3).max()) <= THIN


def _diffused(pixels: Pixels, mask: Pixels) -> Pixels:
    return np.asarray(cv2.inpaint(pixels, mask, 4, cv2.INPAINT_TELEA), np.uint8)


def _levelled(filled: Pixels, around: Pixels, mask: Pixels) -> Pixels:
    """The filling with its light fitted to what is beyond the edge, less and less towards the middle.

    Light changes slowly, so it is measured on a small copy.
    """
    height, width = mask.shape
    small = _smaller(mask.shape, LEVELLED_PIXELS)
    inside, before, after = (
        np.asarray(cv2.resize(each, small, interpolation=cv2.INTER_AREA), np.float32) for each in (mask, around, filled)
    )
    share = np.where(inside[..., None] > 0, 1, 0).astype(np.float32)
    reach = max(min(small) / 24, 1.5)
    beyond, nearness = _near(before, 1 - share, reach)
    within, _ = _near(after, share, reach)
    change = (beyond - within) * np.minimum(1.5 * nearness, 1)
    full = np.asarray(cv2.resize(change, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    fitted: Floats = np.clip(filled + full, 0, 255).astype(np.float32)
    return np.rint(fitted).astype(np.uint8)


def _near(pixels: Floats, share: Floats, reach: float) -> tuple[Floats, Floats]:
    """The mean colour near each pixel of the part that counts, and how much of that there is (0-1)."""
    total = np.asarray(cv2.GaussianBlur(pixels * share, (0, 0), reach), np.float32)
    weight = np.asarray(cv2.GaussianBlur(share, (0, 0), reach), np.float32).reshape(share.shape)
    return (total / np.maximum(weight, 1e-3)).astype(np.float32), weight


def _smaller(shape: tuple[int, ...], most: int) -> tuple[int, int]:
    """Width and height of a copy with at most so many pixels."""
    scale = min((most / (shape[0] * shape[1])) ** 0.5, 1.0)
    return max(round(shape[1] * scale), 1), max(round(shape[0] * scale), 1)


def _patched(pixels: Pixels, mask: Pixels) -> Pixels:
    """Content-aware: patches from the surroundings, searched on a smaller copy of a large picture."""
    height, width = mask.shape
    most = MOST_FOR_LARGE if np.count_nonzero(mask) > LARGE * mask.size else MOST_PIXELS
    small = _smaller(mask.shape, most)
    source = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
    hole = np.where(cv2.resize(mask, small, interpolation=cv2.INTER_LINEAR) > 0, 255, 0).astype(np.uint8)
    if hole.all():
        return _diffused(pixels, mask)
    with _one_at_a_time:
        patchmatch.set_random_seed(1)
        found = patchmatch.inpaint(np.asarray(source, np.uint8), hole, patch_size=PATCH)
    found = _with_level_light(np.asarray(found, np.uint8), hole)
    if small == (width, height):
        return found
    enlarged = cv2.resize(found, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(enlarged, np.uint8)


def _with_level_light(found: Pixels, hole: Pixels) -> Pixels:
    """Keep the patches' detail, but let horizons run on: light as between the hole's left and right edges.

    Where those two differ much nothing runs through, and the patches stay as they are.
    """
    across, trust = _rows_across(found.astype(np.float32), hole > 0)
    reach = max(min(hole.shape) / 30, 1.5)
    light = np.asarray(cv2.GaussianBlur(found, (0, 0), reach), np.float32)
    smooth = np.asarray(cv2.GaussianBlur(across, (0, 0), reach), np.float32)
    changed: Floats = found + (smooth - light) * np.where(hole > 0, trust, 0)[..., None]
    return np.rint(np.clip(changed, 0, 255)).astype(np.uint8)


def _rows_across(pixels: Floats, hole: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Each row drawn through its hole from edge to edge, and how well both edges agree (0-1, one per row)."""
    across, trust = pixels.copy(), np.zeros((pixels.shape[0], 1), np.float32)
    columns = np.arange(pixels.shape[1])
    for number, holes in enumerate(hole):
        known = np.flatnonzero(~holes)
        if not holes.any() or not known.size or known[0] > np.argmax(holes) or known[-1] < np.flatnonzero(holes)[-1]:
            continue
        row = pixels[number]
        for channel in range(3):
            across[number, :, channel] = np.interp(columns, known, row[known, channel])
        gaps = known[np.flatnonzero(np.diff(known) > 1)]
        ends = known[np.searchsorted(known, gaps) + 1]
        apart = float(np.abs(row[gaps] - row[ends]).max())
        trust[number] = np.exp(-((apart / APART) ** 2))
    return across, np.asarray(cv2.GaussianBlur(trust, (0, 0), 2), np.float32).reshape(-1, 1)
