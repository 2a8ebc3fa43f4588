"""Which sizes a model takes, and the legal one nearest to a wish."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log, sqrt

from core.domain.image import Size


@dataclass(frozen=True, kw_only=True, slots=True)
class SizeRule:
    """Which sizes are legal: a fixed list, or free within bounds (pixels, edges, ratio).

    ``fixed`` empty and ``step`` 0 means that nothing is known and any size may be tried.
    """

    fixed: tuple[Size, ...] = ()
    step: int = 0
    max_edge: int = 0
    max_ratio: int = 0
    min_pixels: int = 0
    max_pixels: int = 0
    experimental_pixels: int = 0

    @property
    def free(self) -> bool:
        return not self.fixed

    def problem(self, size: Size) -> str | None:
        """Say in a sentence why a size is not legal; None if it is."""
        if self.fixed:
            return None if size in self.fixed else f"{size} is not one of {listed(self.fixed)}."
        if not self.step:
            return None
        if size.width % self.step or size.height % self.step:
            return f"{size}: width and height must be multiples of {self.step}."
        if size.long > self.max_edge:
            return f"{size}: no side may be longer than {self.max_edge:,} pixels."
        if size.long > self.max_ratio * size.short:
            return f"{size}: the long side may be at most {self.max_ratio} times the short one."
        if size.pixels < self.min_pixels:
            return f"{size} has {size.pixels:,} pixels; at least {self.min_pixels:,} are needed."
        if size.pixels > self.max_pixels:
            return f"{size} has {size.pixels:,} pixels; at most {self.max_pixels:,} are allowed."
        return None

    def nearest(self, size: Size) -> Size:
        """The legal size closest to the wish, keeping its shape where bounds force another area."""
        if self.problem(size) is None:
            return size
        if self.fixed:
            return min(self.fixed, key=lambda s: (_stretch(s, size.width / size.height), abs(s.pixels - size.pixels)))
        width, height = self._bounded(size)
        columns, rows = (
            range(max(int(edge / self.step) - 3, 1), int(edge / self.step) + 5) for edge in (width, height)
        )
        candidates = (Size(column * self.step, row * self.step) for column in columns for row in rows)
        legal = (candidate for candidate in candidates if self.problem(candidate) is None)
        return min(legal, key=lambda s: abs(log(s.width / width)) + abs(log(s.height / height)))

    def _bounded(self, size: Size) -> tuple[float, float]:
        """The wish scaled into the bounds on ratio, area and edge, not yet on the grid."""
        ratio = min(max(size.width / size.height, 1 / self.max_ratio), self.max_ratio)
        if ratio == size.width / size.height and self.min_pixels <= size.pixels <= self.max_pixels:
            width = float(size.width)
        else:
            width = sqrt(min(max(size.pixels, self.min_pixels), self.max_pixels) * ratio)
        width = min(width, self.max_edge, self.max_edge * ratio)
        return width, width / ratio


def listed(values: Iterable[object]) -> str:
    """Write values as people do: a, b or c."""
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _stretch(size: Size, ratio: float) -> float:
    return abs(log(size.width / size.height / ratio))
