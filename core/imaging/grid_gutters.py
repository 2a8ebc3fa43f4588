"""Which lines lie between the tiles of a grid: every flat band and every seam is a candidate, the best set wins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.imaging.grid_lines import Lines, Span

Bits = NDArray[np.bool_]

FLAT_ALWAYS, FLAT_AT_MOST, FLAT_BY_CONTENT = 8.0, 40.0, 0.3
RINGING = 20
"""How far from an edge JPEG's ripples reach, in lines."""
LOOSER = (5.0, 9.0, 15.0, 24.0, 40.0)
CLEAR_JUMP = 0.35
CLEAR_EDGE = 0.4
SLIVER, SMEARED = 3, 25.0
BRIGHTNESS = np.array((0.299, 0.587, 0.114))
CLEAR_SEAM, FAINT_SEAM = 0.4, 0.15
UNEVEN = 1.5
NARROWEST_TILE = 0.35
MOST_SEAMS = 120
MUCH_THE_SAME = 1.4


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """The lines from ``first`` up to, not including, ``last`` lie between tiles; none where two tiles touch.

    ``before`` and ``after``: how clearly the tile before ends and the tile after begins there, 0 to 1.
    """

    first: int
    last: int
    before: float
    after: float
    score: float

    @property
    def middle(self) -> float:
        return (self.first + self.last) / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Gaps:
    """The gaps of one axis: at the picture's two ends (perhaps empty), and between tiles; None where none was found."""

    start: Gap
    between: tuple[Gap | None, ...]
    end: Gap


def find_gaps(lines: Lines, count: int) -> Gaps:
    """The gaps between ``count`` tiles along one axis."""
    bands = _joined(lines, sorted(_bands(lines), key=lambda band: band.first))
    size = len(lines)
    start = next((band for band in bands if band.first == 0 and band.last < size), _nothing(0))
    end = next((band for band in bands if band.last == size and band.first > 0), _nothing(size))
    inner = [band for band in bands if band.first > 0 and band.last < size]
    candidates = [*inner, *_seams(lines, inner)]
    first = start.last if start.after >= CLEAR_EDGE else 0
    last = end.first if end.before >= CLEAR_EDGE else size
    return Gaps(start=start, between=_best(candidates, (first, last), count), end=end)


def is_plain(gaps: Gaps) -> bool:
    """Whether every gap between the tiles is clear on both sides and the tiles differ little in width."""
    clear = [gap for gap in gaps.between if gap and min(gap.before, gap.after) >= CLEAR_SEAM]
    starts = [gaps.start.last, *(gap.last for gap in clear)]
    widths = np.array([*(gap.first for gap in clear), gaps.end.first]) - starts
    return len(clear) == len(gaps.between) and float(widths.max()) <= MUCH_THE_SAME * float(widths.min())


def _nothing(place: int) -> Gap:
    return Gap(first=place, last=place, before=1, after=1, score=0)


def _bands(lines: Lines) -> Iterator[Gap]:
    """Runs of lines of one colour, from the flattest line outwards; touching runs of two colours are two bands."""
    content = float(np.median(lines.spread))
    limit = max(FLAT_ALWAYS, min(FLAT_AT_MOST, FLAT_BY_CONTENT * content))
    free = lines.spread <= limit
    for line in np.argsort(lines.spread, kind="stable"):
        if lines.spread[line] > limit:
            return
        if free[line]:
            (first, before), (last, after) = (_side(lines, int(line), free, limit, step) for step in (-1, 1))
            free[first:last] = False
            yield _band(first, last, before, after)


def _band(first: int, last: int, before: float, after: float) -> Gap:
    score = 0.4 + 0.8 * min(before, after) + 0.3 * max(before, after)
    return Gap(first=first, last=last, before=before, after=after, score=score)


def _joined(lines: Lines, bands: list[Gap]) -> list[Gap]:
    """Bands without those that JPEG split: touching ones become one where what parts them is smeared colour."""
    done: list[Gap] = []
    for band in bands:
        while done and done[-1].last == band.first and _are_one(lines, done[-1], band):
            before = done.pop()
            band = _band(before.first, band.last, before.before, band.after)
        done.append(band)
    return done


def _are_one(lines: Lines, one: Gap, other: Gap) -> bool:
    """A sliver of a band's own brightness belongs to it, and so do two of which only the outer edges are clear."""
    colours = [np.median(lines.colour[gap.first : gap.last, :3], axis=0) for gap in (one, other)]
    if abs(float((colours[0] - colours[1]) @ BRIGHTNESS)) > SMEARED:
        return False
    sliver = min(one.last - one.first, other.last - other.first) <= SLIVER
    unparted = max(one.after, other.before) < CLEAR_EDGE <= min(one.before, other.after)
    return sliver or unparted


def _side(lines: Lines, seed: int, free: Bits, limit: float, step: int) -> tuple[int, float]:
    """How far the band around a line reaches to one side, and how clearly the tile begins there.

    JPEG's ripples and smeared colours make the lines at a band's edge less flat than its middle: the strictest
    measure at which a clear edge comes out is the right one. If none does, the strictest decides.
    """
    strictest = 1 + 1.6 * float(lines.spread[seed])
    found = [
        _reach(lines, seed, free, levels, step) for levels in (strictest, *LOOSER) if strictest <= levels <= limit + 1
    ]
    if not found:
        return _reach(lines, seed, free, strictest, step)
    return next((side for side in found if side[1] >= CLEAR_EDGE), found[0])


def _reach(lines: Lines, seed: int, free: Bits, levels: float, step: int) -> tuple[int, float]:
    """The end of the run of lines that stray from the seed's colour by no more than ``levels``, and its clearness.

    How clear an edge is: see ``Lines.begins``; not at all where a far stronger one lies just ahead.
    """
    colour, size = lines.colour[seed], len(lines)
    alike = free & (lines.spread <= levels) & (np.abs(lines.colour - colour).max(axis=1) <= levels)
    other = np.flatnonzero(~alike[seed::step])
    if not len(other):
        return (size, 1.0) if step > 0 else (0, 1.0)
    line = seed + step * int(other[0])
    inside = seed + step * max(0, int(other[0]) - 3)
    clear = max(lines.begins(x, inside, step, levels + 1) for x in (line, line + step) if 0 <= x < size)
    edge = line if step > 0 else line + 1
    ahead = lines.edge[edge : edge + RINGING] if step > 0 else lines.edge[max(edge - RINGING + 1, 1) : edge + 1]
    near = lines.edge[max(edge - 1, 0) : edge + 2].max()
    return edge, clear if near >= CLEAR_JUMP * float(ahead.max()) else 0.0


def _seams(lines: Lines, bands: Sequence[Gap]) -> Iterator[Gap]:
    """Lines at which one picture ends and another begins without anything between."""
    strength = lines.seam.copy()
    peak = np.maximum.reduce([np.roll(strength, by) for by in (-2, -1, 1, 2)])
    places = np.flatnonzero((strength >= peak) & (strength >= FAINT_SEAM))
    edges = {edge for band in bands for edge in (band.first, band.last)}
    for place in sorted(places, key=lambda place: -strength[place])[:MOST_SEAMS]:
        if place > 0 and int(place) not in edges:
            clear = float(strength[place])
            yield Gap(first=int(place), last=int(place), before=clear, after=clear, score=clear)


def _best(candidates: list[Gap], inside: Span, count: int) -> tuple[Gap | None, ...]:
    """The gaps with the most evidence whose tiles are most alike in width (dynamic programming over places)."""
    pitch = (inside[1] - inside[0]) / count
    equal = [inside[0] + number * pitch for number in range(1, count)]
    known = [gap for gap in candidates if inside[0] < gap.middle < inside[1] and gap.last - gap.first < pitch / 2]
    places = np.array([*(gap.middle for gap in known), *equal, inside[1]])
    scores = np.array([*(gap.score for gap in known), *(0.0 for _ in equal), 0.0])
    reached = _step_cost(places - inside[0], pitch) + scores
    came: list[np.ndarray] = []
    for _ in range(1, count):
        ways = reached[:, None] + _step_cost(places[None, :] - places[:, None], pitch)
        came.append(ways.argmax(axis=0))
        reached = ways.max(axis=0) + scores
    chosen, at = [], len(places) - 1
    for step in reversed(came):
        at = int(step[at])
        chosen.append(known[at] if at < len(known) else None)
    return tuple(reversed(chosen))


def _step_cost(widths: np.ndarray, pitch: float) -> np.ndarray:
    cost = -UNEVEN * (widths / pitch - 1) ** 2
    return np.asarray(np.where(widths < NARROWEST_TILE * pitch, -1e6, cost))
