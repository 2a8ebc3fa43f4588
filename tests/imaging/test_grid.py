"""Splitting a grid picture: gutters are found, pictures are never cut into, and what is unsure is said."""

import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.grid_split import HOSTILE, grid, outcome
from core.domain.frame import Box
from core.errors import InvalidImageError, InvalidRequestError
from core.imaging.grid import guess_grid, split_at, split_grid
from core.imaging.grid_files import split_and_trim_image

RNG = np.random.default_rng(5)


def textured(height: int, width: int) -> np.ndarray:
    coarse = RNG.integers(30, 226, (height // 20 + 1, width // 20 + 1, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


def two_by_two(gutter: int, border: int = 0, colour: int = 255, side: int = 200) -> Image.Image:
    whole = 2 * side + gutter + 2 * border
    pixels = np.full((whole, whole, 3), colour, np.uint8)
    for top in (border, border + side + gutter):
        for left in (border, border + side + gutter):
            pixels[top : top + side, left : left + side] = textured(side, side)
    return Image.fromarray(pixels)


def as_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


HARD = ("no gutters", "off-centre, uneven", "rounded tiles", "JPEG", "edges like the gutter")


@pytest.mark.parametrize("kind", HARD)
def test_hard_grids_are_split_within_two_pixels(kind: str) -> None:
    found = outcome(kind, seed=7, number=0)
    assert found.right
    assert found.cut <= 2


@pytest.mark.parametrize(("gutter", "border", "colour"), [(0, 0, 0), (1, 0, 255), (13, 30, 0), (40, 5, 128)])
def test_gutters_and_borders_are_found_exactly(gutter: int, border: int, colour: int) -> None:
    found = split_grid(two_by_two(gutter, border, colour), 2, 2)
    far = border + 200 + gutter
    assert found.boxes == tuple(
        Box(left=left, top=top, width=200, height=200) for top in (border, far) for left in (border, far)
    )
    assert found.sure
    assert found.notes == ()


def test_where_nothing_can_be_seen_it_is_halved_and_said() -> None:
    far = np.hypot(*np.mgrid[-200:200, -150:150])
    smooth = Image.fromarray(far.astype(np.uint8)).convert("RGB")
    found = split_grid(smooth, 2, 2)
    assert not found.sure
    assert sum("between row 1 and 2" in note for note in found.notes) == 1
    assert all(tile.reason for tile in found.tiles)


def test_tiles_as_white_as_their_gutters_are_never_cut_into_and_flagged() -> None:
    for number in range(2):
        image, _, (rows, columns) = grid(list(HOSTILE)[-1], 7, number)
        found = split_grid(image, rows, columns)
        assert not found.sure
        inside = np.ones((image.height, image.width), bool)
        for box in found.boxes:
            inside[box.top : box.bottom, box.left : box.right] = False
        lost = (np.asarray(image).min(axis=2) < 200) & inside
        assert lost.mean() < 0.0005  # a hair's breadth of a contour


def test_rows_and_columns_can_be_counted() -> None:
    assert guess_grid(two_by_two(12, 20)) == (2, 2)
    assert guess_grid(two_by_two(0)) == (2, 2)
    assert guess_grid(grid("noisy gutters", 7, 3)[0]) == (2, 4)
    assert guess_grid(Image.fromarray(textured(300, 300))) == (1, 1)


def test_a_row_of_pictures_and_a_see_through_gutter() -> None:
    pixels = np.zeros((200, 3 * 200 + 2 * 10, 4), np.uint8)
    pixels[..., :3] = RNG.integers(0, 256, (*pixels.shape[:2], 3), np.uint8)  # what nobody can see
    for left in (0, 210, 420):
        pixels[:, left : left + 200, :3], pixels[:, left : left + 200, 3] = textured(200, 200), 255
    found = split_grid(Image.fromarray(pixels), 1, 3)
    assert [(box.left, box.right) for box in found.boxes] == [(0, 200), (210, 410), (420, 620)]


def test_the_documented_function_gives_pngs_in_reading_order() -> None:
    image = two_by_two(10, 10)
    tiles = [Image.open(io.BytesIO(data)) for data in split_and_trim_image(as_png(image))]
    assert [tile.format for tile in tiles] == ["PNG"] * 4
    for tile, (left, top) in zip(tiles, ((10, 10), (220, 10), (10, 220), (220, 220)), strict=True):
        assert (np.asarray(tile) == np.asarray(image.crop((left, top, left + 200, top + 200)))).all()


def test_bad_input_gets_a_sentence() -> None:
    image = two_by_two(0, side=40)
    for data, rows in ((b"", 2), (b"no picture", 2), (as_png(image)[:200], 2), (as_png(image), 9)):
        with pytest.raises(InvalidImageError, match=r"\.$"):
            split_and_trim_image(data, rows, 2)
    for rows, columns in ((0, 2), (2, -1), (9, 9)):
        with pytest.raises(InvalidRequestError, match="grid has at least"):
            split_and_trim_image(as_png(image), rows, columns)
    with pytest.raises(InvalidRequestError, match="does not lie within"):
        split_at(image, [Box(left=50, top=0, width=40, height=40)])


def test_a_split_by_hand_is_taken_as_it_is() -> None:
    image = two_by_two(0)
    parts = split_at(image, [Box(left=3, top=5, width=100, height=90)])
    assert (np.asarray(parts[0]) == np.asarray(image)[5:95, 3:103]).all()
