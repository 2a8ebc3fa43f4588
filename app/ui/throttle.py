"""Slows down who guesses passwords: longer and longer waits for one client, and a ceiling for all together."""

import ipaddress
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

FREE, LONGEST_WAIT = 3, 900.0
"""Wrong words that cost one client no wait, and the longest wait in seconds after more."""
FORGOTTEN_AFTER = 3600.0
MOST_CLIENTS = 10_000
ALL_TOGETHER, WINDOW = 60, 60.0
"""So many wrong words in so many seconds, from anywhere; then nobody may try until some are past."""


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Throttle:
    """Counts wrong words in memory; safe from any thread. ``clock`` tells seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._clients: OrderedDict[str, _Failures] = OrderedDict()
        self._recent: deque[float] = deque(maxlen=ALL_TOGETHER)

    def attempt(self, client: str, is_right: Callable[[], bool]) -> str | None:
        """None if the word was looked at and right, else a sentence that says what is wrong and how long to wait.

        While a client has to wait the word is not looked at, so that guessing faster tells nothing. One
        lock around all of it: a hundred guesses sent at once are counted one after the other.
        """
        with self._lock:
            name, now = network_of(client), self._clock()
            if (wait := self._wait(name, now)) > 0:
                return f"There were too many wrong passwords. Try again in {wait_said(wait)}."
            if is_right():
                self._clients.pop(name, None)
                return None
            self._note(name, now)
            wait = self._wait(name, now)
            return f"That is not the password. Try again{f' in {wait_said(wait)}' if wait else ''}."

    def _wait(self, name: str, now: float) -> float:
        known, everybody = self._clients.get(name), 0.0
        if len(self._recent) == ALL_TOGETHER:
            everybody = self._recent[0] + WINDOW - now
        if known is None or known.count < FREE:
            return max(everybody, 0.0)
        own: float = min(2.0 ** min(known.count - FREE, 30), LONGEST_WAIT)
        return max(known.last + own - now, everybody, 0.0)

    def _note(self, name: str, now: float) -> None:
        known = self._clients.pop(name, None)
        fresh = known is None or now - known.last > FORGOTTEN_AFTER
        self._clients[name] = _Failures(1 if fresh or known is None else known.count + 1, now)
        self._recent.append(now)
        while len(self._clients) > MOST_CLIENTS:
            self._clients.popitem(last=False)  # who has been quiet longest


def network_of(client: str) -> str:
    """Whom an address stands for: one IPv6 household has 2**64 of them."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client[:100]
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def wait_said(seconds: float) -> str:
    """A wait in words, never too short."""
    whole = math.ceil(seconds)
    if whole > 90:
        return f"{math.ceil(whole / 60)} minutes"
    return "1 second" if whole == 1 else f"{whole} seconds"
