"""What was asked beside what came: only what certainly was not heeded is said."""

from datetime import UTC, datetime

import pytest

from core.domain.image import ImageRef
from core.domain.job import Delivered, StoredImage
from core.domain.mask import Mask
from core.domain.protection import Protection
from core.domain.request import EditRequest, GenerateRequest
from core.domain.unheeded import remarks

REF = ImageRef(sha256="0" * 64, media_type="image/png", width=1024, height=1024, bytes=10)


def image(ref: ImageRef = REF, protection: Protection | None = None) -> StoredImage:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return StoredImage(
        id="i", job_id="j", position=0, ref=ref, revised_prompt=None, created_at=now, protection=protection
    )


def said(options: dict[str, str], told: Delivered, *, opaque: bool = False) -> tuple[str, ...]:
    request = GenerateRequest(prompt="a fox", model="m", **options)  # type: ignore[arg-type]
    return remarks(request, told, [image()], [], counts=[(1, 1)], opaque=opaque)


@pytest.mark.parametrize(
    ("options", "told", "sentence"),
    [
        ({"size": "512x512"}, Delivered(), "Asked for 512x512; the server delivered 1024x1024."),
        ({"output_format": "webp"}, Delivered(), "Asked for webp; the server delivered png."),
        ({"quality": "high"}, Delivered(quality="low"), "Asked for quality high; the server used low."),
        (
            {"background": "opaque"},
            Delivered(background="transparent"),
            "Asked for a background that is opaque; the server made it transparent.",
        ),
    ],
)
def test_what_differs_is_said(options: dict[str, str], told: Delivered, sentence: str) -> None:
    assert said(options, told) == (sentence,)


@pytest.mark.parametrize(
    "options",
    [{}, {"size": "auto"}, {"size": "1024x1024"}, {"quality": "high"}, {"quality": "auto"}, {"background": "opaque"}],
)
def test_what_agrees_was_left_open_or_was_not_told_is_not_said(options: dict[str, str]) -> None:
    assert said(options, Delivered()) == ()


def test_a_format_is_nothing_to_ask_for_where_the_answer_is_put_back() -> None:
    request = EditRequest(
        prompt="p", model="m", images=(REF,), mask=Mask(width=1024, height=1024), output_format="jpeg"
    )
    (sentence,) = remarks(request, Delivered(), [image()], [], counts=[(1, 1)], opaque=False)
    assert sentence.startswith("Asked for jpeg; what is put back into the original is always a PNG")
    assert remarks(request, Delivered(), [], [], counts=[], opaque=False) == ()


def test_a_transparent_background_is_looked_for_in_the_picture_itself() -> None:
    assert said({"background": "transparent"}, Delivered(), opaque=True) == (
        "Asked for a transparent background; nothing in the picture is transparent.",
    )


@pytest.mark.parametrize(("outside", "inside", "count"), [(60, 50, 0), (97.5, 80, 1), (97.5, 0.2, 2), (97.5, None, 1)])
def test_a_mask_counts_as_ignored_only_where_hardly_anything_was_kept_or_nothing_edited(
    outside: float, inside: float | None, count: int
) -> None:
    proof = Protection(
        protected_pixels=9, unchanged_pixels=9, drift=(0, 0), changed_by_model_percent=outside, edited_percent=inside
    )
    request = EditRequest(prompt="p", model="m", images=(REF,), mask=Mask(width=1024, height=1024))
    assert len(remarks(request, Delivered(), [image(protection=proof)], [], counts=[(1, 1)], opaque=False)) == count
