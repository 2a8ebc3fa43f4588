"""What every line of pixels across a grid picture looks like: how flat, in which colour, how sharp its edge is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Span = tuple[int, int]

SAMPLES = 1200
"""Pixels looked at in each line; more of them make a large picture slow and no answer better."""
MOST_OF_A_LINE = 98.5
ISOLATED_FACTOR, ISOLATED_LEVELS = 1.5, 4
LOUDEST_JUMP = 48


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """The lines across one axis of a picture, looked at only within ``spans`` (the tiles along each line).

    ``spread[x]``: levels by which line x strays from its one colour, in the tile where it strays most (0 = flat).
    ``colour[x]``: its median per channel. ``edge[x]``: the mean jump from line x - 1 to x, in levels;
    ``seam[x]``: the share of its pixels whose jump stands alone there, as it does where two pictures meet.
    """

    pixels: Bytes
    spans: tuple[Span, ...]
    spread: Floats
    colour: Floats
    edge: Floats
    seam: Floats

    def __len__(self) -> int:
        return len(self.spread)

    def begins(self, line: int, inside: int, step: int, levels: float) -> float:
        """How clearly a tile begins at a line, seen from the flat line ``inside`` in steps of 1 or -1; 0 to 1.

        In the tile where it is largest: the share that is apart from the flat colour by more than
        ``levels`` here, and was not inside. What fades in over many lines does not begin.
        """
        colour = self.colour[inside]
        there, here = (np.abs(self.pixels[x].astype(np.float32) - colour).max(axis=1) > levels for x in (line, inside))
        shares = [float(there[a:b].mean() - here[a:b].mean()) for a, b in self.spans]
        best = int(np.argmax(shares))
        return max(0.0, float(shares[best])) if self._at_once(line, step, *self.spans[best]) else 0.0

    def _at_once(self, line: int, step: int, first: int, last: int) -> bool:
        """Whether the mean colour, or how lively it is, changes more here than in the lines that follow."""
        places = np.clip(line + step * np.array((-2, 1, 3, 5)), 0, len(self) - 1)
        part = self.pixels[places, first:last].astype(np.float32)
        for measure in (part.mean(axis=1), part.std(axis=1)):
            change, after = (float(np.abs(measure[at + 1] - measure[at]).max()) for at in (0, 2))
            if change > 1.8 * after + 0.4:
                return True
        return False


def read_lines(pixels: Bytes, spans: Sequence[Span]) -> Lines:
    """Look at the lines ``pixels[x]`` (x, along the line, channel), within ``spans`` along them."""
    picked, places, start = [], [], 0
    step = max(1, sum(last - first for first, last in spans) // SAMPLES)
    for first, last in spans:
        inside = np.arange(first + (last - first) % step // 2, last, step)
        picked.append(inside)
        places.append((start, start + len(inside)))
        start += len(inside)
    chosen = np.ascontiguousarray(pixels[:, np.concatenate(picked)])
    colour = np.median(chosen, axis=1).astype(np.float32)
    apart = np.abs(chosen.astype(np.int16) - np.rint(colour).astype(np.int16)[:, None]).max(axis=2).astype(np.uint8)
    jumps = _jumps(chosen)
    alone = jumps > ISOLATED_FACTOR * _beside(jumps) + ISOLATED_LEVELS
    return Lines(
        pixels=chosen,
        spans=tuple(places),
        spread=np.max([_most(apart[:, a:b]) for a, b in places], axis=0).astype(np.float32),
        colour=colour,
        edge=np.minimum(jumps, LOUDEST_JUMP).mean(axis=1).astype(np.float32),
        seam=np.mean([alone[:, a:b].mean(axis=1) for a, b in places], axis=0).astype(np.float32),
    )


def _most(apart: Bytes) -> Floats:
    return np.asarray(np.percentile(apart, MOST_OF_A_LINE, axis=1, method="lower"), np.float32)


def _jumps(pixels: Bytes) -> Bytes:
    """From line x - 1 to line x, pixel by pixel, in the channel that jumps most; 0 for the first line."""
    jumps = np.zeros(pixels.shape[:2], np.uint8)
    jumps[1:] = np.abs(np.diff(pixels.astype(np.int16), axis=0)).max(axis=2)
    return jumps


def _beside(jumps: Bytes) -> Floats:
    """The largest jump two or three lines to either side; the nearest is left out, where an edge may be smeared."""
    padded = np.pad(jumps, ((3, 3), (0, 0)))
    shifted = [padded[3 + by : 3 + by + len(jumps)] for by in (-3, -2, 2, 3)]
    return np.asarray(np.maximum.reduce(shifted), np.float32)
