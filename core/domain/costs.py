"""What money went for: sums of the ledger by a dimension, estimates against actuals, a month against its invoice."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.csv_cells import guarded
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
    """One line of the sums in USD; ``requests`` counts jobs that were begun, for a collection pictures."""

    label: str
    spent: Decimal
    held: Decimal
    requests: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Accuracy:
    """A model's estimates of settled jobs beside their cost, in USD; ``within`` of ``jobs`` cost what was estimated.

    ``low`` and ``high`` are the sums of what the estimates promised.
    """

    model: str
    jobs: int
    low: Decimal
    high: Decimal
    cost: Decimal
    within: int

    @property
    def missed(self) -> Decimal:
        """By how much the cost lies above (or, negative, below) what was promised; 0 inside of it."""
        return self.cost - min(max(self.cost, self.low), self.high)


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

    @property
    def name(self) -> str:
        """The month's, such as 2026-11."""
        return f"{self.since:%Y-%m}"


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


def doubt_about(job: Job) -> str:
    """Why a doubtful job may explain a gap, in words."""
    return "may have been billed" if job.may_have_been_billed else "its cost is an estimate"


def csv_of(by: By, lines: Sequence[CostLine]) -> str:
    """The lines as a file for a spreadsheet; a text that it would take for a formula gets an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([by.value, "spent_usd", "held_usd", "pictures" if by is By.COLLECTION else "requests"])
    for line in lines:
        writer.writerow([guarded(line.label), f"{line.spent:f}", f"{line.held:f}", line.requests])
    return out.getvalue()


def total_of(lines: Sequence[CostLine]) -> CostLine:
    """All lines as one; not for collections, where a picture may be in several."""
    return CostLine(
        label="Total",
        spent=sum((line.spent for line in lines), ZERO),
        held=sum((line.held for line in lines), ZERO),
        requests=sum(line.requests for line in lines),
    )
