"""Sends a request again where that certainly costs nothing, and never otherwise."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from core.domain.answer import Answer, EditInputs, RawAnswer
from core.domain.request import EditRequest, GenerateRequest
from core.errors import ProviderUnavailableError, RateLimitedError, StorageError
from core.services.batch_ports import Pace
from core.services.ports import Line, Provider

log = logging.getLogger(__name__)

ATTEMPTS = 4
ATTEMPTS_IF_LIMITED = 6
FIRST_DELAY, LONGEST_DELAY = 0.5, 8.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 16.0
LONGEST_RETRY_AFTER = 120.0
"""A provider that asks for more patience than this, in seconds, is given up at once."""


class Retrying:
    """A provider whose refusals for now are tried again; the wrapped one only translates.

    Only RateLimitedError and ProviderUnavailableError are retried: both are certainly not
    billed. Where it was unavailable, the wait is at random from 0.5 s to a bound that doubles up to 8 s. Where it
    is asked too often, the wait is what it told, else 1, 2, 4, 8, 16 s, each from half of it at random; a ``pace``
    shares that with all processes, and none sends before the pause is over. The line hears ``rejected`` before
    each wait, so that the journal knows that nothing is out.

    Not tenacity or stamina: the wait has to be known and awaited on the journal before the
    sleep, and one retry too many is a second charge, so these few lines are ours to read.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        pace: Pace | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        random: Callable[[], float] = random.random,
    ) -> None:
        self._provider = provider
        self._pace = pace
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
        # A visitor's own key has limits of its own, which are nobody else's business.
        pace = self._pace if line.api_key is None else None
        attempt = 0
        while True:
            attempt += 1
            await self._until_allowed(pace)
            try:
                return await ask()
            except RateLimitedError as error:
                if attempt >= ATTEMPTS_IF_LIMITED or (error.retry_after or 0) > LONGEST_RETRY_AFTER:
                    raise
                delay = await self._pause(error, attempt, pace)
                await line.rejected(error, delay)
            except ProviderUnavailableError as error:
                if attempt >= ATTEMPTS:
                    raise
                ceiling: float = min(FIRST_DELAY * 2**attempt, LONGEST_DELAY)
                delay = FIRST_DELAY + (ceiling - FIRST_DELAY) * self._random()
                await line.rejected(error, delay)
            await self._sleep(delay)

    async def _until_allowed(self, pace: Pace | None) -> None:
        """Wait while the provider is left alone; not all at once when that is over."""
        while pace is not None and (left := await asyncio.to_thread(pace.wait, self.name)) > 0:
            await self._sleep(left * (1 + self._random() / 4))

    async def _pause(self, error: RateLimitedError, attempt: int, pace: Pace | None) -> float:
        """How long to wait; where it cannot be shared it is this request's alone, and nothing about it is unknown."""
        if pace is not None:
            try:
                return await asyncio.to_thread(pace.limited, self.name, error.retry_after)
            except StorageError as problem:
                log.warning("A pause of %s is not shared: %s", self.name, problem)
        if error.retry_after is not None:
            return error.retry_after
        longest: float = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
        return longest * (1 + self._random()) / 2
