"""Masks and comparisons in the terminal: round trips, counts, and exit codes as cmp has them."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.app.terminal import Gesso, photo, pixels

STROKES = [
    {"tool": "brush", "points": [[20, 20], [60, 30]], "size": 9},
    {"tool": "ellipse", "points": [[70, 10], [110, 70]]},
    {"tool": "rectangle", "points": [[85, 30], [95, 50]], "erase": True},
]


def strokes(path: Path, data: object = STROKES) -> Path:
    path.write_text(json.dumps(data))
    return path


def test_black_and_white_becomes_rgba_and_comes_back_the_same(gesso: Gesso, tmp_path: Path) -> None:
    strokes(tmp_path / "strokes.json")
    gesso("mask", "--operations", "strokes.json", "--size", "120x80", "-o", "bw.png")
    assert gesso("mask", "bw.png", "--to", "rgba", "-o", "rgba.png").code == 0
    assert gesso("mask", "rgba.png", "-o", "back.png").code == 0
    drawn, sent = pixels(tmp_path / "bw.png"), pixels(tmp_path / "rgba.png")
    assert (drawn.shape, set(np.unique(drawn))) == ((80, 120), {0, 255})
    assert (sent[..., 3] == 255 - drawn).all()
    assert (tmp_path / "back.png").read_bytes() == (tmp_path / "bw.png").read_bytes()


def test_a_mask_inverted_twice_is_itself(gesso: Gesso, tmp_path: Path) -> None:
    gesso("mask", "--region", "left-third", "--size", "120x80", "-o", "a.png")
    gesso("mask", "a.png", "--invert", "-o", "b.png")
    gesso("mask", "b.png", "--invert", "-o", "c.png")
    a, b, c = (pixels(tmp_path / name) for name in ("a.png", "b.png", "c.png"))
    assert (b == 255 - a).all()
    assert (c == a).all()


def test_growing_adds_pixels_all_around(gesso: Gesso) -> None:
    grown = gesso("mask", "--region", "50,30,10,10", "--size", "120x80", "--grow", "5", "-o", "a.png", "--json").json
    assert grown["selection"]["bounds"] == {"left": 45, "top": 25, "width": 20, "height": 20}
    assert (grown["path"], grown["width"], grown["height"]) == ("a.png", 120, 80)


def test_the_size_is_the_pictures_or_the_drawings_own(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.jpg", 300, 200)
    strokes(tmp_path / "own.json", {"width": 200, "height": 100, "operations": STROKES})
    for name, size in (
        (("--image", "photo.jpg", "--region", "border"), (300, 200)),
        (("--operations", "own.json"), (200, 100)),
    ):
        told = gesso("mask", *name, "-o", "a.png", "--json", "--yes").json
        assert (told["width"], told["height"]) == size


def test_a_mask_file_and_operations_and_regions_add_up(gesso: Gesso, tmp_path: Path) -> None:
    strokes(tmp_path / "strokes.json", STROKES[:1])
    gesso("mask", "--region", "0,60,20,20", "--size", "120x80", "-o", "a.png")
    told = gesso(
        "mask", "a.png", "--operations", "strokes.json", "--region", "110,0,10,10", "-o", "b.png", "--json"
    ).json
    assert told["selection"]["bounds"] == {"left": 0, "top": 0, "width": 120, "height": 80}


def test_the_polarity_is_found_said_and_switched(gesso: Gesso, tmp_path: Path) -> None:
    Image.fromarray(np.pad(np.zeros((10, 10), np.uint8), 40, constant_values=255)).save(tmp_path / "dark.png")
    found = gesso("mask", "dark.png", "-o", "a.png", "--json")
    switched = gesso("mask", "dark.png", "--white", "edit", "-o", "b.png", "--json")
    assert "What is black will be edited, because more than 80 % of the file is white." in found.err
    assert found.json["selection"]["bounds"] == {"left": 40, "top": 40, "width": 10, "height": 10}
    assert switched.json["selection"]["percent"] == pytest.approx(98.77, abs=0.01)
    assert "add --white edit there" in switched.err


def test_a_mask_drawn_here_selects_the_same_for_inpaint(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "photo.png", 320, 240)
    strokes(tmp_path / "strokes.json")
    made = gesso(
        "mask", "--operations", "strokes.json", "--image", "photo.png", "--to", "rgba", "-o", "m.png", "--json"
    ).json
    by_file, by_strokes = (
        gesso("inpaint", "photo.png", *how, "--prompt", "x", "--dry-run", "--json").json["selection"]
        for how in (("--mask", "m.png"), ("--operations", "strokes.json"))
    )
    assert by_file == by_strokes == made["selection"]


@pytest.mark.parametrize(
    "data",
    [
        5,
        "text",
        {},
        {"operations": 5},
        [5],
        [{"tool": "spray", "points": [[1, 1]]}],
        [{"tool": "brush", "points": [[1, 1]]}],
        [{"tool": "rectangle", "points": [[1, 1]]}],
        [{"tool": "rectangle", "points": [[1, 1], [10**400, 5]]}],
        [{"tool": "rectangle", "points": [[float("nan"), 1], [9, 5]]}],
        {"operations": STROKES, "width": "wide", "height": 80},
        {"operations": STROKES, "grow": 2.5},
        {"operations": STROKES, "grow": 99999},
        {"operations": STROKES, "file": {"sha256": "../.."}},
        {"operations": STROKES, "width": 9, "height": 9},
    ],
    ids=repr,
)
def test_broken_operations_are_one_sentence(gesso: Gesso, tmp_path: Path, data: object) -> None:
    strokes(tmp_path / "broken.json", data)
    refused = gesso("mask", "--operations", "broken.json", "--size", "120x80", "-o", "a.png")
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "a.png").exists()


@pytest.mark.parametrize("text", ["", "[" * 100_000, '{"operations": [', "\udcff"])
def test_what_is_no_json_is_one_sentence(gesso: Gesso, tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.json").write_bytes(text.encode(errors="surrogateescape"))
    refused = gesso("mask", "--operations", "broken.json", "--size", "120x80", "-o", "a.png")
    assert (refused.code, "broken.json is not JSON." in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--region", "border"], "How large is the picture?"),
        (["--region", "border", "--size", "wide"], "'wide' is not a size"),
        (["--region", "border", "--size", "99999x99999"], "is not a size of at most 80,000,000 pixels"),
        (["--size", "120x80"], "Say which part"),
        (["--region", "border", "--size", "120x80", "--image", "a.png"], "Give --size or --image, not both."),
        (["--region", "border", "--size", "120x80", "--grow", "-99"], "Nothing is selected."),
        (["--region", "border", "--size", "120x80", "-o", "out/"], "out/ is a folder."),
        (["--region", "border", "--size", "120x80", "-o", "a.jpg"], "this is written as PNG"),
        (["--region", "nowhere", "--size", "120x80"], "Names work too: left-half"),
    ],
)
def test_a_mask_that_cannot_be_is_one_sentence(gesso: Gesso, arguments: list[str], sentence: str) -> None:
    refused = gesso("mask", "-o", "m.png", *arguments)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert sentence in refused.err


def test_a_mask_does_not_replace_a_file_without_yes(gesso: Gesso, tmp_path: Path) -> None:
    (tmp_path / "m.png").write_bytes(b"mine")
    assert gesso("mask", "--region", "border", "--size", "120x80", "-o", "m.png").code == 2
    assert (tmp_path / "m.png").read_bytes() == b"mine"
    assert gesso("mask", "--region", "border", "--size", "120x80", "-o", "m.png", "--yes").code == 0


def test_compare_counts_every_changed_pixel(gesso: Gesso, tmp_path: Path) -> None:
    before = pixels(photo(tmp_path / "a.png", 120, 80)).copy()
    before[10, 10, 0] ^= 1
    before[20:22, 30:33] ^= 0x80
    Image.fromarray(before).save(tmp_path / "b.png")
    compared = gesso("compare", "a.png", "b.png", "--json")
    assert compared.code == 1
    assert compared.json | {"mean_difference": 0} == {
        "identical": False,
        "compared_pixels": 9600,
        "masked_pixels": 0,
        "changed_pixels": 7,
        "visibly_changed_pixels": 6,
        "max_difference": 128,
        "mean_difference": 0,
    }
    assert compared.json["mean_difference"] == pytest.approx((6 * 128 + 1) / 9600, abs=1e-6)


def test_compare_is_silent_about_what_lies_in_the_mask(gesso: Gesso, tmp_path: Path) -> None:
    changed = pixels(photo(tmp_path / "a.png", 120, 80)).copy()
    changed[20:40, 30:60] = 0
    Image.fromarray(changed).save(tmp_path / "b.png")
    same = gesso("compare", "a.png", "b.png", "--region", "30,20,30,20")
    assert (same.code, same.out) == (
        0,
        "Identical: 9,000 of 9,000 pixels outside the mask (600 inside were left out)\n",
    )
    assert gesso("compare", "a.png", "b.png", "--region", "30,20,29,20").code == 1


def test_the_kind_of_file_plays_no_part_in_a_comparison(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "a.png", 120, 80)
    with Image.open(tmp_path / "a.png") as image:
        image.save(tmp_path / "b.webp", lossless=True)
        image.convert("RGBA").save(tmp_path / "c.png")
    assert gesso("compare", "a.png", "b.webp").out == "Identical: 9,600 of 9,600 pixels\n"
    assert gesso("compare", "a.png", "c.png").code == 0


def test_what_cannot_be_compared_is_a_usage_error(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "a.png", 120, 80), photo(tmp_path / "b.png", 80, 120)
    assert "these are 120x80 and 80x120" in gesso("compare", "a.png", "b.png").err
    assert gesso("compare", "a.png", "none.png").code == 2
    assert "nothing is left to compare" in gesso("compare", "a.png", "a.png", "--region", "0,0,120,80").err


def test_comparing_and_masking_files_opens_no_database(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "a.png", 120, 80)
    gesso("compare", "a.png", "a.png"), gesso("mask", "--region", "border", "--image", "a.png", "-o", "m.png")
    assert not (tmp_path / "out").exists()


def test_a_result_is_compared_with_its_picture_by_the_jobs_id(gesso: Gesso, tmp_path: Path) -> None:
    photo(tmp_path / "a.png", 320, 240)
    made = ("inpaint", "a.png", "--region", "left-half", "--prompt", "x", "--quality", "low", "--json")
    job = gesso(*made).json["job"]["id"]
    assert gesso("compare", "a.png", job).code == 1
    assert gesso("compare", "a.png", job, "--mask", job).out.startswith("Identical: 38,400 of 38,400 pixels outside")
