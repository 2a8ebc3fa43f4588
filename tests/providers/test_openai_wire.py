"""The exact form of what leaves and how odd answers are read, through a scripted transport."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
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
from tests.providers.recording import RecordingLine

ANSWER = httpx2.Response(200, json={"data": []})
FULL = GenerateRequest(
    prompt="a fox",
    model="gpt-image-2.6-flare",
    n=1,
    size="1536x1024",
    quality="low",
    background="transparent",
    output_format="svg",
    moderation="low",
    complexity="high",
    svg_model="gpt-5.6-sol",
    svg_effort="low",
)


def sent(request: GenerateRequest, preset_name: str = "openai", **more: Any) -> httpx2.Request:
    """The HTTP request that leaves for a Gesso request."""
    seen: list[httpx2.Request] = []

    def answer(http_request: httpx2.Request) -> httpx2.Response:
        seen.append(http_request)
        return ANSWER

    line = RecordingLine(api_key=more.pop("own_key", None))
    _call(answer, request, line, preset_name, **more)
    return seen[0]


def answered(response: httpx2.Response | Exception, **options: Any) -> ProviderError:
    """The error that an answer, or a failure of the transport, becomes."""

    def answer(_: httpx2.Request) -> httpx2.Response:
        if isinstance(response, Exception):
            raise response
        return response

    with pytest.raises(ProviderError) as caught:
        _call(answer, GenerateRequest(prompt="a fox", model="gpt-image-2", **options), RecordingLine(), "openai")
    return caught.value


def _call(answer: Any, request: GenerateRequest, line: RecordingLine, preset_name: str, **more: Any) -> None:
    async def call() -> None:
        provider = OpenAIProvider(
            **{"api_key": "sk-server", "preset": preset(preset_name), **more},
            http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(answer)),
        )
        try:
            await provider.generate(request, line)
        finally:
            await provider.aclose()

    asyncio.run(call())


def error(status: int, message: str = "No.", headers: dict[str, str] | None = None, **more: Any) -> httpx2.Response:
    body = {"error": {"message": message, "type": None, "param": None, "code": None, **more}}
    return httpx2.Response(status, json=body, headers=headers)


def test_the_body_has_the_apis_names_and_nothing_that_is_not_set() -> None:
    request = sent(FULL)
    assert str(request.url) == "https://api.openai.com/v1/images/generations"
    assert json.loads(request.content) == {
        "prompt": "a fox",
        "model": "gpt-image-2.6-flare",
        "n": 1,
        "size": "1536x1024",
        "quality": "low",
        "background": "transparent",
        "output_format": "svg",
        "moderation": "low",
        "complexity": "high",
        "svg": {"model": "gpt-5.6-sol", "reasoning": {"effort": "low"}},
        "safety_identifier": "a-hash",
    }


@pytest.mark.parametrize(("preset_name", "told"), [("openai", True), ("azure", True), ("compatible", False)])
def test_who_asks_is_told_only_to_those_who_want_to_know(preset_name: str, told: bool) -> None:
    body = json.loads(sent(GenerateRequest(prompt="a fox", model="gpt-image-2"), preset_name).content)
    assert ("safety_identifier" in body) == told


def test_a_stream_is_asked_for_with_its_partial_images() -> None:
    request = GenerateRequest(prompt="a fox", model="gpt-image-2", stream=True, partial_images=3)
    assert json.loads(sent(request).content).items() >= {"stream": True, "partial_images": 3}.items()


def test_a_server_known_not_to_stream_is_not_asked_to() -> None:
    request = GenerateRequest(prompt="a fox", model="flux", stream=True, partial_images=1)
    assert "stream" not in json.loads(sent(request, "localai").content)


@pytest.mark.parametrize(
    ("preset_name", "model", "expected"),
    [
        ("openai", "gpt-image-2", None),
        ("localai", "stable-diffusion", "b64_json"),
        ("compatible", "flux", "b64_json"),
        ("compatible", "gpt-image-2", None),
        ("compatible", "chatgpt-image-latest", None),
        ("litellm", "flux", None),
    ],
)
def test_base64_is_asked_for_only_where_it_has_to_be(preset_name: str, model: str, expected: str | None) -> None:
    body = json.loads(sent(GenerateRequest(prompt="a fox", model=model), preset_name).content)
    assert body.get("response_format") == expected


def test_a_server_without_keys_gets_a_dummy() -> None:
    request = sent(GenerateRequest(prompt="a fox", model="flux"), "localai", api_key=None)
    assert request.headers["authorization"] == "Bearer not-needed"


def test_a_visitors_key_goes_without_the_servers_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-server")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-server")
    assert sent(FULL).headers["openai-organization"] == "org-server"
    headers = sent(FULL, own_key="sk-visitor").headers
    assert headers["authorization"] == "Bearer sk-visitor"
    assert "openai-organization" not in headers
    assert "openai-project" not in headers


def test_the_environments_base_url_does_not_divert_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    assert sent(FULL).url.host == "api.openai.com"


@pytest.mark.parametrize(
    ("response", "kind", "says"),
    [
        (error(400, type="billing_hard_limit_reached"), QuotaExceededError, "out of credit"),
        (error(429, type="insufficient_quota"), QuotaExceededError, "out of credit"),
        (error(429, code="project_spend_limit_exceeded"), QuotaExceededError, "out of credit"),
        (error(402), QuotaExceededError, "out of credit"),
        (error(403), AuthenticationError, "does not let this key do that: No."),
        (error(404), ProviderRefusedError, "no images API at this address (404)"),
        (error(413, "Too large"), ProviderRefusedError, "refused the request: Too large."),
        (error(409), ProviderRefusedError, "refused the request"),
        (error(529), ProviderUnavailableError, "has trouble at the moment (529)"),
        (error(502), OutcomeUnknownError, "gave up waiting (502)"),
        (error(408), OutcomeUnknownError, "gave up waiting (408)"),
        (error(400, code="content_policy_violation"), ContentRejectedError, "safety system"),
        (httpx2.Response(422, json={"detail": [{"loc": ["n"], "msg": "bad n"}]}), ProviderRefusedError, "bad n"),
        (httpx2.Response(400, json={"error": "size is odd"}), ProviderRefusedError, "size is odd"),
        (httpx2.Response(400, text="<html><b>Bad</b> gateway"), ProviderRefusedError, "request: Bad gateway."),
        (httpx2.Response(400, text=""), ProviderRefusedError, "refused the request"),
        (httpx2.ConnectError("no such host"), ProviderUnavailableError, "nothing was sent"),
        (httpx2.ConnectTimeout("slow"), ProviderUnavailableError, "nothing was sent"),
        (httpx2.PoolTimeout("full"), ProviderUnavailableError, "nothing was sent"),
        (httpx2.WriteTimeout("slow"), OutcomeUnknownError, "did not answer in time"),
        (httpx2.ReadTimeout("slow"), OutcomeUnknownError, "did not answer in time"),
        (httpx2.ReadError("reset"), OutcomeUnknownError, "broke the connection off"),
        (httpx2.RemoteProtocolError("odd"), OutcomeUnknownError, "broke the connection off"),
    ],
)
def test_every_refusal_has_its_error(
    response: httpx2.Response | Exception, kind: type[ProviderError], says: str
) -> None:
    caught = answered(response)
    assert type(caught) is kind
    assert says in str(caught)


def test_azures_filter_names_what_it_filtered() -> None:
    results = {"violence": {"filtered": True}, "hate": {"filtered": False}}
    caught = answered(error(400, code="content_filter", inner_error={"content_filter_results": results}))
    assert isinstance(caught, ContentRejectedError)
    assert caught.categories == ("violence",)


def test_retry_after_may_be_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    caught = answered(error(429, headers={"retry-after": date}))
    assert isinstance(caught, RateLimitedError)
    assert caught.retry_after == pytest.approx(30, abs=3)


@pytest.mark.parametrize("value", ["soon", "nan", "-5", "1e400", ""])
def test_a_retry_after_that_makes_no_sense_counts_as_none(value: str) -> None:
    caught = answered(error(429, headers={"retry-after": value}))
    assert isinstance(caught, RateLimitedError)
    assert caught.retry_after is None


def test_json_under_a_wrong_media_type_is_an_answer() -> None:
    line = RecordingLine()
    response = httpx2.Response(200, content=b'{"data": []}', headers={"content-type": "text/plain"})
    _call(lambda _: response, FULL, line, "openai")
    assert line.raw is not None
    assert line.raw.media_type == "application/json"


def test_an_error_event_without_an_envelope_is_understood() -> None:
    event = b'data: {"type": "error", "code": "rate_limit_exceeded", "message": "slower"}\n\n'
    response = httpx2.Response(200, content=event, headers={"content-type": "text/event-stream"})
    assert type(answered(response, stream=True)) is RateLimitedError
