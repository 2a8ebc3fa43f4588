"""Money for people: what an account has spent, holds and has left."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.ledger import Budgets, Entry, Spending, day_start, month_start
from core.domain.money import ZERO
from core.services.ports import Clock, Journal


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """An account today and this month (UTC), beside its budgets; amounts are USD."""

    account: str
    today: Spending
    month: Spending
    budgets: Budgets

    @property
    def left(self) -> Decimal | None:
        """What may still be spent now: the tighter of both budgets, None without any."""
        lefts = [
            max(limit - spending.total, ZERO)
            for limit, spending in ((self.budgets.day, self.today), (self.budgets.month, self.month))
            if limit is not None
        ]
        return min(lefts, default=None)


class LedgerService:
    """Reads the ledger; only jobs write to it."""

    def __init__(self, *, journal: Journal, budgets: Budgets, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self.budgets = budgets

    def standing(self, account: str) -> Standing:
        """Where an account stands now."""
        now = self._clock()
        today, month = self._journal.day_and_month(account, day=day_start(now), month=month_start(now))
        return Standing(account=account, today=today, month=month, budgets=self.budgets)

    def entries(
        self, *, account: str | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Entry, ...]:
        """Ledger entries, newest first."""
        return self._journal.entries(account=account, since=since, limit=limit)
