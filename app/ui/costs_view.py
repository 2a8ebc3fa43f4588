"""The Costs page's parts: a month's sums as a chart and a table, estimates against actuals, an invoice's gap."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import streamlit as st

from app.ui.choices import key, one_of, segment
from app.ui.feedback import errors_shown
from app.ui.gallery import excerpt
from app.ui.session import visitor
from app.ui.tables import Cell, Column, show_facts, show_table
from app.workbench import workbench
from core.domain.costs import Accuracy, By, CostLine, Period, Reconciliation, doubt_about, total_of
from core.domain.job import Job
from core.domain.money import ZERO, read_usd, usd_text

MONTHS_BACK = 24
MOST_BARS = 12
ACCURACY = ("Estimated", "Cost", "Difference", "As estimated")
SPENT, HELD = "#5d76cf", "#d99a55"
LONG_NAMES = {"labelLimit": 190}
TITLES = {By.DAY: "Day", By.MODEL: "Model", By.PROVIDER: "Provider", By.KIND: "Kind", By.COLLECTION: "Collection"}


def ask_month() -> Period:
    """Which month (UTC), this one first."""
    now = workbench().clock()
    months = [_months_before(now, back) for back in range(MONTHS_BACK)]
    names = [f"{year}-{month:02}" for year, month in months]
    name = one_of("month", "Month (UTC)", names, names[0])
    return Period.month(*months[names.index(name)])


def ask_account() -> str:
    """Whose money; asked only where there is more than one account to see."""
    bench, who = workbench(), visitor()
    names = bench.ledger.accounts(bench.studio.account_of(who), who)
    return one_of("account", "Account", names, names[0], account_title) if len(names) > 1 else names[0]


def account_title(account: str) -> str:
    """An account in words."""
    name, _, owner = account.partition(":")
    words = {"demo": "Demo dollars", "visitor": "Your own key", "imported": "Brought from another library"}
    return words.get(name, name if owner else f"{name} (the server's key)")


def ask_dimension() -> By:
    words = {title: by for by, title in TITLES.items()}
    return words[segment("by", "By", list(words), TITLES[By.DAY])]


def show_lines(by: By, lines: Sequence[CostLine], period: Period) -> None:
    """The sums as bars, and the same figures under them."""
    if not lines:
        st.info("Nothing was spent or held in this month.", icon=":material/savings:")
        return
    _chart(by, _bars(by, lines, period))
    count = "Pictures" if by is By.COLLECTION else "Requests"
    total = [total_of(lines)] if by is not By.COLLECTION and len(lines) > 1 else []
    columns = [Column(title=TITLES[by])] + [Column(title=title, number=True) for title in ("Spent", "Held", count)]
    show_table(columns, [_cells(line) for line in (*lines, *total)])


def _bars(by: By, lines: Sequence[CostLine], period: Period) -> Sequence[CostLine]:
    """The dearest lines; of days all up to today, so that the bars stand where the days do."""
    if by is not By.DAY:
        return lines[:MOST_BARS]
    known = {line.label: line for line in lines}
    end = min(period.until, workbench().clock() + timedelta(days=1))
    days = [f"{period.since + timedelta(days=back):%Y-%m-%d}" for back in range((end - period.since).days)]
    return [known.get(day, CostLine(label=day, spent=ZERO, held=ZERO, requests=0)) for day in days]


def _chart(by: By, bars: Sequence[CostLine]) -> None:
    """Held on top of spent; days side by side, all else under each other so that long names can be read."""
    values = [
        {TITLES[by]: bar.label, "what": what, "usd": float(amount), "order": order}
        for bar in bars
        for order, (what, amount) in enumerate((("Spent", bar.spent), ("Held", bar.held)))
    ]
    name = {"field": TITLES[by], "type": "nominal", "sort": None, "title": None}
    money = {"field": "usd", "type": "quantitative", "title": None, "axis": {"format": "$,.2~f", "tickCount": 5}}
    days = {"axis": {"labelExpr": "slice(datum.label, -2)", "labelAngle": 0, "labelOverlap": True}}
    across = {"x": name | days, "y": money} if by is By.DAY else {"y": name | {"axis": LONG_NAMES}, "x": money}
    colour = {"field": "what", "scale": {"domain": ["Spent", "Held"], "range": [SPENT, HELD]}}
    legend = {"orient": "top", "title": None} if any(bar.held for bar in bars) else None
    told = [
        {"field": TITLES[by], "type": "nominal"},
        {"field": "what", "title": "Money"},
        {"field": "usd", "title": "USD", "format": "$,.4f"},
    ]
    encoding = across | {"color": colour | {"legend": legend}, "order": {"field": "order"}, "tooltip": told}
    height = 230 if by is By.DAY else 110 + 30 * len(bars)
    spec = {"data": {"values": values}, "mark": "bar", "encoding": encoding, "height": height}
    st.vega_lite_chart(spec, width="stretch", key=key(f"chart_{by.value}"))


def show_accuracy(found: Sequence[Accuracy]) -> None:
    """How near the estimates came, model by model."""
    if not found:
        return
    st.subheader("Estimates and what they became")
    columns = [Column(title="Model"), *(Column(title=title, number=True) for title in ACCURACY)]
    show_table(columns, [_accuracy(one) for one in found])


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
        amount = read_usd(st.session_state[key("amount")], signed=True)
        workbench().ledger.correct(
            st.session_state[key("job")].strip(), amount, st.session_state[key("why")], visitor()
        )
        st.toast("The correction is in the ledger.", icon=":material/check:")


def _months_before(now: datetime, back: int) -> tuple[int, int]:
    count = now.year * 12 + now.month - 1 - back
    return count // 12, count % 12 + 1


def _cells(line: CostLine) -> list[Cell]:
    held = Cell(text=usd_text(line.held), quiet=not line.held)
    return [Cell(text=line.label), Cell(text=usd_text(line.spent)), held, Cell(text=f"{line.requests:,}")]


def _accuracy(one: Accuracy) -> list[Cell]:
    low, high = usd_text(one.low), usd_text(one.high)
    missed = Cell(text=_signed(one.missed) if one.missed else "as promised", quiet=not one.missed)
    within = Cell(text=f"{one.within:,} of {one.jobs:,}")
    return [
        Cell(text=one.model), Cell(text=high if low == high else f"{low} to {high}"), Cell(text=usd_text(one.cost)),
        missed, within,
    ]  # fmt: skip


def _doubt(job: Job) -> list[Cell]:
    when = f"{job.created_at:%Y-%m-%d %H:%M} · {job.id}"
    return [
        Cell(text=excerpt(job.request.prompt), small=when),
        Cell(text=doubt_about(job)),
        Cell(text=usd_text(job.held or job.charged)),
    ]


def _signed(amount: Decimal) -> str:
    return f"+{usd_text(amount)}" if amount > 0 else f"-{usd_text(-amount)}" if amount else usd_text(amount)
