"""How far an answer has moved against the original, estimated on what should not have changed."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.image import Size
from core.imaging import resampling

# Larger pictures are measured at this many pixels: a tenth of a pixel there is a quarter of one at 24 megapixels.
MEASURED_PIXELS = 1_600_000
COARSE_PIXELS = 300_000
# Further than this part of the shorter side is no drift but another picture.
FURTHEST_SHARE = 0.06
LEAST_PIXELS = 400
# Points that are measured: a square grid's worth, the most telling ones.
GRID = 256
# A shift is believed if it explains this much of what differs, or if all parts of the picture tell the same one.
LEAST_EXPLAINED = 0.15
LEAST_AGREED = 0.003
AGREEMENT = 0.2
STEPS = 12

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """The answer shows at (x + dx, y + dy) what the original shows at (x, y), in pixels.

    ``explained`` is the share of the difference (of fine detail, 0 to 1) that undoing the shift
    takes away; ``confident`` says whether it is enough to act on.
    """

    dx: float
    dy: float
    explained: float
    confident: bool


NONE = Drift(dx=0.0, dy=0.0, explained=0.0, confident=False)


def estimate(original: Pixels, answer: Pixels, protected: Pixels) -> Drift:
    """The shift of ``answer`` against ``original``, both grey (height, width), where ``protected`` is not 0.

    Phase correlation finds the whole pixels, least squares with a weight for every pixel the
    fractions; brightness, contrast and slow changes of light do not count.
    """
    size = Size(original.shape[1], original.shape[0])
    measured = _fitting(size, MEASURED_PIXELS)
    known = cv2.erode(_reduced(protected, measured), np.ones((3, 3), np.uint8)) > 250
    if np.count_nonzero(known) < LEAST_PIXELS or min(measured.width, measured.height) < 8:
        return NONE
    a, b = (_detail(_reduced(pixels, measured)) for pixels in (original, answer))
    points = _points(a, known)
    furthest = FURTHEST_SHARE * measured.short
    start = max(((0.0, 0.0), _coarse(a, b, known)), key=lambda guess: points.explained(b, guess))
    dx, dy = points.refined(b, start)
    explained = points.explained(b, (dx, dy))
    sure = explained >= LEAST_EXPLAINED or (explained >= LEAST_AGREED and points.agree(b, (dx, dy)))
    return Drift(
        dx=dx * size.width / measured.width,
        dy=dy * size.height / measured.height,
        explained=explained,
        confident=sure and max(abs(dx), abs(dy)) <= furthest,
    )


def _fitting(size: Size, pixels: int) -> Size:
    shrink = min((pixels / size.pixels) ** 0.5, 1)
    return Size(max(round(size.width * shrink), 1), max(round(size.height * shrink), 1))


def _reduced(pixels: Pixels, size: Size) -> Pixels:
    return pixels if pixels.shape == (size.height, size.width) else resampling.resized(pixels, size)


def _detail(grey: Pixels) -> Floats:
    """Fine structure at an even strength: light that changes slowly is taken out, noise is smoothed a little."""
    soft = cv2.GaussianBlur(grey, (0, 0), 1.0).astype(np.float32)
    return np.asarray(cv2.subtract(soft, cv2.blur(soft, (25, 25))), np.float32)


def _coarse(a: Floats, b: Floats, known: NDArray[np.bool_]) -> tuple[float, float]:
    """Phase correlation on a smaller picture, where what is not protected is blank on both sides."""
    size = Size(a.shape[1], a.shape[0])
    small = _fitting(size, COARSE_PIXELS)
    # Strong edges must not drown the rest: a model redraws some of them anyway.
    parts = [cv2.multiply(np.tanh(part / 8), known.astype(np.float32)) for part in (a, b)]
    first, second = (cv2.resize(part, (small.width, small.height), interpolation=cv2.INTER_AREA) for part in parts)
    window = cv2.createHanningWindow((small.width, small.height), cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(first, second, window)
    return dx * size.width / small.width, dy * size.height / small.height


def _points(a: Floats, known: NDArray[np.bool_]) -> "_Points":
    """Up to 65,536 protected points of the original, those with the most structure of a fixed random choice."""
    gx, gy = (cv2.Sobel(a, cv2.CV_32F, across, 1 - across, scale=1 / 8) for across in (1, 0))
    inside = np.flatnonzero(known)
    if len(inside) > 4 * GRID * GRID:
        inside = np.sort(np.random.default_rng(0).choice(inside, 4 * GRID * GRID, replace=False, shuffle=False))
    strength = np.abs(gx.ravel()[inside]) + np.abs(gy.ravel()[inside])
    side = min(int(len(inside) ** 0.5), GRID)
    chosen = inside[np.argpartition(-strength, side * side - 1)[: side * side]]
    y, x = np.divmod(chosen, a.shape[1])
    return _Points(
        x=x.astype(np.float32).reshape(side, side),
        y=y.astype(np.float32).reshape(side, side),
        design=np.stack([part.ravel()[chosen] for part in (gx, gy, a)], axis=1).astype(np.float64),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Points:
    """Where the original is measured (square arrays x, y), and there its slopes and its value (n, 3)."""

    x: Floats
    y: Floats
    design: NDArray[np.float64]

    def left(self, b: Floats, shift: tuple[float, float]) -> NDArray[np.float64]:
        """What differs at each point once the shift is undone."""
        across, down = (part + np.float32(by) for part, by in zip((self.x, self.y), shift, strict=True))
        moved = cv2.remap(b, across, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return moved.ravel().astype(np.float64) - self.design[:, 2]

    def explained(self, b: Floats, shift: tuple[float, float]) -> float:
        """Which share of the difference goes away when the shift is undone."""
        before, after = (float(np.minimum(np.abs(self.left(b, s)), 32).mean()) for s in ((0.0, 0.0), shift))
        return 1 - after / before if before > 1e-6 else 0.0

    def refined(self, b: Floats, shift: tuple[float, float]) -> tuple[float, float]:
        """Gauss-Newton on shift and contrast together; points that changed for other reasons lose their weight."""
        for _ in range(STEPS):
            x, y = self.step(self.left(b, shift))
            shift = shift[0] + x, shift[1] + y
            if max(abs(x), abs(y)) < 0.003:
                break
        return shift

    def step(self, left: NDArray[np.float64], chosen: NDArray[np.bool_] | None = None) -> tuple[float, float]:
        """One step of least squares, at most a pixel long."""
        design = self.design if chosen is None else self.design[chosen]
        left = left if chosen is None else left[chosen]
        spread = 2.5 * float(np.median(np.abs(left))) + 0.5
        weighted = design / (1 + (left / spread) ** 2)[:, None]
        solved = np.linalg.lstsq(weighted.T @ design, weighted.T @ left, rcond=1e-9)[0]
        return float(np.clip(-solved[0], -1, 1)), float(np.clip(-solved[1], -1, 1))

    def agree(self, b: Floats, shift: tuple[float, float]) -> bool:
        """Whether the quarters of the picture (those with enough points) each find this same shift."""
        left = self.left(b, shift)
        right_half, lower_half = ((part > np.median(part)).ravel() for part in (self.x, self.y))
        quarters = [(right_half == right) & (lower_half == low) for right in (False, True) for low in (False, True)]
        steps = [self.step(left, part) for part in quarters if np.count_nonzero(part) >= LEAST_PIXELS]
        return len(steps) >= 3 and all(max(abs(x), abs(y)) <= AGREEMENT for x, y in steps)
