"""What money went for: sums of the ledger by a dimension, estimates against actuals, a month against its invoice."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.job import Job
from core.domain.money import ZERO


class By(StrEnum):
    """By what costs are summed; a collection's are those of its pictures, which may be in several."""

    DAY = "day"
    MODEL = "model"
    PROVIDER = "provider"
    KIND = "kind"
    COLLECTION = "collection"


@dataclass(frozen=True, kw_only=True, slots=True)
class CostLine:
    """One line of the sums in USD; ``requests`` counts jobs, for a collection pictures."""

    label: str
    spent: Decimal
    held: Decimal
    requests: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Accuracy:
    """The estimates of settled jobs beside their cost, in USD; ``within`` of the ``jobs`` cost what was estimated."""

    jobs: int
    low: Decimal
    high: Decimal
    cost: Decimal
    within: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """From ``since`` to ``until``, not included."""

    since: datetime
    until: datetime

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        """A calendar month in UTC."""
        following = (year + 1, 1) if month == 12 else (year, month + 1)
        return cls(since=datetime(year, month, 1, tzinfo=UTC), until=datetime(*following, 1, tzinfo=UTC))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciliation:
    """A month of an account against its invoice, in USD.

    ``gap`` is the invoice less what the ledger counts as spent. ``likely`` are the jobs that may
    explain it: those whose outcome is unknown and those whose cost is an estimate, nearest to the gap first.
    """

    invoice: Decimal
    spent: Decimal
    held: Decimal
    likely: tuple[Job, ...]

    @property
    def gap(self) -> Decimal:
        return self.invoice - self.spent


def reconciled(invoice: Decimal, spent: Decimal, held: Decimal, doubtful: tuple[Job, ...]) -> Reconciliation:
    """Put the doubtful jobs in the order in which one should look at them."""
    gap = abs(invoice - spent)
    ordered = sorted(doubtful, key=lambda job: (abs(gap - (job.held or job.charged or ZERO)), job.id))
    return Reconciliation(invoice=invoice, spent=spent, held=held, likely=tuple(ordered))
