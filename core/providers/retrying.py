"""Sends a request again where that certainly costs nothing, and never otherwise."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from core.domain.answer import Answer, EditInputs, RawAnswer
from core.domain.request import EditRequest, GenerateRequest
from core.errors import ProviderError, ProviderUnavailableError, RateLimitedError
from core.services.ports import Line, Provider

FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 120.0
"""A provider that asks for more patience than this, in seconds, is given up at once."""


class Retrying:
    """A provider whose refusals for now are tried again; the wrapped one only translates.

    Only RateLimitedError and ProviderUnavailableError are retried: both are certainly not
    billed. The wait is what the provider told, else at random from 0.5 s to a bound that doubles up to 8 s. The
    line hears ``rejected`` before each wait, so that the journal knows that nothing is out.

    Not tenacity or stamina: the wait has to be known and awaited on the journal before the
    sleep, and one retry too many is a second charge, so these few lines are ours to read.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        attempts: int = 4,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        random: Callable[[], float] = random.random,
    ) -> None:
        self._provider = provider
        self._attempts = attempts
        self._sleep = sleep
        self._random = random

    @property
    def name(self) -> str:
        return self._provider.name

    async def generate(self, request: GenerateRequest, line: Line) -> None:
        """As the wrapped provider; raises its last error when the attempts are used up."""
        await self._persist(lambda: self._provider.generate(request, line), line)

    async def edit(self, request: EditRequest, inputs: EditInputs, line: Line) -> None:
        """As ``generate``."""
        await self._persist(lambda: self._provider.edit(request, inputs, line), line)

    async def read(self, raw: RawAnswer) -> Answer:
        return await self._provider.read(raw)

    async def _persist(self, ask: Callable[[], Awaitable[None]], line: Line) -> None:
        for attempt in range(1, self._attempts + 1):
            try:
                await ask()
            except (RateLimitedError, ProviderUnavailableError) as error:
                delay = self._delay(error, attempt)
                if delay is None:
                    raise
                await line.rejected(error, delay)
            else:
                return
            await self._sleep(delay)

    def _delay(self, error: ProviderError, attempt: int) -> float | None:
        """Seconds to wait before the next attempt, or None to give up."""
        if attempt >= self._attempts:
            return None
        told = error.retry_after if isinstance(error, RateLimitedError) else None
        if told is not None:
            return told if told <= LONGEST_RETRY_AFTER else None
        ceiling: float = min(FIRST_DELAY * 2**attempt, LONGEST_DELAY)
        return FIRST_DELAY + (ceiling - FIRST_DELAY) * self._random()
