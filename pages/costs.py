"""Costs: what was spent on what, how near the estimates came, and whether the invoice agrees."""

import streamlit as st

from app.ui.board import read_board
from app.ui.choices import key, open_page
from app.ui.costs_view import (
    ask_dimension,
    ask_month,
    correction_form,
    csv_of,
    decimal_of,
    show_accuracy,
    show_lines,
    show_reconciliation,
)
from app.ui.feedback import errors_shown
from app.ui.resolving import undecided_jobs
from app.ui.session import visitor
from app.ui.settings_view import BUDGET_COLUMNS, budget_rows
from app.ui.tables import show_table
from app.workbench import workbench
from core.domain.costs import Period
from core.domain.job import Job


def is_of_no_kind(_job: Job) -> bool:
    return False


def sums(month: str, period: Period) -> None:
    bench, by = workbench(), ask_dimension()
    lines = bench.ledger.costs(bench.studio.account_of(visitor()), by, period, visitor())
    show_lines(by, lines)
    show_accuracy(bench.ledger.accuracy(bench.studio.account_of(visitor()), period))
    st.download_button(
        "Download as CSV", lambda: csv_of(by, lines), f"gesso-{month}-by-{by.value}.csv", "text/csv",
        icon=":material/download:", disabled=not lines, on_click="ignore",
    )  # fmt: skip


def reconciliation(period: Period) -> None:
    st.subheader("Close the month")
    total = st.text_input("The invoice's total in USD", key=key("invoice"), placeholder="12.34")
    if not total.strip():
        st.caption("Type what the provider's invoice says, and see the gap and the requests that may explain it.")
        return
    if (invoice := decimal_of(total)) is None:
        st.warning("That is not an amount. Write dollars and cents, such as 12.34.", icon=":material/error:")
        return
    bench = workbench()
    show_reconciliation(bench.ledger.reconcile(bench.studio.account_of(visitor()), period, invoice, visitor()))


open_page("costs")
with errors_shown():
    st.title("Costs")
    undecided_jobs(read_board(is_of_no_kind))
    left, right = st.columns([7, 4], gap="large")
    with left:
        month, period = ask_month()
        sums(month, period)
    with right:
        st.subheader("Budget")
        show_table(BUDGET_COLUMNS, budget_rows(workbench(), visitor()))
        reconciliation(period)
        with st.expander("Correct a cost", icon=":material/edit_note:", key=key("correct")):
            st.caption("The ledger is append-only: a correction is a new entry. Deleting a picture changes no figure.")
            correction_form()
