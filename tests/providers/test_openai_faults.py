"""What each fault of the service becomes: the right error, a sentence for people, no secret in it."""

import asyncio
import traceback
from collections.abc import Iterator

import pytest

from core.domain.request import GenerateRequest
from core.errors import (
    AuthenticationError,
    ContentRejectedError,
    OutcomeUnknownError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    QuotaExceededError,
    RateLimitedError,
)
from core.providers.openai import OpenAIProvider
from core.providers.presets import preset
from tests.images_api import Fault, ImagesApi, Scripted
from tests.providers.recording import RecordingLine

KEY = "visitors-very-own-secret-0123456789"
STREAM = {"stream": True, "partial_images": 1}

REFUSED = [
    (Fault.RATE_LIMIT, RateLimitedError, "limits how often it may be asked: Rate limit reached: 5 images per minute."),
    (Fault.QUOTA, QuotaExceededError, "out of credit or over its limit: You have no credit left. Check billing"),
    (Fault.SERVER_ERROR, ProviderUnavailableError, "has trouble at the moment (500): The server had an error."),
    (Fault.OVERLOADED, ProviderUnavailableError, "has trouble at the moment (503): Overloaded."),
    (Fault.UNAUTHORIZED, AuthenticationError, "did not accept the API key"),
    (Fault.UNVERIFIED, AuthenticationError, "wants your organisation verified before it may use gpt-image-2"),
    (Fault.MODERATION, ContentRejectedError, "safety system refused this request (violence)"),
    (Fault.DETAIL, ProviderRefusedError, "refused the request: prompt is in the wrong language."),
    (Fault.REDIRECT, ProviderRefusedError, "redirects elsewhere (307)"),
]
UNKNOWN = [
    (Fault.RESET_BEFORE, {}, "broke the connection off"),
    (Fault.RESET_DURING, {}, "broke the connection off"),
    (Fault.GATEWAY_TIMEOUT, {}, "gave up waiting (504): 504 Gateway Time-out."),
    (Fault.HTML, {}, "sent a web page: “Please sign in to continue”"),
    (Fault.EMPTY_BODY, {}, "sent an empty page"),
    (Fault.RESET_BEFORE, STREAM, "broke the connection off"),
    (Fault.RESET_DURING, STREAM, "broke the connection off"),
    (Fault.CUT_STREAM, STREAM, "ended its stream without a finished image"),
    (Fault.CUT_STREAM(after=0), STREAM, "ended its stream without a finished image"),
    (Fault.BAD_EVENT, STREAM, "sent an event that cannot be read"),
]


@pytest.fixture
def api() -> Iterator[ImagesApi]:
    with ImagesApi() as server:
        yield server


def failure(api: ImagesApi, line: RecordingLine | None = None, **options: object) -> ProviderError:
    """The error of one call with the visitor's key."""
    request = GenerateRequest(**{"prompt": "a fox", "model": "gpt-image-2", "size": "1024x1024", **options})  # type: ignore[arg-type]

    async def call() -> None:
        provider = OpenAIProvider(api_key="server-key-9876", base_url=api.url, preset=preset("openai"))
        try:
            await provider.generate(request, line or RecordingLine(api_key=KEY))
        finally:
            await provider.aclose()

    with pytest.raises(ProviderError) as caught:
        asyncio.run(call())
    return caught.value


@pytest.mark.parametrize(("fault", "kind", "says"), REFUSED, ids=[fault for fault, *_ in REFUSED])
def test_a_refusal_says_what_happened_and_costs_nothing(
    api: ImagesApi, fault: Fault, kind: type[ProviderError], says: str
) -> None:
    api.script(fault)
    error = failure(api)
    assert type(error) is kind
    assert says in str(error)
    assert (error.billed, error.request_id, error.provider) == (False, "req_000001", "openai")
    assert api.billed == []


@pytest.mark.parametrize(("fault", "options", "says"), UNKNOWN)
def test_a_lost_answer_is_an_unknown_outcome(
    api: ImagesApi, fault: Fault | Scripted, options: dict[str, object], says: str
) -> None:
    api.script(fault)
    line = RecordingLine()
    error = failure(api, line, **options)
    assert type(error) is OutcomeUnknownError
    assert says in str(error)
    assert "<" not in str(error)
    assert line.raw is None
    assert len(api.billed) == len(api.requests) == 1


def test_the_sdk_never_sends_a_second_time(api: ImagesApi) -> None:
    for fault in (Fault.RATE_LIMIT, Fault.QUOTA, Fault.OVERLOADED):
        api.script(fault)
        failure(api)
    assert len(api.requests) == 3


def test_a_rate_limit_says_how_long_to_wait(api: ImagesApi) -> None:
    api.script(Fault.RATE_LIMIT(retry_after=7), Fault.RATE_LIMIT(retry_after_ms=250, retry_after=1), Fault.RATE_LIMIT)
    errors = [failure(api) for _ in range(3)]
    assert [error.retry_after for error in errors if isinstance(error, RateLimitedError)] == [7.0, 0.25, None]


def test_moderation_keeps_its_categories(api: ImagesApi) -> None:
    api.script(Fault.MODERATION)
    error = failure(api)
    assert isinstance(error, ContentRejectedError)
    assert error.categories == ("violence",)


def test_an_unknown_model_is_named(api: ImagesApi) -> None:
    error = failure(api, model="gpt-image-99")
    assert type(error) is ProviderRefusedError
    assert "OpenAI has no model called gpt-image-99 for this key" in str(error)


def test_a_wrong_option_shows_the_servers_own_words(api: ImagesApi) -> None:
    assert "The nearest size gpt-image-2 takes is 1920x1088" in str(failure(api, size="1920x1080"))


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.STREAM_ERROR(message=f"key {KEY} sk-abc***xyz broke")])
def test_no_key_is_shown_even_in_a_traceback(api: ImagesApi, fault: Fault | Scripted) -> None:
    api.script(fault)
    error = failure(api, **({} if fault is Fault.UNAUTHORIZED else STREAM))
    told = "".join(traceback.format_exception(error))
    assert "[key]" in str(error)
    assert KEY not in told
    assert "sk-abc" not in told


def test_image_data_in_an_error_is_left_out(api: ImagesApi) -> None:
    api.script(Fault.STREAM_ERROR(message="cannot use " + "QUJD" * 100))
    error = failure(api, **STREAM)
    assert "cannot use [data]" in str(error)
    assert "QUJDQUJD" not in str(error)


def test_a_visitors_key_replaces_the_servers_for_that_call_only(api: ImagesApi) -> None:
    api.script(Fault.QUOTA, Fault.QUOTA)
    failure(api)
    failure(api, RecordingLine())
    sent = [request.headers["authorization"] for request in api.requests]
    assert sent == [f"Bearer {KEY}", "Bearer server-key-9876"]
