"""What API keys need from the world outside: a place to be kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.domain.api_key import ApiKey
from core.domain.ledger import Spending


class Keys(Protocol):
    """API keys with the digests of their texts; the texts are kept nowhere."""

    def add(self, key: ApiKey, digest: str) -> None: ...

    def beginning(self, shown: str) -> tuple[tuple[ApiKey, str], ...]:
        """The keys that begin so, the revoked ones too, each with its digest."""

    def all(self, owner: str | None) -> tuple[ApiKey, ...]:
        """Newest first, the revoked ones too; ``owner`` None means everybody's."""

    def revoke(self, id: str, *, now: datetime) -> None:
        """From now on; a key that was revoked before stays so since then."""

    def used(self, id: str, *, now: datetime) -> None:
        """Note that the key was used."""

    def spending(self, ids: Sequence[str], now: datetime) -> Mapping[str, tuple[Spending, Spending]]:
        """What the requests of these keys have spent and hold, today and this month; those without any are left out."""
