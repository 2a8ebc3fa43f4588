"""The ledger's rows: appended, summed and listed, never changed."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, insert, select

from core.domain.ledger import Budgets, Entry, Spending, day_start, month_start
from core.domain.money import ZERO
from core.storage.database import in_turn
from core.storage.pictures import values_of
from core.storage.rows import entry_row, to_entry
from core.storage.tables import ledger

BUDGET_LOCK = 0x6765_7373
"""First key of the PostgreSQL advisory locks on an account's budget; the second is the account."""

# Built once: every page shows these sums, and to build the statement takes longer than to run it.
_OF_THE_DAY = ledger.c.counted_at >= bindparam("day")
TWO_SUMS = select(
    func.sum(case((_OF_THE_DAY, ledger.c.spent))),
    func.sum(case((_OF_THE_DAY, ledger.c.held))),
    func.sum(ledger.c.spent),
    func.sum(ledger.c.held),
).where(ledger.c.account == bindparam("account"), ledger.c.counted_at >= bindparam("month"))


def reserve_within(connection: Connection, entry: Entry, budgets: Budgets) -> None:
    """Append a reservation if the account's budgets allow it; raises BudgetExceededError.

    The connection is in a writing transaction, and nobody else reserves for this account
    until that ends. The job's row must exist.
    """
    in_turn(connection, BUDGET_LOCK, entry.account)
    # Sums are made only where a limit needs them.
    today = month = Spending()
    if budgets.day is not None:
        today = sum_of(connection, entry.account, day_start(entry.counted_at))
    if budgets.month is not None:
        month = sum_of(connection, entry.account, month_start(entry.counted_at))
    budgets.check(entry.held, today, month)
    append(connection, entry)


def append(connection: Connection, entry: Entry) -> None:
    """Add an entry; its job's row must exist."""
    connection.execute(insert(ledger), entry_row(entry))


def sum_of(connection: Connection, account: str, since: datetime, until: datetime | None = None) -> Spending:
    """What an account's entries counted in ``since <= moment < until`` add up to."""
    query = select(func.sum(ledger.c.spent), func.sum(ledger.c.held))
    query = query.where(ledger.c.account == account, ledger.c.counted_at >= since)
    if until is not None:
        query = query.where(ledger.c.counted_at < until)
    spent, held = connection.execute(query).one()
    return Spending(spent=spent or ZERO, held=held or ZERO)


def two_sums_of(connection: Connection, account: str, day: datetime, month: datetime) -> tuple[Spending, Spending]:
    """What an account's entries add up to that count from ``day``, and from the earlier ``month``."""
    values = {"account": account, "day": day, "month": month}
    sums = [total or ZERO for total in connection.execute(TWO_SUMS, values).one()]
    return Spending(spent=sums[0], held=sums[1]), Spending(spent=sums[2], held=sums[3])


def accounts_of(connection: Connection) -> tuple[str, ...]:
    """The accounts that have entries."""
    return values_of(connection, ledger.c.account, None)


def entries_of(
    connection: Connection, account: str | None, job_id: str | None, since: datetime | None, limit: int
) -> tuple[Entry, ...]:
    """Entries, newest first; ``since`` is compared with ``counted_at``, as sums are."""
    query = select(ledger).order_by(ledger.c.id.desc()).limit(limit)
    if account is not None:
        query = query.where(ledger.c.account == account)
    if job_id is not None:
        query = query.where(ledger.c.job_id == job_id)
    if since is not None:
        query = query.where(ledger.c.counted_at >= since)
    return tuple(to_entry(row) for row in connection.execute(query).mappings())
