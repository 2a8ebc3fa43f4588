"""The demo provider: paints and edits pictures and answers as the OpenAI Images API would, without key or network.

It is deterministic: the same request gives the same images and the same usage. Tests (and curious
people) steer it by directives anywhere in the prompt:

    demo:latency=2.5              seconds until the answer, instead of the configured latency; at most 120
    demo:retry_after=0.5          what a rate limit asks to wait, instead of 1
    demo:error=NAME               misbehave:

    NAME              what happens                                             billed
    rate_limit        RateLimitedError                                         no
    quota             QuotaExceededError                                       no
    authentication    AuthenticationError                                      no
    moderation        ContentRejectedError, categories ("violence",)           no
    server            ProviderUnavailableError                                 no
    refused           ProviderRefusedError                                     no
    unknown           previews as asked, then OutcomeUnknownError              may be
    empty             an answer without images                                 yes
    html              a web page instead of an answer                          may be
    bad_base64        an answer whose images are not base64                    yes
    truncated_image   images that stop half way                                yes
    wrong_size        images of half the size that the answer claims           yes
    partial_failure   the last of the n images is damaged                      yes

A model that is not in the catalogue, an option it does not take, or an input that is no picture
is a ProviderRefusedError.
"""

import asyncio
import json
import re
from dataclasses import dataclass
from hashlib import sha256

from core.domain.answer import Answer, EditInputs, RawAnswer
from core.domain.request import EditRequest, GenerateRequest, Request
from core.errors import (
    AuthenticationError,
    ContentRejectedError,
    InvalidRequestError,
    NotFoundError,
    OutcomeUnknownError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    QuotaExceededError,
    RateLimitedError,
)
from core.providers.catalogue import Catalogue
from core.providers.demo_answer import Choices, check_inputs, choose, partial_image, whole_answer
from core.providers.openai_answer import EVENTS, parse
from core.services.ports import Clock, Line

NAME = "demo"
CHUNK = 1 << 20
LONGEST_SECONDS = 120.0
"""A prompt cannot keep a worker waiting longer than this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Directives:
    """What the prompt tells the demo provider to do."""

    error: str | None
    latency: float | None
    retry_after: float

    @classmethod
    def of(cls, prompt: str) -> "Directives":
        found = dict(re.findall(r"\bdemo:(error|latency|retry_after)=([\w.]*\w)", prompt))
        return cls(
            error=found.get("error"),
            latency=_seconds(found.get("latency")),
            retry_after=_seconds(found.get("retry_after")) or 1.0,
        )


class DemoProvider:
    """Implements ``Provider``; ``latency_seconds`` is how long an answer takes, spread over its previews."""

    name = NAME

    def __init__(self, catalogue: Catalogue, latency_seconds: float, clock: Clock) -> None:
        self._catalogue = catalogue
        self._latency = latency_seconds
        self._clock = clock

    async def generate(self, request: GenerateRequest, line: Line) -> None:
        await self._answer(request, None, line)

    async def edit(self, request: EditRequest, inputs: EditInputs, line: Line) -> None:
        await self._answer(request, inputs, line)

    async def _answer(self, request: Request, inputs: EditInputs | None, line: Line) -> None:
        directives = Directives.of(request.prompt)
        await line.sending()
        choices = await asyncio.to_thread(self._choices, request, inputs, directives, line.position)
        await self._preview(choices, directives, line)
        if (error := _failure(directives)) is not None:
            raise error
        created = int(self._clock().timestamp())
        body = await asyncio.to_thread(whole_answer, choices, created)
        media_type = EVENTS if request.stream else "application/json"
        with line.answering(media_type=media_type, request_id=_request_id(request, created)) as spool:
            for start in range(0, len(body), CHUNK):
                spool.write(body[start : start + CHUNK])
            spool.commit()

    async def read(self, raw: RawAnswer) -> Answer:
        parsed = await asyncio.to_thread(parse, raw, provider=NAME)
        return parsed.answer()

    def _choices(self, request: Request, inputs: EditInputs | None, directives: Directives, first: int) -> Choices:
        try:
            model = self._catalogue.find(request.model)
            model.check(request, self._clock().date())
            if inputs is not None:
                check_inputs(inputs)
            return choose(model, request, directives.error, first, inputs)
        except (NotFoundError, InvalidRequestError) as error:
            raise ProviderRefusedError(str(error), provider=NAME) from error

    async def _preview(self, choices: Choices, directives: Directives, line: Line) -> None:
        """Let the latency pass, handing out partial images on the way unless the request is refused."""
        latency = self._latency if directives.latency is None else directives.latency
        refused = _failure(directives) is not None and directives.error != "unknown"
        count = 0 if refused else choices.request.partial_images
        for number in range(count):
            await asyncio.sleep(latency / (count + 1))
            await line.preview(await asyncio.to_thread(partial_image, choices, number / count))
        await asyncio.sleep(latency / (count + 1))


def _seconds(text: str | None) -> float | None:
    """A plain decimal number, at most ``LONGEST_SECONDS``; anything else counts as not said."""
    if text is None or re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII) is None:
        return None
    return min(float(text), LONGEST_SECONDS)


def _failure(directives: Directives) -> ProviderError | None:
    """The error that a directive asks for, as the real adapter would raise it."""
    match directives.error:
        case "rate_limit":
            wait = directives.retry_after
            return RateLimitedError(
                f"The provider asks to wait {wait:g} seconds: too many requests.", provider=NAME, retry_after=wait
            )
        case "quota":
            return QuotaExceededError("The account at the provider is out of credit. Add credit there.", provider=NAME)
        case "authentication":
            return AuthenticationError("The provider did not accept the API key. Check it.", provider=NAME)
        case "moderation":
            return ContentRejectedError(
                "The provider's moderation refused this prompt (violence). Change it and try again.",
                provider=NAME,
                categories=("violence",),
            )
        case "server":
            return ProviderUnavailableError("The provider is overloaded (503). Try again in a moment.", provider=NAME)
        case "refused":
            return ProviderRefusedError("The provider refused the request: unknown parameter.", provider=NAME)
        case "unknown":
            return OutcomeUnknownError(
                "The connection broke before the answer came. It may have been billed.", provider=NAME
            )
        case _:
            return None


def _request_id(request: Request, created: int) -> str:
    text = json.dumps([request.to_json(), created], sort_keys=True)
    return f"demo-{sha256(text.encode()).hexdigest()[:20]}"
