"""Prompts with wildcards: every combination, counted first, or some by chance."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.domain.wildcard_lists import WILDCARDS
from core.domain.wildcards import count_prompts, expand_prompt, read_wildcards, sample_prompts, wildcard_name
from core.errors import InvalidRequestError

LISTS = {
    "season": ("winter", "spring"),
    "fur": ("red", "{dark|light} brown"),
    "fox": ("__fur__ fox", "cub"),
    "colours/warm": ("red", "orange"),
    "colours/cold": ("blue",),
}
BAD_LISTS = {"round": ("a __back__",), "back": ("b __round__",), "empty": ()}
TEXTS = some.text("ab ,_\\|$é", max_size=6).map(lambda text: text.replace("\\", "\\\\").replace("|", "\\|"))
NAMES = some.sampled_from(sorted(LISTS)).map(lambda name: f"__{name}__")
TEMPLATES = some.recursive(
    TEXTS.filter(lambda text: "__" not in text) | NAMES,
    lambda inner: (
        some.lists(inner, min_size=1, max_size=3).map(lambda options: f"{{{'|'.join(options)}}}")
        | some.lists(inner, max_size=3).map("; ".join)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("template", "prompts"),
    [
        ("{red|blue} fox, __season__",
         ["red fox, winter", "red fox, spring", "blue fox, winter", "blue fox, spring"]),
        ("{a|b {c|d}}", ["a", "b c", "b d"]),
        ("a {|very }big {fox}, {|tall}, here", [
            "a big fox,, here", "a big fox, tall, here",
            "a very big fox,, here", "a very big fox, tall, here"]),
        (r"\{x\|y\} \_\_season\_\_ a|b C:\dir", ["{x|y} __season__ a|b C:\\dir"]),
        ("__fox__", ["red fox", "dark brown fox", "light brown fox", "cub"]),
        ("__Colours/*__", ["red", "orange", "blue"]),
        ("{red|red|blue}", ["red", "blue"]),
        ("{0.5::a|2::b}", ["a", "b"]),
        ("{2$$a|b|c}", ["a, b", "a, c", "b, c"]),
        ("{1-2$$ and $$__season__}", ["winter", "spring", "winter and spring"]),
        ("{5$$a|b}", ["a, b"]),
        ("snake__case__word and un__season__ed, ____", [
            "snake__case__word and unwintered, ____", "snake__case__word and unspringed, ____"]),
        ("a price of ${5|10}", ["a price of $5", "a price of $10"]),
        ("", [""]),
    ],
)  # fmt: skip
def test_a_template_becomes_every_combination_in_a_stable_order(template: str, prompts: list[str]) -> None:
    assert list(expand_prompt(template, LISTS)) == prompts


@settings(max_examples=200, deadline=None)
@given(TEMPLATES)
def test_the_count_is_that_of_the_prompts(template: str) -> None:
    count = count_prompts(template, LISTS)

    assert count > 10_000 or count == len(expand_prompt(template, LISTS))


@settings(max_examples=100, deadline=None)
@given(TEMPLATES, some.integers(1, 20), some.integers())
def test_a_sample_has_different_prompts_of_the_template_and_is_the_same_again(template: str, n: int, seed: int) -> None:
    drawn = sample_prompts(template, LISTS, n, seed)

    if count_prompts(template, LISTS) <= 1_000:
        every = set(expand_prompt(template, LISTS))
        assert set(drawn) <= every
        assert len(drawn) == len(set(drawn)) == min(n, len(every))
    assert sample_prompts(template, LISTS, n, seed) == drawn


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("__seasn__ fox", "no wildcard __seasn__. There are: colours/cold, colours/warm, fox, fur, season"),
        ("{red|blue fox", r"\{ without its \}.*character 1"),
        ("red} fox", r"\} without its \{.*character 4"),
        ("${season=winter} fox", "Variables"),
        ("{2-1$$a|b|c}", "at least as many"),
        ("{" * 21 + "}" * 21, "more than 20 deep"),
        ("__round__", "circle: __round__ -> __back__ -> __round__"),
        ("__empty__", "no values"),
        ("{a|b}" * 14, "makes 16,384 prompts; at most 10,000"),
        ("{a|b}" * 70, "far too many"),
        (f"{{a|b}} {'x' * 32_000}", "32,000 characters"),
        (f"{'{a|b}' * 13} {'x' * 20_000}", "too much text"),
        ("{20$$" + "|".join(str(number) for number in range(40)) + "}", "more than 10,000 sets"),
    ],
)
def test_what_cannot_be_expanded_is_said(template: str, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        expand_prompt(template, BAD_LISTS if template in ("__round__", "__empty__") else LISTS)


def test_millions_are_counted_and_drawn_from_without_making_them() -> None:
    template = "{a|b|c|d|e|f|g|h|i|j}" * 12
    begun = time.perf_counter()

    assert count_prompts(template) == 10**12
    assert len(set(sample_prompts(template, n=1_000, seed=7))) == 1_000
    assert time.perf_counter() - begun < 2


def test_lists_that_double_each_other_are_refused_before_they_fill_the_memory() -> None:
    lists = {"w0": ("xx",)} | {f"w{level}": (f"__w{level - 1}__" * 10,) for level in range(1, 15)}
    empty = lists | {"w0": ("", "")}

    with pytest.raises(InvalidRequestError, match="32,000 characters"):
        count_prompts("__w14__", lists)
    assert expand_prompt("__w14__", empty) == ("",)


def test_every_list_that_is_there_from_the_start_can_be_named() -> None:
    for name, values in WILDCARDS.items():
        assert wildcard_name(name) == name
        assert expand_prompt(f"__{name}__") == values


def test_a_wildcard_file_has_one_value_a_line_and_a_name_that_prompts_can_say() -> None:
    text = "\ufeff# cold ones\nblue\r\n\n  {dark|light} grey \nblue\n\\#00f\n"

    values = read_wildcards(text, "Colours/Cold ones.txt")

    assert values == ("blue", "{dark|light} grey", "\\#00f")
    assert expand_prompt("__colours/cold_ones__", {wildcard_name("Colours/Cold ones.txt"): values})[-1] == "#00f"
    for wrong in ("", "a__b", "_x", "x_", "é!", "x" * 80):
        with pytest.raises(InvalidRequestError, match="cannot be a wildcard's name"):
            read_wildcards("a", wrong)
    with pytest.raises(InvalidRequestError, match="has 0 values"):
        read_wildcards("# nothing", "x")
