"""Shapes are drawn at the picture's own resolution, within a hundredth of the ideal shape."""

import math
import time

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from core.domain.frame import Box
from core.domain.mask import Mask, Operation, Tool
from core.errors import InvalidImageError, InvalidRequestError
from core.imaging import codec, feathering, masks

SIZE = (400, 300)
Truth = NDArray[np.bool_]


def drawn(*operations: Operation, **options: object) -> Truth:
    mask = Mask(width=SIZE[0], height=SIZE[1], operations=operations, **options)  # type: ignore[arg-type]
    return np.asarray(masks.render(mask)) > 0


def centres() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]] + 0.5
    return x, y


def overlap(one: Truth, other: Truth) -> float:
    return float((one & other).sum() / (one | other).sum())


def near_path(points: tuple[tuple[float, float], ...], radius: float) -> Truth:
    x, y = centres()
    near = np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(points, points[1:] or points, strict=False):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        part = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0, 1) if length else 0
        near |= np.hypot(x - ax - part * (bx - ax), y - ay - part * (by - ay)) <= radius
    return near


def test_a_rectangle_is_exact() -> None:
    x, y = centres()

    mask = drawn(Operation(tool=Tool.RECTANGLE, points=((200.4, 50.6), (20.5, 120.2))))

    assert np.array_equal(
        mask, (x > 20.5) & (x < 200.4) & (y > 50.6) & (y < 120.2) | (x == 20.5) & (y > 50.6) & (y < 120.2)
    )


@pytest.mark.parametrize("corners", [((20.3, 30.8), (300.1, 250.4)), ((10, 10), (14, 15)), ((-50, -50), (90, 90))])
def test_an_ellipse_is_the_ideal_one(corners: tuple[tuple[float, float], ...]) -> None:
    x, y = centres()
    (left, top), (right, bottom) = corners
    ideal = ((2 * x - left - right) / (right - left)) ** 2 + ((2 * y - top - bottom) / (bottom - top)) ** 2 <= 1

    mask = drawn(Operation(tool=Tool.ELLIPSE, points=corners))

    assert overlap(mask, ideal) >= 0.99


@pytest.mark.parametrize("size", [1.6, 3, 7.5, 40, 133])
def test_a_brush_stroke_covers_what_lies_within_half_its_size(size: float) -> None:
    path = tuple((40 + 3.1 * step, 150 + 80 * math.sin(step / 9)) for step in range(100))

    mask = drawn(Operation(tool=Tool.BRUSH, points=path, size=size))

    # Straightening moves the path by up to 0.05 pixels, which a hair-thin stroke feels.
    assert overlap(mask, near_path(path, size / 2)) >= (0.99 if size > 5 else 0.96)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-30, 430), st.floats(-30, 330)), min_size=1, max_size=6),
    st.floats(6, 90),
)
def test_any_stroke_is_the_ideal_one(path: list[tuple[float, float]], size: float) -> None:
    ideal = near_path(tuple(path), size / 2)

    mask = drawn(Operation(tool=Tool.BRUSH, points=tuple(path), size=size))

    assert np.count_nonzero(mask ^ ideal) <= max(0.01 * np.count_nonzero(mask | ideal), 6)


def test_a_polygon_is_the_ideal_one_even_where_it_crosses_itself() -> None:
    star = tuple(
        (200 + 120 * math.sin(4 * math.pi * i / 5), 150 - 120 * math.cos(4 * math.pi * i / 5)) for i in range(5)
    )
    finer = np.zeros((SIZE[1] * 8, SIZE[0] * 8), np.uint8)
    # Non-zero winding: the star's arms and its middle.
    for a, b, c in ((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 0), (4, 0, 1)):
        triangle = np.array([star[a], star[b], star[c]]) * 8
        cv2.fillConvexPoly(finer, np.round(triangle - 0.5).astype(np.int32), 1)
    arms = cv2.resize(finer.astype(np.float32), SIZE, interpolation=cv2.INTER_AREA) >= 0.5

    mask = drawn(Operation(tool=Tool.POLYGON, points=star))

    assert mask[150, 200]
    assert not np.any(mask & ~cv2.dilate(arms.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool))


def test_a_lasso_around_a_known_area_selects_it() -> None:
    circle = tuple((150 + 90 * math.cos(i / 50 * math.pi), 140 + 90 * math.sin(i / 50 * math.pi)) for i in range(100))
    x, y = centres()

    mask = drawn(Operation(tool=Tool.POLYGON, points=circle))

    assert overlap(mask, np.hypot(x - 150, y - 140) <= 90) >= 0.99


@pytest.mark.parametrize("at", [(10.0, 10.0), (10.5, 10.5), (0.0, 0.0), (399.9, 299.9), (10.01, 10.49)])
def test_the_finest_brush_always_leaves_a_mark(at: tuple[float, float]) -> None:
    assert drawn(Operation(tool=Tool.BRUSH, points=(at,), size=0.1)).any()


def test_later_operations_win_and_erasing_takes_away() -> None:
    whole = Operation(tool=Tool.RECTANGLE, points=((0, 0), (400, 300)))
    hole = Operation(tool=Tool.ELLIPSE, points=((100, 100), (200, 200)), erase=True)
    dot = Operation(tool=Tool.BRUSH, points=((150, 150),), size=10)

    mask = drawn(whole, hole, dot)

    assert (mask[0, 0], mask[120, 150], mask[150, 150]) == (True, False, True)


def test_holes_are_filled_and_bays_are_not() -> None:
    ring = Operation(tool=Tool.ELLIPSE, points=((50, 50), (250, 250)))
    inner = Operation(tool=Tool.ELLIPSE, points=((100, 100), (200, 200)), erase=True)

    filled = drawn(ring, inner, fill_holes=True)

    assert np.array_equal(filled, drawn(ring))


@pytest.mark.parametrize("by", [1, 5, 20, -1, -5, -20])
def test_growing_and_shrinking_are_round(by: int) -> None:
    x, y = centres()
    disc = Operation(tool=Tool.ELLIPSE, points=((100, 100), (200, 200)))

    mask = drawn(disc, grow=by)

    assert overlap(mask, np.hypot(x - 150, y - 150) <= 50 + by) >= 0.97


def test_shrinking_does_not_pull_the_part_from_the_pictures_edge() -> None:
    mask = drawn(Operation(tool=Tool.RECTANGLE, points=((0, 0), (100, 300))), grow=-10)

    assert mask[:, 0].all()
    assert mask.sum() == 90 * 300


def test_an_inverted_mask_is_the_rest() -> None:
    disc = Operation(tool=Tool.ELLIPSE, points=((100, 100), (200, 200)))

    assert np.array_equal(drawn(disc, invert=True), ~drawn(disc))


def test_operations_are_painted_on_an_imported_file() -> None:
    file = Image.new("L", SIZE, 0)
    file.paste(255, (0, 0, 50, 50))
    mask = Mask(width=400, height=300, operations=(Operation(tool=Tool.RECTANGLE, points=((60, 0), (80, 10))),))

    image = masks.render(mask, codec.png(file))

    assert masks.selected(image) == 50 * 50 + 20 * 10


def test_an_imported_file_of_another_size_is_refused() -> None:
    with pytest.raises(InvalidImageError, match=r"10x10.*400x300"):
        masks.render(Mask(width=400, height=300), codec.png(Image.new("L", (10, 10))))


def test_bounds_and_share_tell_what_is_selected() -> None:
    image = masks.render(
        Mask(width=400, height=300, operations=(Operation(tool=Tool.RECTANGLE, points=((100, 60), (200, 120))),))
    )

    assert masks.bounds(image) == Box(left=100, top=60, width=100, height=60)
    assert masks.share(image) == pytest.approx(5.0)
    assert masks.bounds(Image.new("L", SIZE)) is None


def test_endless_strokes_are_refused_before_they_keep_the_machine_busy() -> None:
    stroke = Operation(tool=Tool.BRUSH, points=tuple((i % 7, i % 11 * 90) for i in range(30_000)), size=900_000)
    started = time.perf_counter()

    with pytest.raises(InvalidRequestError, match="too many and too wide"):
        masks.render(Mask(width=6000, height=4000, operations=(stroke,)))

    assert time.perf_counter() - started < 5


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 40), st.randoms(use_true_random=False))
def test_a_feather_stays_inside_and_reaches_full_strength_in_every_part(
    width: int, height: int, feather: int, random: object
) -> None:
    noise = np.random.default_rng(random.randint(0, 9999)).random((height, width))  # type: ignore[attr-defined]
    mask = Image.fromarray(((cv2.blur(noise, (5, 5)) > 0.52) * 255).astype(np.uint8))

    ramp, selected = np.asarray(feathering.inwards(mask, feather)), np.asarray(mask) > 0

    assert np.all(ramp[~selected] == 0)
    parts, labels = cv2.connectedComponents(selected.astype(np.uint8), connectivity=8)
    assert all(ramp[labels == part].max() == 255 for part in range(1, parts))


@pytest.mark.parametrize("feather", [1, 8, 64, 300])
def test_a_line_of_one_pixel_is_edited_fully_however_soft_the_edge(feather: int) -> None:
    mask = Image.new("L", SIZE, 0)
    mask.paste(255, (50, 100, 350, 101))

    assert np.array_equal(np.asarray(feathering.inwards(mask, feather)), np.asarray(mask))


def test_a_feather_rises_over_the_width_that_was_asked_for() -> None:
    mask = Image.new("L", SIZE, 0)
    mask.paste(255, (100, 50, 300, 250))

    row = np.asarray(feathering.inwards(mask, 9))[150]

    assert row[99:111].tolist() == [0, 26, 51, 76, 102, 128, 153, 178, 204, 230, 255, 255]
