"""The Costs page's parts: a month's sums as a chart and a table, estimates against actuals, an invoice's gap."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import streamlit as st

from app.ui.choices import key, one_of, segment
from app.ui.feedback import errors_shown, plain
from app.ui.gallery import excerpt
from app.ui.session import visitor
from app.ui.tables import Cell, Column, show_facts, show_table
from app.workbench import workbench
from core.domain.costs import Accuracy, By, CostLine, Period, Reconciliation
from core.domain.job import Job
from core.domain.money import usd_text

MONTHS_BACK = 24
SPENT, HELD = "#5d76cf", "#d99a55"
TITLES = {By.DAY: "Day", By.MODEL: "Model", By.PROVIDER: "Provider", By.KIND: "Kind", By.COLLECTION: "Collection"}


def ask_month() -> tuple[str, Period]:
    """Which month (UTC), this one first; returns its name, such as 2026-11, and its bounds."""
    now = workbench().clock()
    months = [_months_before(now, back) for back in range(MONTHS_BACK)]
    names = [f"{year}-{month:02}" for year, month in months]
    name = one_of("month", "Month (UTC)", names, names[0])
    return name, Period.month(*months[names.index(name)])


def ask_dimension() -> By:
    words = {title: by for by, title in TITLES.items()}
    return words[segment("by", "By", list(words), TITLES[By.DAY])]


def show_lines(by: By, lines: Sequence[CostLine]) -> None:
    """The sums as bars, and the same figures under them."""
    if not lines:
        st.info("Nothing was spent or held in this month.", icon=":material/savings:")
        return
    bars: dict[str, list[str] | list[float]] = {
        TITLES[by]: [line.label for line in lines],
        "Spent": [float(line.spent) for line in lines],
        "Held": [float(line.held) for line in lines],
    }
    st.bar_chart(
        bars, x=TITLES[by], y=["Spent", "Held"], x_label="", y_label="USD", color=[SPENT, HELD],
        horizontal=by is not By.DAY, height=260, sort=False,
    )  # fmt: skip
    count = "Pictures" if by is By.COLLECTION else "Requests"
    columns = [Column(title=TITLES[by])] + [Column(title=title, number=True) for title in ("Spent", "Held", count)]
    show_table(columns, [_cells(line) for line in (*lines, *_total(by, lines))])


def csv_of(by: By, lines: Sequence[CostLine]) -> bytes:
    """The lines as a file for a spreadsheet; a text that it would take for a formula gets an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([by.value, "spent_usd", "held_usd", "pictures" if by is By.COLLECTION else "requests"])
    for line in lines:
        label = f"'{line.label}" if line.label[:1] in "=+-@\t\r" else line.label
        writer.writerow([label, f"{line.spent:f}", f"{line.held:f}", line.requests])
    return out.getvalue().encode()


def show_accuracy(found: Accuracy) -> None:
    """How near the estimates came, in one line."""
    if not found.jobs:
        return
    low, high = usd_text(found.low), usd_text(found.high)
    promised = high if low == high else f"{low} to {high}"
    st.caption(
        plain(f"{found.jobs:,} settled requests were estimated at {promised} and cost {usd_text(found.cost)}; "
              f"{found.within:,} cost what was estimated.")
    )  # fmt: skip


def show_reconciliation(found: Reconciliation) -> None:
    """The gap, and the requests that may explain it."""
    show_facts(
        [
            ("Invoice", usd_text(found.invoice)),
            ("Spent by the ledger", usd_text(found.spent)),
            ("Gap", _signed(found.gap)),
            ("Held for open outcomes", usd_text(found.held)),
        ]
    )
    if not found.gap:
        st.success("The invoice and the ledger agree.", icon=":material/check:")
    elif not found.likely:
        st.info("No request of yours in this month has an open outcome or an estimated cost.", icon=":material/help:")
    else:
        st.caption("Most likely behind the gap, nearest first:")
        columns = [Column(title="Request"), Column(title="Why"), Column(title="USD", number=True)]
        show_table(columns, [_doubt(job) for job in found.likely[:10]])


def correction_form() -> None:
    """Move the cost of one job with an entry that says why; nothing in the ledger is ever changed."""
    with st.form("correction", border=False):
        st.text_input("Job id", key=key("job"))
        st.text_input("Correct its cost by (USD, such as -0.02)", key=key("amount"))
        st.text_input("Why", key=key("why"), placeholder="Invoice 2026-11, line 4")
        st.form_submit_button("Add a correction", icon=":material/edit_note:", on_click=_correct)


def _correct() -> None:
    with errors_shown():
        amount = decimal_of(st.session_state[key("amount")])
        workbench().ledger.correct(
            st.session_state[key("job")].strip(), amount or Decimal(0), st.session_state[key("why")], visitor()
        )
        st.toast("The correction is in the ledger.", icon=":material/check:")


def decimal_of(text: str) -> Decimal | None:
    """An amount in USD as people type it; None if it is none."""
    try:
        amount = Decimal(text.strip().replace("$", "").replace(",", ""))
    except ArithmeticError:
        return None
    return amount if amount.is_finite() else None


def _months_before(now: datetime, back: int) -> tuple[int, int]:
    count = now.year * 12 + now.month - 1 - back
    return count // 12, count % 12 + 1


def _cells(line: CostLine) -> list[Cell]:
    held = Cell(text=usd_text(line.held), quiet=not line.held)
    return [Cell(text=line.label), Cell(text=usd_text(line.spent)), held, Cell(text=f"{line.requests:,}")]


def _total(by: By, lines: Sequence[CostLine]) -> list[CostLine]:
    if by is By.COLLECTION or len(lines) < 2:  # a picture may be in several collections
        return []
    return [
        CostLine(
            label="Total",
            spent=sum((line.spent for line in lines), Decimal(0)),
            held=sum((line.held for line in lines), Decimal(0)),
            requests=sum(line.requests for line in lines),
        )
    ]


def _doubt(job: Job) -> list[Cell]:
    why = "may have been billed" if job.may_have_been_billed else "its cost is an estimate"
    when = f"{job.created_at:%Y-%m-%d %H:%M} · {job.id}"
    return [
        Cell(text=excerpt(job.request.prompt), small=when),
        Cell(text=why),
        Cell(text=usd_text(job.held or job.charged)),
    ]


def _signed(amount: Decimal) -> str:
    return f"+{usd_text(amount)}" if amount > 0 else f"-{usd_text(-amount)}" if amount else usd_text(amount)
