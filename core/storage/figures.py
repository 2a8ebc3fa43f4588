"""Counts jobs and money for those who watch the server; nothing here names a person."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from core.domain.figures import VISITORS, Ended, Figures
from core.domain.money import ZERO
from core.storage.database import Database
from core.storage.tables import jobs, ledger

OPEN = ("queued", "running")
# The ledger has the model as a column of its own; jobs that were imported or recovered have no reservation.
ENDED = (
    select(jobs.c.state, ledger.c.provider, ledger.c.model, func.count())
    .join(ledger, ledger.c.job_id == jobs.c.id)
    .where(ledger.c.kind == "reserve", jobs.c.state.not_in(OPEN))
    .group_by(jobs.c.state, ledger.c.provider, ledger.c.model)
)
# Only what adds up: a counter that falls is taken for one that began anew.
SPENT = (
    select(ledger.c.account, func.sum(ledger.c.spent))
    .where(ledger.c.kind.in_(("settle", "resolve")), ledger.c.spent > ZERO)
    .group_by(ledger.c.account)
)
WAITING = select(jobs.c.state, func.count()).where(jobs.c.state.in_(OPEN)).group_by(jobs.c.state)


@dataclass(frozen=True, slots=True)
class SqlFigures:
    """Reads the figures, and tells whether the database answers at all. May raise StorageError."""

    database: Database

    def read(self) -> Figures:
        """Everything as of one moment; reads every job once."""
        with self.database.read() as connection:
            ended = [
                Ended(state=state, provider=provider, model=model, count=count)
                for state, provider, model, count in connection.execute(ENDED)
            ]
            spent: dict[str, Decimal] = defaultdict(lambda: ZERO)
            for account, total in connection.execute(SPENT):
                spent[VISITORS if ":" in account else account] += total
            waiting: Counter[str] = Counter({row[0]: row[1] for row in connection.execute(WAITING)})
        return Figures(ended=tuple(ended), spent=dict(spent), queued=waiting["queued"], running=waiting["running"])

    def answer(self) -> None:
        """Raise StorageError unless the database answers."""
        with self.database.read() as connection:
            connection.execute(select(1))
