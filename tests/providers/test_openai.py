"""The OpenAI provider against a local Images API: answers, previews, cancelling."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from PIL import Image

from core.domain.answer import Answer
from core.domain.request import GenerateRequest
from core.errors import AuthenticationError, ContentRejectedError, OutcomeUnknownError, ProviderUnavailableError
from core.providers.openai import OpenAIProvider
from core.providers.presets import preset
from core.services.ports import Provider
from tests.images_api import Fault, ImagesApi
from tests.providers.recording import RecordingLine

FOX = GenerateRequest(prompt="a fox", model="gpt-image-2", size="1024x1024", quality="low")
STREAMED = GenerateRequest(
    prompt="a fox", model="gpt-image-2", size="1024x1024", quality="low", stream=True, partial_images=2
)


@pytest.fixture
def api() -> Iterator[ImagesApi]:
    with ImagesApi() as server:
        yield server


@asynccontextmanager
async def provider_for(api: ImagesApi, preset_name: str = "openai", **more: object) -> AsyncIterator[OpenAIProvider]:
    provider = OpenAIProvider(
        **{"api_key": "sk-test", "base_url": api.url, "preset": preset(preset_name), **more}  # type: ignore[arg-type]
    )
    try:
        yield provider
    finally:
        await provider.aclose()


def generate(api: ImagesApi, request: GenerateRequest, line: RecordingLine, **more: object) -> Answer:
    """One call, and its answer read back from the spool."""

    async def call() -> Answer:
        async with provider_for(api, **more) as provider:  # type: ignore[arg-type]
            await provider.generate(request, line)
            assert line.raw is not None
            return await provider.read(line.raw)

    return asyncio.run(call())


def size_of(data: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(data)).size


def test_it_is_a_provider(api: ImagesApi) -> None:
    provider: Provider = OpenAIProvider(api_key="k", base_url=api.url, preset=preset("openai"))
    assert provider.name == "openai"


def test_the_images_asked_for_arrive_with_usage_and_request_id(api: ImagesApi) -> None:
    line = RecordingLine()
    answer = generate(api, GenerateRequest(prompt="a fox", model="gpt-image-2", size="1536x1024", n=2), line)
    assert [size_of(image.data) for image in answer.images] == [(1536, 1024)] * 2
    assert answer.usage is not None
    assert answer.usage.image_output == 2 * 1372
    assert answer.delivered.quality == "medium"
    assert line.raw is not None
    assert line.raw.request_id == "req_000001"
    assert line.told == ["sending", "answering"]


def test_the_spool_holds_the_answer_as_it_came_in_chunks(api: ImagesApi) -> None:
    api.weight, line = 500_000, RecordingLine()
    generate(api, FOX, line)
    assert len(line.spool.chunks) > 3
    assert line.raw is not None
    assert line.raw.media_type == "application/json"
    assert set(json.loads(line.raw.body)) >= {"created", "data", "usage"}


def test_a_stream_gives_previews_and_one_line_per_completed_event(api: ImagesApi) -> None:
    line = RecordingLine()
    answer = generate(api, STREAMED, line)
    assert [size_of(preview) for preview in line.previews] == [(1024, 1024)] * 2
    assert line.raw is not None
    assert line.raw.media_type == "application/x-ndjson"
    assert [json.loads(row)["type"] for row in line.raw.body.splitlines()] == ["image_generation.completed"]
    assert answer.usage is not None
    assert answer.usage.image_output == 196 + 200


def test_a_preview_is_passed_on_before_the_picture_is_ready(api: ImagesApi) -> None:
    api.latency, line = 0.3, RecordingLine()
    generate(api, STREAMED, line)
    assert line.told == ["sending", "answering", "preview", "preview"]
    assert line.spool.times[0] - line.preview_times[0] > 0.1


def test_a_server_that_ignores_stream_is_taken_at_its_word(api: ImagesApi) -> None:
    api.script(Fault.IGNORES_STREAM)
    line = RecordingLine()
    answer = generate(api, STREAMED, line)
    assert len(answer.images) == 1
    assert line.raw is not None
    assert line.raw.media_type == "application/json"


def test_a_preview_with_bad_base64_is_ignored(api: ImagesApi) -> None:
    api.script(Fault.BAD_BASE64)
    line = RecordingLine()
    answer = generate(api, STREAMED, line)
    assert line.previews == []
    assert len(answer.problems) == 1


def test_a_stream_that_breaks_after_its_picture_loses_nothing(api: ImagesApi) -> None:
    api.script(Fault.RESET_AFTER)
    line = RecordingLine()
    answer = generate(api, STREAMED, line)
    assert len(answer.images) == 1


def test_links_are_fetched_from_the_server_itself(api: ImagesApi) -> None:
    api.script(Fault.URL)
    answer = generate(api, GenerateRequest(prompt="a fox", model="gpt-image-2", size="1024x1024", n=2), RecordingLine())
    assert [size_of(image.data) for image in answer.images] == [(1024, 1024)] * 2


def test_a_link_that_leads_nowhere_is_a_problem_and_not_a_lost_answer(api: ImagesApi) -> None:
    api.script(Fault.URL(path="/gone.png"))
    line = RecordingLine()
    answer = generate(api, FOX, line)
    assert answer.images == ()
    assert answer.problems == ("127.0.0.1 answered 404 instead of the image.",)
    assert line.raw is not None


def test_missing_usage_is_not_invented(api: ImagesApi) -> None:
    api.script(Fault.NO_USAGE)
    assert generate(api, FOX, RecordingLine()).usage is None


def test_a_truncated_or_smaller_image_is_handed_on_as_it_came(api: ImagesApi) -> None:
    api.script(Fault.TRUNCATED_IMAGE, Fault.WRONG_SIZE)
    assert len(generate(api, FOX, RecordingLine()).images[0].data) == 150
    assert size_of(generate(api, FOX, RecordingLine()).images[0].data) == (512, 512)


def test_an_empty_list_of_images_is_an_answer_without_images(api: ImagesApi) -> None:
    api.script(Fault.EMPTY_DATA)
    assert generate(api, FOX, RecordingLine()).images == ()


@pytest.mark.parametrize("request_", [FOX, STREAMED], ids=["whole", "streamed"])
def test_cancelling_a_silent_call_closes_the_connection_at_once(api: ImagesApi, request_: GenerateRequest) -> None:
    api.script(Fault.SILENCE)

    async def call_and_cancel() -> float:
        async with provider_for(api) as provider:
            task = asyncio.create_task(provider.generate(request_, RecordingLine()))
            await asyncio.to_thread(api.wait, lambda: api.billed)
            task.cancel()
            cancelled_at = time.time()
            with pytest.raises(asyncio.CancelledError):
                await task
            return cancelled_at

    cancelled_at = asyncio.run(call_and_cancel())
    api.wait(lambda: api.requests[0].ended)
    assert api.requests[0].ended == "client_left"
    assert (api.requests[0].ended_at or 0) - cancelled_at < 0.5


def test_cancelling_between_previews_commits_nothing(api: ImagesApi) -> None:
    api.latency, line = 30.0, RecordingLine()

    async def call_and_cancel() -> None:
        async with provider_for(api) as provider:
            task = asyncio.create_task(provider.generate(STREAMED, line))
            await asyncio.to_thread(api.wait, lambda: api.billed)
            await asyncio.sleep(0.05)
            task.cancel()
            await asyncio.wait({task})

    asyncio.run(call_and_cancel())
    api.wait(lambda: api.requests[0].ended == "client_left")
    assert line.raw is None


def test_one_provider_serves_many_calls_at_once_and_again_after_closing(api: ImagesApi) -> None:
    async def calls() -> None:
        async with provider_for(api) as provider:
            await asyncio.gather(*(provider.generate(FOX, RecordingLine()) for _ in range(20)))
            await provider.aclose()
            await provider.generate(FOX, RecordingLine())

    asyncio.run(calls())
    assert len(api.billed) == 21


def test_without_a_key_nothing_is_sent(api: ImagesApi) -> None:
    line = RecordingLine()
    with pytest.raises(AuthenticationError, match=r"OpenAI needs an API key\. Set OPENAI_API_KEY"):
        generate(api, FOX, line, api_key=None)
    assert line.told == []


def test_a_key_that_cannot_be_one_is_refused_before_sending(api: ImagesApi) -> None:
    line = RecordingLine(api_key="sk-“quoted”")
    with pytest.raises(AuthenticationError, match="Copy it once more"):
        generate(api, FOX, line)
    assert api.requests == []


def test_nobody_listening_is_certainly_not_billed(api: ImagesApi) -> None:
    with pytest.raises(ProviderUnavailableError, match="nothing was sent") as caught:
        generate(api, FOX, RecordingLine(), base_url="http://127.0.0.1:9/v1")
    assert caught.value.billed is False


def test_a_read_timeout_leaves_the_outcome_unknown(api: ImagesApi) -> None:
    api.script(Fault.SILENCE)
    with pytest.raises(OutcomeUnknownError, match="did not answer in time") as caught:
        generate(api, FOX, RecordingLine(), timeout_seconds=0.2)
    assert caught.value.billed is None


def test_a_broken_stream_before_any_preview_is_definite(api: ImagesApi) -> None:
    api.script(Fault.STREAM_ERROR(after=0), Fault.STREAM_ERROR(after=0, code="moderation_blocked"))
    with pytest.raises(ProviderUnavailableError, match="It broke"):
        generate(api, STREAMED, RecordingLine())
    with pytest.raises(ContentRejectedError):
        generate(api, STREAMED, RecordingLine())


def test_a_stream_error_after_a_preview_leaves_the_outcome_unknown_unless_it_is_moderation(api: ImagesApi) -> None:
    api.script(Fault.STREAM_ERROR(after=1), Fault.STREAM_ERROR(after=1, code="moderation_blocked"))
    line = RecordingLine()
    with pytest.raises(OutcomeUnknownError, match="Previews had already come"):
        generate(api, STREAMED, line)
    assert len(line.previews) == 1
    assert line.raw is None
    with pytest.raises(ContentRejectedError):
        generate(api, STREAMED, RecordingLine())
