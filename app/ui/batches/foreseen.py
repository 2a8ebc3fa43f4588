"""What can be said before a batch starts: whether the budget has room for it, and how long it will take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from app.ui.batches.told import duration
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.batch import PlannedRow
from core.domain.job import JobState
from core.domain.matrix import total
from core.domain.money import usd_text
from core.errors import BudgetExceededError

LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Room:
    """What the budget leaves, in a sentence; ``tight`` where it has no room for all of it."""

    text: str
    tight: bool = False


def room(rows: Sequence[PlannedRow]) -> Room:
    """Hold the rows against what is left, account by account."""
    bench, who = workbench(), visitor()
    accounts = {row.request.model: "" for row in rows}
    accounts = {model: bench.studio.account_of(who, model) for model in accounts}
    said = []
    for account in dict.fromkeys(accounts.values()):
        standing = bench.ledger.standing(account)
        held = total(row for row in rows if accounts[row.request.model] == account).held
        try:
            standing.budgets.check(held, standing.today, standing.month)
        except BudgetExceededError as error:
            return Room(f"{error} The batch pauses when the budget is used up, and can be resumed.", tight=True)
        if standing.left is not None:
            said.append(f"{usd_text(standing.left)} of the budget is left; after this at least "
                        f"{usd_text(standing.left - held)}.")  # fmt: skip
    return Room(" ".join(said) if said or not rows else "No budget is set.")


def how_long(rows: Sequence[PlannedRow]) -> str:
    """How long the rows take, from the visitor's newest jobs of their models; empty where there are none."""
    bench = workbench()
    seconds = _seconds()
    if not rows or not all(row.request.model in seconds for row in rows):
        return ""
    all_of_it = sum(seconds[row.request.model] for row in rows)
    places = min(bench.settings.concurrency, len(rows))
    return f"Takes {duration(timedelta(seconds=all_of_it / places))}, as your newest pictures did."


def _seconds() -> dict[str, float]:
    """How long a job of each model took, of those that were made lately."""
    jobs = workbench().studio.jobs(visitor(), states=[JobState.SUCCEEDED], limit=LOOKED_AT)
    took: dict[str, list[float]] = {}
    for job in jobs:
        if job.started_at is not None and job.finished_at is not None:
            took.setdefault(job.request.model, []).append((job.finished_at - job.started_at).total_seconds())
    return {model: median(times) for model, times in took.items()}
