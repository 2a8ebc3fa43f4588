"""``gesso keys``: API keys made, listed and revoked; each with its own budgets and rate."""

from typing import Annotated, Any

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.opening import VISITOR, workbench
from app.cli.output import dollars, note, number, print_json, print_line, print_table, shortened
from core.domain.api_key import MAX_RATE, ApiKey, KeyUse
from core.domain.ledger import Budgets

app = new_app()
HEADER = ("NAME", "KEY", "TODAY", "THIS MONTH", "RATE", "LAST USED (UTC)", "OWNER", "ID")
NAME_WIDTH = 30


@app.callback(invoke_without_command=True)
def keys(context: typer.Context, json: options.Json = False) -> int:
    """List API keys, newest first, with what each has spent."""
    return OK if context.invoked_subcommand is not None else _print_keys(json=json)


@app.command("list", short_help="List API keys.")
def list_keys(json: options.Json = False) -> int:
    """List API keys, newest first, with what each has spent (and holds) of its budgets."""
    return _print_keys(json=json)


@app.command(short_help="Make an API key.")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.", show_default=False)],
    budget_day: Annotated[
        str | None, typer.Option("--budget-day", metavar="USD", help="It spends no more a day (UTC).")
    ] = None,
    budget_month: Annotated[
        str | None, typer.Option("--budget-month", metavar="USD", help="It spends no more a month (UTC).")
    ] = None,
    rate: Annotated[
        int | None, typer.Option("--rate", metavar="N", min=1, max=MAX_RATE, help="Paid requests a minute.")
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option("--owner", metavar="OWNER", help="Whose history its pictures join [default: one of its own]."),
    ] = None,
    json: options.Json = False,
) -> int:
    """Make an API key and print it, this once: it is kept nowhere."""
    budgets = Budgets(
        day=options.read_amount(budget_day, "--budget-day"), month=options.read_amount(budget_month, "--budget-month")
    )
    with workbench() as opened:
        new = opened.keys.create(name, VISITOR, budgets=budgets, rate=rate, owner=owner)
    if json:
        print_json({"key": new.text} | _as_json(KeyUse(key=new.key)))
        return OK
    print_line(new.text)
    note(f'That is the key "{new.key.name}". It is shown this once; keep it like a password.')
    return OK


@app.command(short_help="Make an API key worthless.")
def revoke(
    key: Annotated[str, typer.Argument(metavar="ID|NAME", help="The key's id or name.", show_default=False)],
    json: options.Json = False,
) -> int:
    """Make an API key worthless; a server that runs knows within seconds. What it made stays."""
    with workbench() as opened:
        revoked = opened.keys.revoke(key, VISITOR)
    if json:
        print_json({"revoked": {"id": revoked.id, "name": revoked.name}})
    else:
        print_line(f"{shortened(revoked.name, NAME_WIDTH)}: revoked")
    return OK


def _print_keys(*, json: bool) -> int:
    with workbench() as opened:
        found = opened.keys.list(VISITOR)
    if json:
        print_json({"keys": [_as_json(one) for one in found]})
    elif found:
        print_table(HEADER, map(_row, found))
    else:
        note("No API keys yet. `gesso keys create NAME` makes one.")
    return OK


def _row(use: KeyUse) -> tuple[str, ...]:
    key, budgets = use.key, use.key.budgets
    day = dollars(use.today.total) + (f" of {dollars(budgets.day)}" if budgets.day is not None else "")
    month = dollars(use.month.total) + (f" of {dollars(budgets.month)}" if budgets.month is not None else "")
    rate = "-" if key.rate is None else f"{key.rate:,}/min"
    owner = "-" if key.has_own_history else key.owner
    return shortened(key.name, NAME_WIDTH), f"{key.shown}…", day, month, rate, _last(key), owner, key.id


def _last(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "never" if key.last_used_at is None else key.last_used_at.strftime("%Y-%m-%d %H:%M")


def _as_json(use: KeyUse) -> dict[str, Any]:
    key = use.key
    return {
        "id": key.id,
        "name": key.name,
        "shown": key.shown,
        "owner": key.owner,
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
        "budget_day_usd": number(key.budgets.day),
        "budget_month_usd": number(key.budgets.month),
        "rate": key.rate,
        "today_usd": number(use.today.total),
        "month_usd": number(use.month.total),
    }
