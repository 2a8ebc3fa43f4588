"""How long a provider is left alone after it said "too often", known to all processes that share the database."""

import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import insert, select, update

from core.services.ports import Clock
from core.storage.database import Database, in_turn
from core.storage.tables import paces

PACE_LOCK = 0x6765_7377
"""Key of the PostgreSQL advisory locks on a provider's pace; the second is the provider."""
FIRST_SECONDS, LONGEST_SECONDS = 1.0, 16.0
FORGOTTEN_AFTER = timedelta(seconds=60)
"""After so long without a complaint the next one counts as the first."""
LOOKED_EVERY_SECONDS = 0.5


class SqlPace:
    """Implements ``core.services.batch_ports.Pace``; usable from any thread. Every method may raise StorageError.

    The pauses are 1, 2, 4, 8 and 16 s, each between half and the whole of it at random, or as the provider told.
    A complaint about a request that was sent before the pause began makes it no longer.
    """

    def __init__(self, database: Database, clock: Clock, random: Callable[[], float] = random.random) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, float]] = {}
        """When each provider's row was looked at (monotonic), and until when to wait (monotonic)."""

    def wait(self, provider: str) -> float:
        """Seconds until it may be asked again; asks the database twice a second at most."""
        now = time.monotonic()
        with self._lock:
            looked, until = self._seen.get(provider, (-LOOKED_EVERY_SECONDS, 0.0))
        if now - looked >= LOOKED_EVERY_SECONDS:
            with self._database.read() as connection:
                found = connection.execute(select(paces.c.not_before).where(paces.c.provider == provider)).scalar()
            remaining = (found - self._clock()).total_seconds() if found else 0.0
            until = self._remember(provider, remaining)
        return max(until - time.monotonic(), 0.0)

    def limited(self, provider: str, told: float | None) -> float:
        """Write down that it was asked too often; returns how many seconds nobody asks it."""
        with self._database.write() as connection:
            in_turn(connection, PACE_LOCK, provider)
            now = self._clock()
            row = connection.execute(select(paces).where(paces.c.provider == provider)).mappings().one_or_none()
            if row is not None and row["not_before"] > now and told is None:
                left: float = (row["not_before"] - now).total_seconds()
                self._remember(provider, left)
                return left
            fresh = row is None or now - row["not_before"] > FORGOTTEN_AFTER
            strikes = 1 if fresh else row["strikes"] + 1  # type: ignore[index]
            seconds = told if told is not None else self._pause(strikes)
            values = {"strikes": strikes, "not_before": now + timedelta(seconds=seconds)}
            if row is None:
                connection.execute(insert(paces).values(provider=provider, **values))
            else:
                values["not_before"] = max(values["not_before"], row["not_before"])
                connection.execute(update(paces).where(paces.c.provider == provider).values(values))
        self._remember(provider, seconds)
        return seconds

    def _pause(self, strikes: int) -> float:
        longest: float = min(FIRST_SECONDS * 2 ** (strikes - 1), LONGEST_SECONDS)
        return longest * (1 + self._random()) / 2

    def _remember(self, provider: str, left: float) -> float:
        now = time.monotonic()
        with self._lock:
            self._seen[provider] = (now, now + left)
        return now + left
