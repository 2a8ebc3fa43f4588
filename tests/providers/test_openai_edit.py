"""Edits at the OpenAI provider: the multipart that leaves, and what a strict server says to it."""

import asyncio
import io
from typing import Any

import httpx2
import pytest
from PIL import Image, ImageChops

from core.domain.answer import Answer, EditInputs
from core.domain.estimate import expected_usage
from core.domain.request import EditRequest
from core.errors import OutcomeUnknownError, ProviderRefusedError
from core.providers.catalogue import catalogue
from core.providers.openai import OpenAIProvider
from core.providers.presets import preset
from tests.images_api import Fault, ImagesApi, Retouch
from tests.images_api_multipart import Part, parts_of
from tests.providers.edits import SIZE, circle, edit, encoded, markup, photo
from tests.providers.recording import RecordingLine

PHOTO, OTHER, CIRCLE = photo(), photo(prompt="a cat"), circle()


def sent(request: EditRequest, inputs: EditInputs, preset_name: str = "openai") -> list[Part]:
    """The parts that leave for an edit."""
    seen: list[httpx2.Request] = []

    def answer(http_request: httpx2.Request) -> httpx2.Response:
        seen.append(http_request)
        return httpx2.Response(200, json={"data": []})

    async def call() -> None:
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
        provider = OpenAIProvider(api_key="k", preset=preset(preset_name), http_client=client)
        await provider.edit(request, inputs, RecordingLine())
        await provider.aclose()

    asyncio.run(call())
    assert seen[0].url.path.endswith("/images/edits")
    return parts_of(seen[0].headers["content-type"], seen[0].content)


def answered(
    api: ImagesApi, asked: tuple[EditRequest, EditInputs], line: RecordingLine, name: str = "openai"
) -> Answer:
    async def call() -> Answer:
        provider = OpenAIProvider(api_key="k", base_url=api.url, preset=preset(name))
        try:
            await provider.edit(*asked, line)
            assert line.raw is not None
            return await provider.read(line.raw)
        finally:
            await provider.aclose()

    return asyncio.run(call())


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def names_of(parts: list[Part]) -> list[str]:
    return [part.name for part in parts if part.filename is not None]


def text_of(parts: list[Part]) -> dict[str, str]:
    return {part.name: part.text for part in parts if part.filename is None}


def test_one_image_goes_as_image_and_several_as_a_list() -> None:
    assert names_of(sent(*edit(PHOTO))) == ["image"]
    assert names_of(sent(*edit(PHOTO, OTHER))) == ["image[]", "image[]"]


def test_every_file_has_its_name_and_media_type() -> None:
    jpeg = encoded(opened(PHOTO).convert("RGB"), "JPEG")
    parts = [part for part in sent(*edit(jpeg, PHOTO, mask=CIRCLE)) if part.filename]
    assert [(part.filename, part.media_type) for part in parts] == [
        ("image.jpg", "image/jpeg"),
        ("image-2.png", "image/png"),
        ("mask.png", "image/png"),
    ]
    assert parts[0].data == jpeg


def test_the_fields_have_the_apis_names_and_nothing_that_is_not_set() -> None:
    request, inputs = edit(PHOTO, model="gpt-image-1.5", input_fidelity="high", moderation="low", quality=None, n=2)
    assert text_of(sent(request, inputs)) == {
        "prompt": "add a red balloon",
        "model": "gpt-image-1.5",
        "n": "2",
        "size": "1024x1024",
        "input_fidelity": "high",
        "moderation": "low",
        "safety_identifier": "a-hash",
    }


def test_an_svg_author_is_named_in_brackets() -> None:
    request, inputs = edit(PHOTO, model="gpt-image-2.6-flare", output_format="svg", svg_model="m", svg_effort="low")
    assert text_of(sent(request, inputs)).items() >= {"svg[model]": "m", "svg[reasoning][effort]": "low"}.items()


def test_the_mask_is_clear_where_openai_shall_edit_and_white_elsewhere_for_others() -> None:
    clear = next(part for part in sent(*edit(PHOTO, mask=CIRCLE)) if part.name == "mask")
    white = next(part for part in sent(*edit(PHOTO, mask=CIRCLE), "stable-diffusion.cpp") if part.name == "mask")
    alpha = opened(clear.data).getchannel("A")
    assert opened(clear.data).mode == "RGBA"
    assert ImageChops.invert(alpha).tobytes() == opened(CIRCLE).tobytes() == opened(white.data).convert("L").tobytes()


def test_a_server_with_field_names_of_its_own_is_spoken_to_in_them() -> None:
    parts = sent(*edit(PHOTO, OTHER, mask=CIRCLE, model="qwen-image-edit", moderation="low"), "vllm-omni")
    assert names_of(parts) == ["image", "image", "mask_image"]
    assert text_of(parts)["moderation"] == "low"
    assert text_of(parts)["response_format"] == "b64_json"


def test_a_markup_goes_as_it_is() -> None:
    drawn = markup()
    assert next(part for part in sent(*edit(PHOTO, markup=drawn)) if part.name == "markup").data == drawn


@pytest.mark.parametrize(
    ("name", "more", "says"),
    [("ollama", {}, "Ollama does not edit pictures"), ("sglang", {"mask": CIRCLE}, "SGLang takes no mask")],
)
def test_what_the_server_cannot_do_is_refused_before_anything_leaves(name: str, more: Any, says: str) -> None:
    line = RecordingLine()
    with ImagesApi(lenient=True) as api, pytest.raises(ProviderRefusedError, match=says):
        answered(api, edit(PHOTO, **more), line, name)
    assert (line.told, api.requests) == ([], [])


def test_the_strict_server_takes_an_edit_and_answers_with_the_expected_usage() -> None:
    request, inputs = edit(PHOTO, OTHER, mask=CIRCLE, n=2)
    with ImagesApi() as api:
        answer = answered(api, (request, inputs), RecordingLine())
    expected = expected_usage(catalogue().find(request.model), request, SIZE, "low")
    assert (len(answer.images), answer.usage) == (2, expected)
    assert expected.image_input == 2 * 2 * 1024


def test_the_servers_answer_shows_the_picture_it_was_sent() -> None:
    with ImagesApi() as api:
        answer = answered(api, edit(PHOTO, mask=CIRCLE), RecordingLine())
        assert len(api.billed) == 1
    difference = ImageChops.difference(opened(answer.images[0].data).convert("RGB"), opened(PHOTO).convert("RGB"))
    box = opened(CIRCLE).getbbox()
    assert box is not None
    assert difference.getbbox() == box


@pytest.mark.parametrize("by_prompt", [False, True])
def test_the_server_shifts_brightens_and_resizes_on_request(by_prompt: bool) -> None:
    prompt = "improve it [answer:shift=3,2 brighten=10 scale=0.5]" if by_prompt else "improve it"
    retouch = None if by_prompt else Retouch(shift=(3, 2), brighten=10, scale=0.5)
    with ImagesApi(retouch=retouch) as api:
        answer = answered(api, edit(PHOTO, prompt=prompt), RecordingLine())
    made, photo_ = opened(answer.images[0].data), opened(PHOTO).convert("RGB")
    moved = ImageChops.offset(photo_, 3, 2).point(lambda value: min(value + 10, 255)).resize((512, 512))
    difference = ImageChops.difference(made, moved).crop((8, 8, 500, 500))
    assert made.size == (512, 512)
    assert max(high for _, high in difference.getextrema()) <= 2


def test_a_streamed_edit_gives_previews_and_its_completed_event() -> None:
    line = RecordingLine()
    with ImagesApi() as api:
        answer = answered(api, edit(PHOTO, stream=True, partial_images=2), line)
    assert (len(line.previews), len(answer.images)) == (2, 1)
    assert b'"image_edit.completed"' in b"".join(line.spool.chunks)


def test_a_lost_answer_to_an_edit_is_an_unknown_outcome() -> None:
    line = RecordingLine()
    with ImagesApi() as api:
        api.script(Fault.RESET_BEFORE)
        with pytest.raises(OutcomeUnknownError):
            answered(api, edit(PHOTO), line)
        assert len(api.billed) == 1
    assert line.told == ["sending"]
