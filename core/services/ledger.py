"""Money for people: what an account has spent, holds and has left."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.costs import Accuracy, By, CostLine, Period, Reconciliation, reconciled
from core.domain.ids import new_id
from core.domain.ledger import Budgets, Entry, EntryKind, Spending, day_start, month_start
from core.domain.money import ZERO, usd_text
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, NotFoundError
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
    """Reads the ledger; only jobs write to it, but for corrections."""

    def __init__(self, *, journal: Journal, budgets: Budgets, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self.budgets = budgets

    def standing(self, account: str) -> Standing:
        """Where an account stands now."""
        now = self._clock()
        today, month = self._journal.day_and_month(account, day=day_start(now), month=month_start(now))
        return Standing(account=account, today=today, month=month, budgets=self.budgets)

    def costs(self, account: str, by: By, period: Period, visitor: Visitor) -> tuple[CostLine, ...]:
        """What a period's money went for."""
        return self._journal.cost_lines(account, by, period, owner=None if visitor.operator else visitor.owner)

    def accuracy(self, account: str, period: Period) -> Accuracy:
        """How near the estimates came."""
        return self._journal.accuracy(account, period)

    def reconcile(self, account: str, period: Period, invoice: Decimal, visitor: Visitor) -> Reconciliation:
        """A period against its invoice in USD; changes nothing. Only the visitor's own jobs are named."""
        spending = self._journal.spending(account, since=period.since, until=period.until)
        doubtful = tuple(job for job in self._journal.doubtful(account, period) if visitor.sees(job.owner))
        return reconciled(invoice, spending.spent, spending.held, doubtful)

    def correct(self, job_id: str, amount: Decimal, note: str, visitor: Visitor) -> Entry:
        """Move a finished job's cost by ``amount`` USD, up or down, with a new entry that says why.

        Raises NotFoundError, InvalidRequestError for a cost below zero or without a note, and JobStateError.
        """
        job = self._journal.get(job_id)
        if not visitor.sees(job.owner):
            raise NotFoundError(f"There is no job {job_id}.", kind="job", id=job_id)
        if not note.strip():
            raise InvalidRequestError("Say why the cost is corrected, such as the invoice's number.", param="note")
        if not amount.is_finite() or amount == 0 or job.charged + amount < 0:
            raise InvalidRequestError(
                f"The job has cost {usd_text(job.charged)}; a correction moves that, and not below zero.",
                param="amount",
            )
        entry = Entry(
            id=new_id(), job_id=job.id, account=job.account, provider=job.provider, model=job.request.model,
            kind=EntryKind.CORRECT, spent=amount, note=note.strip(), created_at=self._clock(),
            counted_at=job.created_at,
        )  # fmt: skip
        self._journal.correct(entry)
        return entry

    def entries(
        self, *, account: str | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Entry, ...]:
        """Ledger entries, newest first."""
        return self._journal.entries(account=account, since=since, limit=limit)
