"""``gesso costs``: what a month's money went for, what is left, estimates beside costs, and an invoice's gap."""

import re
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.costs_report import Report, as_json, print_report
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.opening import VISITOR, workbench
from app.cli.output import dollars, print_json, print_line
from core.domain.costs import By, Period, csv_of
from core.errors import NotFoundError

if TYPE_CHECKING:
    from core.bootstrap import Workbench

app = new_app()
MONTH = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])", re.ASCII)


@app.callback(invoke_without_command=True)
def costs(
    context: typer.Context,
    by: Annotated[
        list[By] | None,
        typer.Option(
            "--by",
            metavar="NAME",
            help="Sum by day, model, provider, kind or collection; may be repeated [default: model and day].",
        ),
    ] = None,
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help="Which month (UTC) [default: this one].")
    ] = None,
    invoice: Annotated[
        str | None,
        typer.Option("--invoice", metavar="USD", help="The month's invoice: say the gap and what may explain it."),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="Whose money: openai, demo, ... [default: the one in use]."),
    ] = None,
    csv: Annotated[
        bool, typer.Option("--csv", help="Print the sums as CSV, by day unless --by says otherwise.")
    ] = False,
    json: options.Json = False,
) -> int:
    """Say what was spent today and this month (UTC), on what, and what is left."""
    if context.invoked_subcommand is not None:
        return OK
    total = options.read_amount(invoice, "--invoice")
    _check(by, csv=csv, json=json, invoice=total)
    with workbench() as opened:
        period = _period(month, opened.clock())
        known, ledger = opened.ledger.accounts(opened.studio.account_of(VISITOR), VISITOR), opened.ledger
        chosen = _account(opened, account, known) if account else known[0]
        dimensions = dict.fromkeys(by or ([By.DAY] if csv else [By.MODEL, By.DAY]))
        report = Report(
            account=chosen,
            others=tuple(name for name in known if name != chosen),
            period=period,
            spending=ledger.spending(chosen, period),
            standing=ledger.standing(chosen) if period.since <= opened.clock() < period.until else None,
            sums={one: ledger.costs(chosen, one, period, VISITOR) for one in dimensions},
            accuracy=ledger.accuracy(chosen, period),
            reconciliation=None if total is None else ledger.reconcile(chosen, period, total, VISITOR),
        )
    if csv:
        sys.stdout.writelines(csv_of(one, lines) for one, lines in report.sums.items())
    elif json:
        print_json(as_json(report))
    else:
        print_report(report)
    return OK


@app.command(short_help="Correct what a job cost.")
def correct(
    job_id: options.JobId,
    amount: Annotated[str, typer.Option("--amount", metavar="USD", help="By how much, such as 0.02 or -0.02.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why, such as the invoice's number and line.")],
    json: options.Json = False,
) -> int:
    """Correct what a job cost with a new entry in the ledger; no entry is ever changed."""
    moved = options.read_change(amount, "--amount")
    with workbench() as opened:
        entry = opened.ledger.correct(job_id, moved, why, VISITOR)
        job = opened.studio.job(job_id, VISITOR)
    if json:
        told = {"id": entry.id, "job_id": job.id, "spent_usd": entry.spent, "note": entry.note}
        print_json({"entry": told, "charged_usd": job.charged})
    else:
        print_line(f"Job {job.id} now counts {dollars(job.charged)}.")
    return OK


def _check(by: list[By] | None, *, csv: bool, json: bool, invoice: Decimal | None) -> None:
    if not csv:
        return
    if json or invoice is not None:
        raise typer.BadParameter("takes neither --json nor --invoice beside it; choose one.", param_hint="--csv")
    if by and len(set(by)) > 1:
        raise typer.BadParameter("prints one table; give one --by.", param_hint="--csv")


def _period(text: str | None, now: datetime) -> Period:
    if text is None:
        return Period.month(now.year, now.month)
    if (found := MONTH.fullmatch(text.strip())) is None:
        raise typer.BadParameter(f"{text!r} is no month. Write it like 2026-11.", param_hint="--month")
    return Period.month(int(found[1]), int(found[2]))


def _account(opened: "Workbench", name: str, known: Sequence[str]) -> str:
    """One with entries, or that of a provider that is set up and has none yet; raises NotFoundError."""
    wanted = name.strip()
    if wanted in known or wanted in opened.offering.titles:
        return wanted
    raise NotFoundError(
        f"There are no entries for an account {wanted!r}. Accounts here: {', '.join(known)}.", kind="account", id=wanted
    )
