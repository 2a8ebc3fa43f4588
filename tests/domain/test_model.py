"""What models take, and what is said when they do not."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.frame import Extension
from core.domain.image import ImageRef, Size
from core.domain.mask import Mask
from core.domain.model import ModelStatus
from core.domain.request import EditRequest, GenerateRequest, Request, request_from_json
from core.errors import InvalidRequestError, NotFoundError, UnsupportedOptionError
from core.providers.catalogue import catalogue

TODAY = date(2026, 11, 21)
ASK = GenerateRequest(prompt="a red fox", model="gpt-image-2")
PICTURE = ImageRef(sha256="0" * 64, width=1024, height=768, media_type="image/png", bytes=1)
EDIT = EditRequest(**ASK.to_json(), images=(PICTURE,))
MASK = Mask(width=1024, height=768)
NEWEST = "gpt-image-2.6-flare"


def refusal(ask: Request = ASK, **options: object) -> UnsupportedOptionError:
    request = replace(ask, **options)  # type: ignore[arg-type]
    with pytest.raises(UnsupportedOptionError) as caught:
        catalogue().find(request.model).check(request, TODAY)
    return caught.value


@pytest.mark.parametrize(
    ("asked", "offered"),
    [("1920x1080", "1920x1088"), ("512x512", "816x816"), ("5000x2812", "3840x2160"), ("9000x100", "1632x544"),
     ("8000x8000", "2880x2880")],
)  # fmt: skip
def test_an_illegal_size_is_refused_with_the_nearest_legal_one(asked: str, offered: str) -> None:
    error = refusal(size=asked)
    assert error.param == "size"
    assert error.allowed == (offered,)


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_the_nearest_size_is_always_legal(width: int, height: int) -> None:
    rule = catalogue().find("gpt-image-2").sizes
    assert rule.problem(rule.nearest(Size(width, height))) is None


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"quality": "max"}, "quality"),
        ({"complexity": "low"}, "complexity"),
        ({"output_format": "gif"}, "output_format"),
        ({"output_compression": 50}, "output_compression"),
        ({"frame_count": 4}, "frame_count"),
        ({"svg_model": "gpt-5.6-sol"}, "svg_model"),
        ({"model": "gpt-image-2.6-flare", "output_format": "svg", "n": 2}, "n"),
        ({"model": "gpt-image-2.6-flare", "output_format": "gif", "stream": True}, "stream"),
        ({"model": "gpt-image-2.6-flare", "output_format": "gif", "size": "1024x1024"}, "size"),
    ],
)
def test_an_option_the_model_lacks_names_itself(options: dict[str, object], param: str) -> None:
    assert refusal(**options).param == param


def test_a_retired_model_says_when_it_ended_and_what_to_use() -> None:
    error = refusal(model="gpt-image-1")
    assert "shut down on 2026-10-23" in str(error)
    assert "gpt-image-2.5-flare" in str(error)


def test_a_deprecated_model_works_until_its_last_day() -> None:
    model = catalogue().find("gpt-image-1.5")
    assert model.status(TODAY) is ModelStatus.DEPRECATED
    assert model.status(date(2026, 12, 1)) is ModelStatus.RETIRED


def test_an_unlisted_model_is_allowed_only_where_the_server_may_have_it() -> None:
    assert not catalogue().find("sdxl", allow_unknown=True).known
    with pytest.raises(NotFoundError, match="sdxl"):
        catalogue().find("sdxl")


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"prompt": " \n "}, "prompt"),
        ({"prompt": "x" * 32_001}, "prompt"),
        ({"n": 0}, "n"),
        ({"n": 11}, "n"),
        ({"size": "large"}, "size"),
        ({"size": "0x512"}, "size"),
        ({"partial_images": 2}, "stream"),
        ({"background": "transparent", "output_format": "jpeg"}, "background"),
    ],
)
def test_a_request_that_no_model_could_take_never_exists(options: dict[str, object], param: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        replace(ASK, **options)  # type: ignore[arg-type]
    assert caught.value.param == param


def test_a_request_survives_json() -> None:
    request = replace(ASK, n=3, size="1536x1024", stream=True, partial_images=2)
    assert request_from_json(request.to_json()) == request


def test_streaming_images_are_asked_for_one_by_one() -> None:
    calls = replace(ASK, n=3, stream=True).calls()
    assert [call.n for call in calls] == [1, 1, 1]
    assert replace(ASK, n=3).calls() == (replace(ASK, n=3),)


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"input_fidelity": "high"}, "input_fidelity"),
        ({"model": "gpt-image-1-mini", "input_fidelity": "high"}, "input_fidelity"),
        ({"markup": PICTURE}, "markup"),
        ({"size": "1024x768", "model": "gpt-image-1.5"}, "size"),
        ({"size": "1000x1000"}, "size"),
        ({"model": NEWEST, "output_format": "gif", "mask": MASK}, "output_format"),
        ({"model": NEWEST, "markup": PICTURE, "extension": Extension(left=64)}, "markup"),
    ],
)
def test_an_edit_with_something_the_model_lacks_names_it(options: dict[str, object], param: str) -> None:
    assert refusal(EDIT, **options).param == param


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"size": "auto"},
        {"mask": MASK, "images": (PICTURE,) * 16},
        {"model": "gpt-image-1.5", "input_fidelity": "high", "size": "1024x1024"},
        {"model": "gpt-image-1-mini", "input_fidelity": "low"},
        {"model": "gpt-image-2.5-flare", "markup": PICTURE},
        {"model": NEWEST, "output_format": "gif", "size": "512x512"},
    ],
)
def test_an_edit_with_what_the_model_takes_is_taken(options: dict[str, object]) -> None:
    request = replace(EDIT, **options)  # type: ignore[arg-type]
    catalogue().find(request.model).check(request, TODAY)


@pytest.mark.parametrize(
    ("limits", "param"), [({"edits": False}, "model"), ({"mask": False}, "mask"), ({"max_input_images": 1}, "images")]
)
def test_a_model_of_less_refuses_what_it_cannot_do(limits: dict[str, object], param: str) -> None:
    model = replace(catalogue().find("gpt-image-2"), **limits)  # type: ignore[arg-type]
    with pytest.raises(UnsupportedOptionError) as caught:
        model.check(replace(EDIT, mask=MASK, images=(PICTURE, PICTURE)), TODAY)
    assert caught.value.param == param


def test_an_edit_survives_json() -> None:
    request = replace(EDIT, mask=MASK, n=2)
    assert request_from_json(request.to_json()) == request
