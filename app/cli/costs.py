"""``gesso costs``: spent today and this month, what is left, by model and by day."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.opening import VISITOR, workbench
from app.cli.output import dollars, print_json, print_line, print_table
from core.domain.ledger import Entry, Spending, month_start
from core.domain.money import ZERO

app = new_app()
ALL_OF_A_MONTH = 10_000_000


@app.command()
def costs(
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="Whose money: openai, demo, ... [default: the one in use]."),
    ] = None,
    json: options.Json = False,
) -> int:
    """Say what was spent today and this month (UTC), and what is left."""
    with workbench() as opened:
        chosen = account or opened.studio.account_of(VISITOR)
        standing = opened.ledger.standing(chosen)
        since = month_start(opened.clock())
        entries = opened.ledger.entries(account=chosen, since=since, limit=ALL_OF_A_MONTH)
    by_model = _sums(entries, lambda entry: entry.model)
    by_day = _sums(entries, lambda entry: entry.counted_at.date().isoformat())
    periods = (("today", standing.today, standing.budgets.day), ("month", standing.month, standing.budgets.month))
    if json:
        print_json(
            {"account": chosen}
            | {name: _as_json(sums) | {"budget_usd": budget} for name, sums, budget in periods}
            | {"left_usd": standing.left}
            | {"by_model": [{"model": name} | _as_json(sums) for name, sums in by_model]}
            | {"by_day": [{"day": name} | _as_json(sums) for name, sums in by_day]}
        )
        return 0
    print_table((f"ACCOUNT {chosen}", "SPENT", "HELD", "BUDGET"), [_row(*period) for period in periods])
    print_line(f"Left to spend: {'no limit is set' if standing.left is None else dollars(standing.left)}")
    for title, sums in (("MODEL", by_model), ("DAY (UTC)", by_day)):
        if sums:
            print_line()
            print_table((title, "SPENT", "HELD"), [(name, dollars(s.spent), dollars(s.held)) for name, s in sums])
    return 0


def _sums(entries: Iterable[Entry], key: Callable[[Entry], str]) -> list[tuple[str, Spending]]:
    """What was spent and is held per key, in the order of the keys."""
    spent: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    held: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        spent[key(entry)] += entry.spent
        held[key(entry)] += entry.held
    return [(name, Spending(spent=spent[name], held=held[name])) for name in sorted(spent)]


def _row(name: str, sums: Spending, budget: Decimal | None) -> tuple[str, ...]:
    return name, dollars(sums.spent), dollars(sums.held), dollars(budget)


def _as_json(sums: Spending) -> dict[str, Any]:
    return {"spent_usd": sums.spent, "held_usd": sums.held}
