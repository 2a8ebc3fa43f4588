"""From the gaps of one axis to where each tile begins and ends; what cannot be seen follows from the other tiles."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.imaging.grid_gutters import CLEAR_EDGE, CLEAR_SEAM, Gap, Gaps

REGULAR = 2.5
"""How many lines a seen edge may lie off a regular grid for the grid to count as regular."""
SEEN, FOLLOWS, LIKELY, GUESSED = 1.0, 0.85, 0.5, 0.2
MOST_UNEQUAL = 1.6
HINT, WISH, LAST_RESORT = 0.05, 0.01, 0.002


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """Where a tile begins or ends, within what is ``lowest`` and ``highest``; ``place`` is None until it is decided."""

    tile: int
    ends: bool
    place: float | None
    lowest: float
    highest: float
    confidence: float = SEEN
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """One tile along one axis, from ``first`` up to ``last``, and how sure that is."""

    first: int
    last: int
    confidence: float
    reasons: tuple[str, ...]


def seen_gutter(gaps: Gaps) -> float | None:
    """How wide the gutters are whose two sides were both seen; None where there is none."""
    widths = [g.last - g.first for g in gaps.between if g and min(g.before, g.after) >= CLEAR_EDGE]
    return float(np.median(widths)) if widths else None


def stretches(gaps: Gaps, size: int, word: str, gutter: float | None) -> tuple[Stretch, ...]:
    """Each tile's stretch along an axis of ``size`` lines; ``word`` is column or row.

    ``gutter`` is what the other axis shows, for where this one shows none.
    """
    edges = list(_edges(gaps, size, word))
    count = len(gaps.between) + 1
    fitted, regular = _fit(edges, size, count, gutter)
    done = [_decided(edge, fitted, regular=regular) for edge in edges]
    found = tuple(_stretch(done[2 * tile], done[2 * tile + 1]) for tile in range(count))
    return found if _similar(found) else tuple(_doubted(each, word) for each in found)


def _similar(found: tuple[Stretch, ...]) -> bool:
    sizes = [each.last - each.first for each in found]
    return max(sizes) <= MOST_UNEQUAL * min(sizes)


def _doubted(found: Stretch, word: str) -> Stretch:
    doubt = f"The {word}s came out of very different size; look whether the cuts are right."
    return replace(found, confidence=min(found.confidence, LIKELY), reasons=(*found.reasons, doubt))


def _edges(gaps: Gaps, size: int, word: str) -> Iterator[Edge]:
    """Two for each tile, in order."""
    count = len(gaps.between) + 1
    for tile in range(count):
        around = (
            gaps.start if tile == 0 else gaps.between[tile - 1],
            gaps.end if tile == count - 1 else gaps.between[tile],
        )
        outer = (tile == 0, tile == count - 1)
        for ends, gap, is_outer in zip((False, True), around, outer, strict=True):
            between = (tile, tile + 1) if not ends else (tile + 1, tile + 2)
            yield _edge(gap, tile, ends, size, _reason(gap, word, between, count, outer=is_outer))


def _edge(gap: Gap | None, tile: int, ends: bool, size: int, reason: str) -> Edge:
    if gap is None:
        return Edge(tile=tile, ends=ends, place=None, lowest=0, highest=size, confidence=GUESSED, reason=reason)
    clear = gap.before if ends else gap.after
    place = gap.first if ends else gap.last
    if gap.first == gap.last:
        confidence = SEEN if clear >= CLEAR_SEAM else LIKELY
        return Edge(tile=tile, ends=ends, place=place, lowest=place, highest=place, confidence=confidence,
                    reason="" if confidence == SEEN else reason)  # fmt: skip
    if clear >= CLEAR_EDGE:
        return Edge(tile=tile, ends=ends, place=place, lowest=place, highest=place)
    return Edge(tile=tile, ends=ends, place=None, lowest=gap.first, highest=gap.last, confidence=LIKELY, reason=reason)


def _reason(gap: Gap | None, word: str, between: tuple[int, int], count: int, *, outer: bool) -> str:
    where = f"{word} {between[0]} and {between[1]}"
    if gap is None:
        done = "halved there" if count == 2 else "cut where equal tiles would meet"
        return f"No gutter was found between {where}, so the picture was {done}."
    if gap.first == gap.last:
        return f"Only a faint seam was found between {where}; look whether the cut is right."
    if outer:
        side = {"column": ("left", "right"), "row": ("top", "bottom")}[word][between[0] == count]
        return f"At the {side} the border and the picture have the same colour; it was cut where equal tiles would end."
    return f"Between {where} the gutter and the pictures have the same colour; it was cut where equal tiles would end."


def _fit(edges: list[Edge], size: int, count: int, gutter: float | None) -> tuple[np.ndarray, bool]:
    """Offset, pitch and width of a regular grid through the seen edges, and whether they determine it and agree.

    Least squares; the faint rows after the seen ones decide only what those leave open.
    """
    seen = [edge for edge in edges if edge.place is not None]
    rows = [(1.0, float(edge.tile), float(edge.ends)) for edge in seen]
    goals = [float(edge.place or 0) for edge in seen]
    weights = [1.0] * len(seen)
    hints = (
        ((0.0, 1.0, -1.0), gutter or 0.0, HINT if gutter is not None else LAST_RESORT),
        ((2.0, count - 1.0, 1.0), float(size), WISH),
        ((1.0, 0.0, 0.0), 0.0, LAST_RESORT / 10),
    )
    for row, goal, weight in hints:
        rows.append(row)
        goals.append(goal)
        weights.append(weight)
    scale = np.array(weights)
    design = np.array(rows, float)
    solved = np.linalg.lstsq(design * scale[:, None], np.array(goals) * scale, rcond=None)[0]
    off = np.abs(design @ solved - goals)[: len(seen)]
    rank = int(np.linalg.matrix_rank(design[: len(seen)])) if seen else 0
    determined = rank == min(3, 2 if count == 1 else 3) and len(seen) > rank
    return solved, bool(determined and off.size and off.max() <= REGULAR)


def _decided(edge: Edge, fitted: np.ndarray, *, regular: bool) -> Edge:
    if edge.place is not None:
        return edge
    wanted = float(fitted @ (1.0, edge.tile, float(edge.ends)))
    place = min(max(wanted, edge.lowest), edge.highest)
    follows = regular and abs(place - wanted) <= REGULAR
    confidence = FOLLOWS if follows and edge.confidence > GUESSED else edge.confidence
    return replace(edge, place=place, confidence=confidence, reason="" if confidence == FOLLOWS else edge.reason)


def _stretch(begin: Edge, end: Edge) -> Stretch:
    weaker = min(begin, end, key=lambda edge: edge.confidence)
    reasons = dict.fromkeys(edge.reason for edge in (begin, end) if edge.reason)
    first, last = round(begin.place or 0), round(end.place or 0)
    return Stretch(first=first, last=last, confidence=weaker.confidence, reasons=tuple(reasons))
