"""How far an answer has moved is found to a quarter of a pixel, and only said when it is sure."""

from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.domain.image import Size
from core.imaging import drift
from core.imaging.sketch import Sketch, paint

Pixels = NDArray[np.uint8]


@cache
def painted(prompt: str, width: int = 720, height: int = 512) -> Pixels:
    return np.asarray(paint(Sketch(prompt=prompt, size=Size(width, height), quality="medium")).convert("L"))


def shifted(pixels: Pixels, dx: float, dy: float) -> Pixels:
    """Moved in the frequency domain, which is exact; OpenCV's own warp rounds to a thirty-second."""
    height, width = pixels.shape
    wide = np.pad(pixels.astype(float), 64, mode="reflect")
    ramp = np.fft.fftfreq(wide.shape[0])[:, None] * dy + np.fft.fftfreq(wide.shape[1])[None, :] * dx
    moved = np.fft.ifft2(np.fft.fft2(wide) * np.exp(-2j * np.pi * ramp)).real
    return np.clip(np.round(moved[64 : 64 + height, 64 : 64 + width]), 0, 255).astype(np.uint8)


def redrawn(pixels: Pixels, seed: int = 0) -> tuple[Pixels, Pixels]:
    """The middle painted over, everything brighter and noisy, as models do; and what is protected."""
    noise = np.random.default_rng(seed).normal(0, 3, pixels.shape)
    changed = np.clip(pixels * 1.08 + 4 + noise, 0, 255).astype(np.uint8)
    protected = np.full(pixels.shape, 255, np.uint8)
    height, width = pixels.shape
    middle = (slice(height // 4, height * 2 // 3), slice(width // 4, width * 2 // 3))
    changed[middle], protected[middle] = np.random.default_rng(1).integers(0, 256, changed[middle].shape), 0
    return changed, protected


@pytest.mark.parametrize("prompt", ["a lighthouse by the sea", "a city at night", "a forest in the hills", "abstract"])
@pytest.mark.parametrize("shift", [(3, 2), (-3, 2), (0.5, 0.25), (-0.3, 0.8), (1.37, -2.61), (17.5, -9.25)])
def test_a_shift_is_found_within_a_quarter_of_a_pixel(prompt: str, shift: tuple[float, float]) -> None:
    original = painted(prompt)
    answer, protected = redrawn(shifted(original, *shift))

    found = drift.estimate(original, answer, protected)

    assert found.confident
    assert (found.dx, found.dy) == pytest.approx(shift, abs=0.25)


def test_a_shift_is_found_in_a_picture_that_is_measured_smaller() -> None:
    original = painted("a harbour city by the sea", 2512, 1680)
    answer, protected = redrawn(shifted(original, 3.4, -2.2))

    found = drift.estimate(original, answer, protected)

    assert (found.dx, found.dy) == pytest.approx((3.4, -2.2), abs=0.25)


def test_an_answer_in_its_place_has_not_moved() -> None:
    original = painted("a city at night")
    answer, protected = redrawn(original)

    found = drift.estimate(original, answer, protected)

    assert max(abs(found.dx), abs(found.dy)) < 0.05


@pytest.mark.parametrize("other", ["a fox in the snow", "mountains at dawn"])
def test_another_picture_is_no_drift(other: str) -> None:
    original, answer = painted("a city at night"), painted(other)

    assert not drift.estimate(original, answer, np.full(original.shape, 255, np.uint8)).confident


@pytest.mark.parametrize("level", [0, 128])
def test_a_picture_without_structure_tells_nothing(level: int) -> None:
    plain = np.full((200, 300), level, np.uint8)

    assert not drift.estimate(plain, plain, np.full(plain.shape, 255, np.uint8)).confident


def test_where_nearly_everything_is_edited_nothing_is_claimed() -> None:
    original = painted("a city at night")
    protected = np.zeros(original.shape, np.uint8)
    protected[:10, :10] = 255

    assert drift.estimate(original, shifted(original, 3, 2), protected) == drift.NONE


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (7, 90), (30, 30)])
def test_tiny_pictures_do_no_harm(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)

    found = drift.estimate(noise, cv2.flip(noise, 0).reshape(shape), np.full(shape, 255, np.uint8))
    assert abs(found.dx) <= shape[1]
    assert abs(found.dy) <= shape[0]
