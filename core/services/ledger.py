"""Money for people: what an account has spent, holds and has left."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.breakdown import Breakdown, broken_down
from core.domain.costs import Accuracy, By, CostLine, Period, Reconciliation, reconciled
from core.domain.job import Job
from core.domain.ledger import Budgets, Entry, EntryKind, Spending, day_start, month_start
from core.domain.money import MOST_USD, NANO, ZERO, usd_text
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, JobStateError, NotFoundError
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

    def __init__(self, *, journal: Journal, budgets: Budgets, clock: Clock, shared: bool = False) -> None:
        self._shared = shared
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
        return self._journal.cost_lines(
            account, by, period, owner=None if self._shared or visitor.operator else visitor.owner
        )

    def spending(self, account: str, period: Period) -> Spending:
        """What a period's entries add up to."""
        return self._journal.spending(account, since=period.since, until=period.until)

    def accuracy(self, account: str, period: Period) -> tuple[Accuracy, ...]:
        """How near the estimates came, model by model."""
        return self._journal.accuracy(account, period)

    def accounts(self, current: str, visitor: Visitor) -> tuple[str, ...]:
        """The account in use, then the others with entries that a visitor may see: the server's and their own.

        An account is named like ``openai`` where it is the server's, and like ``visitor:<owner>`` where it is not.
        """
        others = [name for name in self._journal.accounts() if name != current and _is_for(visitor, name)]
        return (current, *others)

    def breakdown(self, job: Job) -> Breakdown:
        """What each kind of token of a job cost, by the prices its entries were settled with."""
        return broken_down(self._journal.entries(job_id=job.id))

    def reconcile(self, account: str, period: Period, invoice: Decimal, visitor: Visitor) -> Reconciliation:
        """A period against its invoice in USD; changes nothing. Only jobs that the visitor sees are named."""
        spending = self.spending(account, period)
        doubtful = tuple(job for job in self._journal.doubtful(account, period) if self._sees(visitor, job))
        return reconciled(invoice, spending.spent, spending.held, doubtful)

    def correct(self, job_id: str, amount: Decimal, note: str, visitor: Visitor) -> Entry:
        """Move a finished job's cost by ``amount`` USD, up or down, with a new entry that says why.

        Raises NotFoundError, InvalidRequestError for a cost below zero or above MOST_USD or without a note, and
        JobStateError for a job that has not ended or of which it is still open whether it was billed.
        """
        job = self._journal.get(job_id)
        if not self._sees(visitor, job):
            raise NotFoundError(f"There is no job {job_id}.", kind="job", id=job_id)
        if job.may_have_been_billed:
            raise JobStateError(
                f"It is not known whether job {job.id} was billed, and {usd_text(job.held)} are held for it. Say what "
                f"became of it first, with `gesso jobs resolve {job.id}` or on the Costs page; then correct its cost."
            )
        if not note.strip():
            raise InvalidRequestError("Say why the cost is corrected, such as the invoice's number.", param="note")
        moved = _moved(job, amount)
        entry = job.entry(EntryKind.CORRECT, now=self._clock(), spent=moved, note=note.strip())
        self._journal.correct(entry)
        return entry

    def _sees(self, visitor: Visitor, job: Job) -> bool:
        return self._shared or visitor.sees(job.owner)

    def entries(
        self, *, account: str | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Entry, ...]:
        """Ledger entries, newest first."""
        return self._journal.entries(account=account, since=since, limit=limit)


def _moved(job: Job, amount: Decimal) -> Decimal:
    """By how much a correction moves what a job cost, as the ledger keeps it; raises InvalidRequestError."""
    fits = amount.is_finite() and abs(amount) <= MOST_USD and 0 <= job.charged + amount <= MOST_USD
    moved = amount.quantize(NANO) if fits else ZERO
    if not moved:
        raise InvalidRequestError(
            f"The job has cost {usd_text(job.charged)}; a correction moves that, "
            f"and neither below zero nor above {usd_text(MOST_USD)}.",
            param="amount",
        )
    return moved


def _is_for(visitor: Visitor, account: str) -> bool:
    _, colon, owner = account.partition(":")
    return not colon or visitor.sees(owner)
