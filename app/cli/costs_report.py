"""A month's costs as the terminal tells them: tables for people, one object for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.cli.output import dollars, number, print_line, print_table, shortened
from core.domain.costs import Accuracy, By, CostLine, Period, Reconciliation, doubt_about, total_of
from core.domain.job import Job
from core.domain.ledger import Spending
from core.services.ledger import Standing

MOST_LIKELY, PROMPT_WIDTH = 10, 40


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is known of an account's month; ``standing`` only for the month that runs, ``others`` are other accounts."""

    account: str
    others: tuple[str, ...]
    period: Period
    spending: Spending
    standing: Standing | None
    sums: Mapping[By, tuple[CostLine, ...]]
    accuracy: tuple[Accuracy, ...]
    reconciliation: Reconciliation | None


def as_json(report: Report) -> dict[str, Any]:
    """All of it; amounts are USD."""
    budgets = report.standing.budgets if report.standing else None
    told: dict[str, Any] = {
        "account": report.account,
        "other_accounts": list(report.others),
        "period": report.period.name,
    }
    if report.standing is not None:
        told |= {"today": _sums(report.standing.today) | {"budget_usd": number(budgets.day if budgets else None)}}
    told |= {"month": _sums(report.spending) | {"budget_usd": number(budgets.month if budgets else None)}}
    told |= {"left_usd": number(report.standing.left if report.standing else None)}
    told |= {f"by_{by.value}": [_line_json(by, line) for line in lines] for by, lines in report.sums.items()}
    told |= {"estimates": [_accuracy_json(one) for one in report.accuracy]}
    return told | ({"reconciliation": _gap_json(report.reconciliation)} if report.reconciliation else {})


def print_report(report: Report) -> None:
    """All of it, in tables."""
    _print_standing(report)
    for by, lines in report.sums.items():
        if lines:
            print_line()
            _print_lines(by, lines)
    if report.accuracy:
        print_line()
        header = ("ESTIMATES BY MODEL", "REQUESTS", "ESTIMATED", "COST", "AS ESTIMATED")
        print_table(header, [_accuracy_row(one) for one in report.accuracy])
    if report.reconciliation:
        print_line()
        _print_gap(report.reconciliation)
    if report.others:
        print_line(f"\nOther accounts: {', '.join(report.others)} (--account NAME)")


def _print_standing(report: Report) -> None:
    name, standing = f"ACCOUNT {report.account}", report.standing
    if standing is None:
        spent = report.spending
        print_table((name, "SPENT", "HELD"), [(report.period.name, dollars(spent.spent), dollars(spent.held))])
        return
    periods = (("today", standing.today, standing.budgets.day), ("month", standing.month, standing.budgets.month))
    rows = [(words, dollars(sums.spent), dollars(sums.held), dollars(limit)) for words, sums, limit in periods]
    print_table((name, "SPENT", "HELD", "BUDGET"), rows)
    print_line(f"Left to spend: {'no limit is set' if standing.left is None else dollars(standing.left)}")


def _print_lines(by: By, lines: tuple[CostLine, ...]) -> None:
    title = "DAY (UTC)" if by is By.DAY else by.value.upper()
    rows = [*lines, total_of(lines)] if by is not By.COLLECTION and len(lines) > 1 else [*lines]
    header = (title, "SPENT", "HELD", "PICTURES" if by is By.COLLECTION else "REQUESTS")
    print_table(header, [(row.label, dollars(row.spent), dollars(row.held), f"{row.requests:,}") for row in rows])


def _print_gap(found: Reconciliation) -> None:
    print_table(
        ("INVOICE", "SPENT", "GAP", "HELD"), [tuple(map(dollars, (found.invoice, found.spent, found.gap, found.held)))]
    )
    if not found.gap:
        print_line("The invoice and the ledger agree.")
    elif not found.likely:
        print_line("No request of this month has an open outcome or an estimated cost.")
    else:
        print_line("\nMost likely behind the gap, nearest first:")
        print_table(("JOB", "WHY", "USD", "PROMPT"), [_doubt(job) for job in found.likely[:MOST_LIKELY]])


def _doubt(job: Job) -> tuple[str, ...]:
    amount = dollars(job.held or job.charged)
    return job.id, doubt_about(job), amount, shortened(job.request.prompt, PROMPT_WIDTH)


def _accuracy_row(one: Accuracy) -> tuple[str, ...]:
    promised = dollars(one.high) if one.low == one.high else f"{dollars(one.low)} to {dollars(one.high)}"
    return one.model, f"{one.jobs:,}", promised, dollars(one.cost), f"{one.within:,}"


def _sums(sums: Spending) -> dict[str, Any]:
    return {"spent_usd": sums.spent, "held_usd": sums.held}


def _line_json(by: By, line: CostLine) -> dict[str, Any]:
    count = "pictures" if by is By.COLLECTION else "requests"
    return {by.value: line.label, "spent_usd": line.spent, "held_usd": line.held, count: line.requests}


def _accuracy_json(one: Accuracy) -> dict[str, Any]:
    return {
        "model": one.model,
        "requests": one.jobs,
        "estimated_low_usd": one.low,
        "estimated_high_usd": one.high,
        "cost_usd": one.cost,
        "as_estimated": one.within,
    }


def _gap_json(found: Reconciliation) -> dict[str, Any]:
    likely = [
        {"job_id": job.id, "why": doubt_about(job), "usd": job.held or job.charged, "created_at": job.created_at}
        for job in found.likely
    ]
    amounts: dict[str, Decimal] = {
        "invoice_usd": found.invoice, "spent_usd": found.spent, "gap_usd": found.gap, "held_usd": found.held,
    }  # fmt: skip
    return amounts | {"likely": likely}
