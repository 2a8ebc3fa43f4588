"""What a server counts for those who watch it: sums without a person, a prompt or an id in them."""

from dataclasses import dataclass
from decimal import Decimal

VISITORS = "visitor"
"""Stands for the accounts of all visitors with keys of their own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How many jobs ended in one state with one provider's model."""

    state: str
    provider: str
    model: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One look at the database; ``spent`` is USD by account as jobs were settled, corrections left out."""

    ended: tuple[Ended, ...]
    spent: dict[str, Decimal]
    queued: int
    running: int
