"""File names from templates: checked before use, safe on every system, none twice."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.domain.draft_row import DraftRow
from core.domain.file_names import MAX_NAME, FileNames, check_template, name_values, safe_name
from core.domain.request import GenerateRequest
from core.errors import InvalidRequestError

ROW = DraftRow(number=7, prompt="{red|blue}", name="hero.PNG", columns={"Mood": "wild/calm", "number": "99"})
REQUEST = GenerateRequest(prompt="A red Füchsin, in snow!", model="openai/gpt-image-2", size="1024x1024")
VALUES = name_values(ROW, REQUEST, position=1, day=date(2026, 11, 21), image_id="0192f3a4")


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{number:04}-{prompt}-{position}", "0007-a-red-füchsin-in-snow-1.png"),
        ("{model}/{mood}/{prompt:5} {size}", "openai-gpt-image-2/wild-calm/a-red 1024x1024.png"),
        ("{name} {seed?} {quality}-{date}", "hero -2026-11-21.png"),
        ("../{Mood:4}/./{name}", "wild/hero.png"),
        ("{seed?}", "image.png"),
        ("nul{seed?}", "_nul.png"),
    ],
)
def test_a_template_names_a_picture(template: str, name: str) -> None:
    assert FileNames(template, ["Mood"]).take(VALUES, "png") == name


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{prompt.__class__}", r"\{prompt.__class__\} cannot be used. Names are: number, prompt"),
        ("{prompt[0]}", "cannot be used"),
        ("{mood}", "cannot be used"),
        ("{prompt!r}", "cannot be used"),
        ("{number:>99999999}", "cannot be used"),
        ("{}", "cannot be used"),
        ("{number", r"There is a \{ alone"),
        ("fox", "All files would have one name"),
        (" ", "1 to 500 characters"),
        ("a/" * 6 + "{number}", "At most 5 folders"),
    ],
)
def test_a_template_is_checked_before_it_is_used(template: str, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        check_template(template)


def test_no_name_is_given_twice_also_where_capitals_make_no_difference() -> None:
    names = FileNames("{name}")

    given = [names.take({"name": name}, end) for name, end in
             [("Fox", "png"), ("fox", "png"), ("fox-2", "png"), ("FOX", "png"), ("fox", "jpg"), ("x" * 200, "png"),
              ("x" * 200, "png")]]  # fmt: skip

    assert given[:5] == ["Fox.png", "fox-2.png", "fox-2-2.png", "FOX-3.png", "fox.jpg"]
    assert [len(name) for name in given[5:]] == [MAX_NAME + 4, MAX_NAME + 4]


@settings(max_examples=200, deadline=None)
@given(
    some.lists(
        some.text(max_size=150) | some.sampled_from(["con", "LPT1.x", "..", "a/b", "C:\\x", "\u202egnp"]), max_size=6
    )
)
def test_any_value_becomes_a_name_that_every_system_takes(values: list[str]) -> None:
    names = FileNames("{name}{mood}", ["mood"])

    given = [names.take({"name": value, "mood": value}, "png") for value in values]

    assert len({name.casefold() for name in given}) == len(values)
    for name in given:
        stem = name.removesuffix(".png")
        assert 1 <= len(stem) <= MAX_NAME
        assert len(name.encode()) <= 255
        assert not set(name) & set('<>:"/\\|?*')
        assert name.isprintable() or "\u3000" in name or not name.isascii()
        assert stem.partition(".")[0].lower() not in ("con", "nul", "lpt1")
        assert stem == stem.strip(" .")
        assert safe_name(stem) == stem or stem.startswith("_")
