"""Reading OpenAI-shaped answers: images, links, usage, and everything a server may get wrong."""

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.answer import Answer, RawAnswer
from core.domain.job import Delivered
from core.domain.usage import Usage
from core.errors import ProviderAnswerError
from core.providers.openai_answer import parse

PIXELS = b"some image bytes"
B64 = base64.b64encode(PIXELS).decode()


def raw(body: Any, media_type: str = "application/json") -> RawAnswer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return RawAnswer(media_type=media_type, request_id="req-1", body=data)


def events(*bodies: Any) -> RawAnswer:
    return raw(b"\n".join(json.dumps(body).encode() for body in bodies), "application/x-ndjson")


def read(body: Any) -> Answer:
    return parse(raw(body), provider="openai").answer()


def test_images_keep_their_order_and_their_own_bytes() -> None:
    answer = read(
        {"data": [{"b64_json": B64, "revised_prompt": "a cat"}, {"b64_json": base64.b64encode(b"2").decode()}]}
    )
    assert [image.data for image in answer.images] == [PIXELS, b"2"]
    assert [image.revised_prompt for image in answer.images] == ["a cat", None]


def test_an_empty_list_is_an_answer_without_images() -> None:
    assert read({"data": []}) == Answer(images=(), usage=None)


def test_what_was_delivered_is_kept_beside_what_was_asked() -> None:
    body = {"data": [], "size": "1536x864", "quality": "high", "background": None, "output_format": "webp"}
    assert read(body).delivered == Delivered(size="1536x864", quality="high", output_format="webp")


def test_damaged_base64_is_a_problem_of_that_image_alone() -> None:
    answer = read({"data": [{"b64_json": "%%%"}, {"b64_json": B64}, {}, 7]})
    assert [image.data for image in answer.images] == [PIXELS]
    assert ["1" in answer.problems[0], "3" in answer.problems[1], "4" in answer.problems[2]] == [True] * 3


def test_links_are_handed_out_and_closed_with_what_was_fetched() -> None:
    parsed = parse(raw({"data": [{"url": "/a.png"}, {"b64_json": B64}, {"url": "/b.png"}]}), provider="local")
    answer = parsed.answer({"/a.png": b"fetched", "/b.png": "The link was not found."})
    assert [link.url for link in parsed.links] == ["/a.png", "/b.png"]
    assert [image.data for image in answer.images] == [b"fetched", PIXELS]
    assert answer.problems == ("The link was not found.",)


def test_a_link_that_nobody_followed_is_a_problem() -> None:
    answer = read({"data": [{"url": "https://example.test/a.png"}]})
    assert answer.images == ()
    assert len(answer.problems) == 1


def test_a_data_url_needs_no_fetching() -> None:
    assert read({"data": [{"url": f"data:image/png;base64,{B64}"}]}).images[0].data == PIXELS


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"input_tokens": 30, "output_tokens": 196}, Usage(text_input=30, image_output=196)),
        (
            {
                "input_tokens": 1050,
                "input_tokens_details": {"text_tokens": 50, "image_tokens": 1000},
                "output_tokens": 300,
                "output_tokens_details": {"image_tokens": 272, "text_tokens": 28},
            },
            Usage(text_input=50, image_input=1000, image_output=272, text_output=28),
        ),
        (
            {"input_tokens": 10, "input_tokens_details": None, "output_tokens": 5, "output_tokens_details": {}},
            Usage(text_input=10, image_output=5),
        ),
        ({"input_tokens": "many", "output_tokens": 5}, Usage(image_output=5)),
        ({"input_tokens": True, "output_tokens": -5}, None),
        ({}, None),
        ("free", None),
        (None, None),
    ],
)
def test_usage_is_read_by_kind(usage: Any, expected: Usage | None) -> None:
    assert read({"data": [], "usage": usage}).usage == expected


def test_svg_tokens_are_counted_apart() -> None:
    body = {
        "data": [],
        "usage": {"input_tokens": 9, "output_tokens": 8},
        "svg_usage": {"input_tokens": 1572, "output_tokens": 1437},
    }
    assert read(body).usage == Usage(text_input=9, image_output=8, svg_input=1572, svg_output=1437)


def test_stream_events_add_up() -> None:
    event = {"type": "image_generation.completed", "b64_json": B64, "usage": {"input_tokens": 5, "output_tokens": 7}}
    answer = parse(events(event, event), provider="openai").answer()
    assert len(answer.images) == 2
    assert answer.usage == Usage(text_input=10, image_output=14)


def test_usage_is_unknown_if_one_event_does_not_tell_it() -> None:
    event = {"b64_json": B64, "usage": {"input_tokens": 5, "output_tokens": 7}}
    assert parse(events(event, {"b64_json": B64}), provider="openai").answer().usage is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"<html>Bad Gateway</html>",
        b"not json",
        b"\xff\xfe",
        b"[1]",
        b"{}",
        b'{"data": null}',
        b'{"error": {"message": "The model is asleep."}}',
        b"[" * 100_000,
        b"1" * 5000,
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(ProviderAnswerError, match=r"\.$") as caught:
        parse(raw(body), provider="openai")
    assert (caught.value.provider, caught.value.request_id, caught.value.billed) == ("openai", "req-1", None)


def test_an_error_that_came_as_a_success_is_quoted() -> None:
    with pytest.raises(ProviderAnswerError, match=r"The model is asleep\."):
        parse(raw({"error": {"message": "The model is asleep."}}), provider="openai")


@pytest.mark.parametrize("body", [b"", b"\n\n", b"<html>", b"[]\n3"])
def test_a_stream_without_a_finished_image_is_refused(body: bytes) -> None:
    with pytest.raises(ProviderAnswerError, match="stream"):
        parse(raw(body, "application/x-ndjson"), provider="openai")


def test_texts_hold_nothing_that_a_database_refuses() -> None:
    answer = read(b'{"data": [{"b64_json": "AAAA", "revised_prompt": "a\\u0000b\\ud800"}], "size": "\\ud800"}')
    assert answer.images[0].revised_prompt == "ab?"
    assert answer.delivered.size == "?"


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(B64)
WORDS = """
    data b64_json url revised_prompt usage svg_usage input_tokens output_tokens input_tokens_details text_tokens
    image_tokens output_tokens_details size quality background output_format error message
"""
NAMES = st.sampled_from(WORDS.split())
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6))
BODIES = (
    st.binary()
    | TREES.map(lambda tree: json.dumps(tree).encode())
    | st.dictionaries(NAMES, TREES).map(lambda tree: json.dumps({**tree, "data": [tree]}).encode())
)


@given(body=BODIES, media_type=st.sampled_from(["application/json", "application/x-ndjson", "", "text/html; x"]))
def test_whatever_arrives_is_an_answer_or_a_provider_answer_error(body: bytes, media_type: str) -> None:
    with suppress(ProviderAnswerError):
        answer = parse(raw(body, media_type), provider="openai").answer()
        assert all(image.data for image in answer.images)
        assert answer.usage is None or answer.usage.total >= 0
