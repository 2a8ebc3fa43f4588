"""A request that must not become two jobs, however often it is sent."""

from dataclasses import dataclass
from datetime import timedelta

REMEMBERED = timedelta(hours=48)
"""How long a request is recognised at least; the sweep forgets it some time later."""
RETRIED_WITHIN = timedelta(minutes=30)
"""How long after a request its client's library may send it again by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Once:
    """What recognises a request: the client's ``key`` for it, if it has one, and a hash of its ``body``.

    ``retried`` says that the client's library sends it again by itself, without a key.
    """

    key: str | None = None
    body: str
    retried: bool = False
