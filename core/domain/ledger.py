"""Money: an append-only record of holds and charges, and the budgets checked against it.

An entry moves two sums, ``held`` and ``spent``; a job's entries add up to what it holds now
and what it has cost. ``counted_at`` is when the job was submitted, so that all entries of a
job fall into the same day and month (UTC) however long it ran.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.money import ZERO, usd_text
from core.errors import BudgetExceededError


class EntryKind(StrEnum):
    """What an entry does: hold an estimate, charge what it cost, give it back, correct it."""

    RESERVE = "reserve"
    SETTLE = "settle"
    RELEASE = "release"
    RESOLVE = "resolve"
    CORRECT = "correct"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One row of the ledger; ``held`` and ``spent`` are changes in USD and may be negative."""

    id: str
    job_id: str
    account: str
    provider: str
    model: str
    kind: EntryKind
    held: Decimal = ZERO
    spent: Decimal = ZERO
    usage: dict[str, int] | None = None
    prices: dict[str, str] | None = None
    note: str = ""
    created_at: datetime
    counted_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Spending:
    """What an account has spent and holds in one period, in USD."""

    spent: Decimal = ZERO
    held: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.spent + self.held


@dataclass(frozen=True, kw_only=True, slots=True)
class Budgets:
    """USD limits per UTC day and month; None means no limit."""

    day: Decimal | None = None
    month: Decimal | None = None

    def check(self, estimate: Decimal, today: Spending, month: Spending, *, whose: str = "the") -> None:
        """Raise BudgetExceededError if the estimate does not fit on top of what is spent and held."""
        for name, limit, spending in (("today", self.day, today), ("this month", self.month, month)):
            if limit is None or spending.total + estimate <= limit:
                continue
            left = max(limit - spending.total, ZERO)
            raise BudgetExceededError(
                f"This would cost up to {usd_text(estimate)}, and {usd_text(left)} of {whose} "
                f"{usd_text(limit)} budget is left {name} ({usd_text(spending.spent)} spent, "
                f"{usd_text(spending.held)} held by running or unresolved requests). "
                "Choose fewer images or a lower quality, or ask for a larger budget.",
                limit=limit,
                spent=spending.total,
                estimate=estimate,
            )


def day_start(moment: datetime) -> datetime:
    """Midnight UTC of that moment's day."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def month_start(moment: datetime) -> datetime:
    """Midnight UTC of the first day of that moment's month."""
    return day_start(moment).replace(day=1)
