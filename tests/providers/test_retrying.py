"""What is sent again, how long it waits, and what is never sent again."""

import asyncio
from dataclasses import dataclass, field

import pytest

from core.domain.answer import Answer, EditInputs, RawAnswer
from core.domain.image import ImageRef
from core.domain.request import EditRequest, GenerateRequest
from core.errors import (
    AuthenticationError,
    ContentRejectedError,
    OutcomeUnknownError,
    ProviderAnswerError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    QuotaExceededError,
    RateLimitedError,
    StorageError,
)
from core.providers.openai import OpenAIProvider
from core.providers.presets import preset
from core.providers.retrying import Retrying
from core.services.batch_ports import Pace
from core.services.ports import Line, Provider
from tests.images_api import Fault, ImagesApi
from tests.providers.recording import RecordingLine

FOX = GenerateRequest(prompt="a fox", model="gpt-image-2")
BUSY = ProviderUnavailableError("busy", provider="script")


@dataclass
class Scripted:
    """A provider that raises its errors one after the other, then succeeds."""

    errors: list[ProviderError]
    calls: int = 0
    name: str = "script"

    async def generate(self, request: GenerateRequest, line: Line) -> None:  # noqa: ARG002
        await line.sending()
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)

    async def edit(self, request: EditRequest, inputs: EditInputs, line: Line) -> None:  # noqa: ARG002
        await self.generate(FOX, line)

    async def read(self, raw: RawAnswer) -> Answer:  # noqa: ARG002
        return Answer(images=(), usage=None)


@dataclass
class Attempt:
    """One generate through Retrying, with a clock that does not wait."""

    provider: Scripted
    random: float = 0.0
    line: RecordingLine = field(default_factory=RecordingLine)
    slept: list[float] = field(default_factory=list)
    pace: Pace | None = None

    def run(self) -> None:
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.line.told.append("sleep")

        retrying: Provider = Retrying(self.provider, pace=self.pace, sleep=sleep, random=lambda: self.random)
        asyncio.run(retrying.generate(FOX, self.line))


def limited(retry_after: float | None) -> RateLimitedError:
    return RateLimitedError("slow down", provider="script", retry_after=retry_after)


def test_what_costs_nothing_is_sent_again_until_it_works() -> None:
    attempt = Attempt(Scripted([BUSY, limited(None)]))
    attempt.run()
    assert attempt.provider.calls == 3


def test_the_line_hears_of_the_refusal_before_the_wait() -> None:
    attempt = Attempt(Scripted([BUSY]))
    attempt.run()
    assert attempt.line.told == ["sending", "rejected", "sleep", "sending"]
    assert attempt.line.rejections == [(BUSY, attempt.slept[0])]


def test_the_wait_is_what_the_provider_told() -> None:
    attempt = Attempt(Scripted([limited(7.5), limited(120)]))
    attempt.run()
    assert attempt.slept == [7.5, 120]


@pytest.mark.parametrize(("random", "expected"), [(0.0, [0.5] * 3), (1.0, [1, 2, 4])])
def test_for_an_unavailable_provider_the_wait_grows_from_half_a_second(random: float, expected: list[float]) -> None:
    attempt = Attempt(Scripted([BUSY] * 3), random=random)
    attempt.run()
    assert attempt.slept == expected


@pytest.mark.parametrize(("random", "expected"), [(0.0, [0.5, 1, 2, 4, 8]), (1.0, [1, 2, 4, 8, 16])])
def test_asked_too_often_without_a_word_it_waits_one_to_sixteen_seconds(random: float, expected: list[float]) -> None:
    attempt = Attempt(Scripted([limited(None)] * 5), random=random)
    attempt.run()
    assert attempt.slept == expected


class Unwritable:
    """The shared pace of a database that is away while a pause is written down."""

    def wait(self, provider: str) -> float:  # noqa: ARG002
        return 0.0

    def limited(self, provider: str, told: float | None) -> float:
        raise StorageError(f"away ({provider}, {told})")


def test_a_pause_that_cannot_be_shared_is_kept_alone() -> None:
    attempt = Attempt(Scripted([limited(3.0), limited(None)]), random=1.0, pace=Unwritable())
    attempt.run()
    assert attempt.slept == [3.0, 2.0]
    assert attempt.provider.calls == 3


def test_more_than_two_minutes_is_not_waited_for() -> None:
    attempt = Attempt(Scripted([limited(121)]))
    with pytest.raises(RateLimitedError):
        attempt.run()
    assert (attempt.provider.calls, attempt.line.rejections) == (1, [])


def test_after_the_last_attempt_the_error_is_raised_without_a_wait() -> None:
    attempt = Attempt(Scripted([BUSY] * 9))
    with pytest.raises(ProviderUnavailableError):
        attempt.run()
    assert (attempt.provider.calls, len(attempt.slept)) == (4, 3)


@pytest.mark.parametrize(
    "kind",
    [
        OutcomeUnknownError,
        QuotaExceededError,
        ContentRejectedError,
        AuthenticationError,
        ProviderRefusedError,
        ProviderAnswerError,
    ],
)
def test_whatever_else_goes_wrong_is_never_sent_twice(kind: type[ProviderError]) -> None:
    attempt = Attempt(Scripted([kind("no", provider="script")]))
    with pytest.raises(kind):
        attempt.run()
    assert attempt.provider.calls == 1


def test_a_rate_limited_service_bills_once() -> None:
    async def call(api: ImagesApi) -> None:
        provider = OpenAIProvider(api_key="sk-test", base_url=api.url, preset=preset("openai"))
        await Retrying(provider).generate(FOX, RecordingLine())
        await provider.aclose()

    with ImagesApi() as api:
        api.script(Fault.RATE_LIMIT(retry_after=0.05), Fault.RATE_LIMIT(retry_after_ms=50))
        asyncio.run(call(api))
        assert (len(api.requests), len(api.billed)) == (3, 1)


def test_an_edit_is_tried_again_by_the_same_rules() -> None:
    picture = ImageRef(sha256="0" * 64, width=64, height=64, media_type="image/png", bytes=1)
    request = EditRequest(prompt="a fox", model="gpt-image-2", images=(picture,))
    scripted, line = Scripted([BUSY, BUSY]), RecordingLine()
    retrying = Retrying(scripted, sleep=lambda _: asyncio.sleep(0))
    asyncio.run(retrying.edit(request, EditInputs(images=((b"", "image/png"),)), line))
    assert (scripted.calls, line.told) == (3, ["sending", "rejected"] * 2 + ["sending"])
