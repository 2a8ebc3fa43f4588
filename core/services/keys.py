"""API keys: made, listed, revoked, and recognised when somebody comes with one.

A key is 256 random bits. Nobody can try that many, so its plain sha256 is kept: a slow hash, which passwords
need because they are guessed, would cost every request and protect nothing.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from core.domain.api_key import (
    PREFIX,
    SHOWN,
    ApiKey,
    KeyUse,
    check_limits,
    checked_key_name,
    checked_owner,
    own_history,
)
from core.domain.ids import new_id
from core.domain.ledger import Budgets, Spending
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, NotFoundError
from core.services.key_ports import Keys
from core.services.ports import Clock

CACHED = timedelta(seconds=3)
"""How long a key is believed without a look: a key that was revoked elsewhere opens doors that long."""
NOTED = timedelta(minutes=1)
"""How exactly it is known when a key was used last."""
LONGEST_TEXT = 200
MOST_LIVE = 50
"""Keys that one owner may have at a time; the operator may make more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewKey:
    """A key that was just made, with its text, which is told once and kept nowhere."""

    key: ApiKey
    text: str = field(repr=False)


class KeyService:
    """Looks after API keys; safe to use from many threads."""

    def __init__(self, *, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[ApiKey, datetime]] = {}

    def create(
        self,
        name: str,
        visitor: Visitor,
        *,
        budgets: Budgets | None = None,
        rate: int | None = None,
        owner: str | None = None,
    ) -> NewKey:
        """Make a key. What is made with a visitor's is in their history; the operator's have histories of their own.

        ``owner`` names another's history, for the operator. Raises InvalidRequestError for limits
        that cannot be, or a name that a live key of that owner (of anybody, for the operator) has.
        """
        id, name, limits = new_id(), checked_key_name(name), budgets or Budgets()
        check_limits(limits, rate)
        self._check_room(name, visitor)
        if not visitor.operator:
            owner = visitor.owner
        text = PREFIX + token_urlsafe(32)
        key = ApiKey(
            id=id,
            name=name,
            shown=text[:SHOWN],
            owner=own_history(id) if owner is None else checked_owner(owner),
            created_at=self._clock(),
            budgets=limits,
            rate=rate,
        )
        self._keys.add(key, _digest(text))
        return NewKey(key=key, text=text)

    def list(self, visitor: Visitor) -> tuple[KeyUse, ...]:
        """This visitor's keys, newest first, the revoked ones too, with what they have spent."""
        found = self._keys.all(_owner(visitor))
        spent = self._keys.spending([key.id for key in found], self._clock())
        nothing = (Spending(), Spending())
        sums = [(key, *spent.get(key.id, nothing)) for key in found]
        return tuple(KeyUse(key=key, today=today, month=month) for key, today, month in sums)

    def revoke(self, name: str, visitor: Visitor) -> ApiKey:
        """Make a key worthless, by its id or name; other processes know within seconds.

        Raises NotFoundError, or InvalidRequestError where two live keys have that name.
        """
        key = self._named(name, visitor)
        self._keys.revoke(key.id, now=self._clock())
        with self._lock:
            self._known.clear()
        return key

    def find(self, text: str) -> ApiKey | None:
        """The live key of this text; None for any other text."""
        if not text.startswith(PREFIX) or not text.isascii() or len(text) > LONGEST_TEXT:
            return None
        digest, now = _digest(text), self._clock()
        with self._lock:
            key, until = self._known.get(digest, (None, now))
        if key is not None and now < until:
            return key
        key = self._look(text, digest)
        with self._lock:
            self._known.pop(digest, None)
            if key is not None:
                self._known[digest] = (key, now + CACHED)
        return key

    def _look(self, text: str, digest: str) -> ApiKey | None:
        """The key as it stands in the database.

        Rows are found by what is known of the key anyway and compared in constant time, so that how
        long it takes says nothing about the rest.
        """
        now = self._clock()
        for key, its in self._keys.beginning(text[:SHOWN]):
            if compare_digest(its, digest) and key.revoked_at is None:
                if key.last_used_at is None or now - key.last_used_at >= NOTED:
                    self._keys.used(key.id, now=now)
                return key
        return None

    def _check_room(self, name: str, visitor: Visitor) -> None:
        live = [key for key in self._keys.all(_owner(visitor)) if key.revoked_at is None]
        if any(key.name.casefold() == name.casefold() for key in live):
            raise InvalidRequestError(
                f'There is a key named "{name}" already. Revoke it first, or choose another name.', param="name"
            )
        if len(live) >= MOST_LIVE and not visitor.operator:
            raise InvalidRequestError(f"There are {len(live)} keys already. Revoke one that is not used.", param="name")

    def _named(self, name: str, visitor: Visitor) -> ApiKey:
        every, wanted = self._keys.all(_owner(visitor)), " ".join(name.split())
        for key in every:
            if key.id == wanted:
                return key
        same = [key for key in every if key.name.casefold() == wanted.casefold()]
        found = [key for key in same if key.revoked_at is None] or same[:1]
        if not found:
            raise NotFoundError(f'There is no key "{wanted}".', kind="key", id=wanted)
        if len(found) > 1:
            ids = " or ".join(key.id for key in found)
            raise InvalidRequestError(f'{len(found)} keys are named "{wanted}". Name one by its id: {ids}.')
        return found[0]


def _owner(visitor: Visitor) -> str | None:
    return None if visitor.operator else visitor.owner


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
