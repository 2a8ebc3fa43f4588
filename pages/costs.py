"""Costs: what was spent on what, how near the estimates came, and whether the invoice agrees."""

import streamlit as st

from app.ui.budget_bars import show_budgets
from app.ui.choices import key, open_page
from app.ui.costs_view import (
    ask_account,
    ask_dimension,
    ask_month,
    correction_form,
    show_accuracy,
    show_lines,
    show_reconciliation,
)
from app.ui.feedback import errors_shown
from app.ui.files import style
from app.ui.library.notices import show_notice
from app.ui.open_outcomes import open_outcomes
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.costs import Period, csv_of
from core.domain.money import read_usd


def sums(account: str, period: Period) -> None:
    bench, by = workbench(), ask_dimension()
    lines = bench.ledger.costs(account, by, period, visitor())
    show_lines(by, lines, period)
    st.download_button(
        "Download as CSV", lambda: csv_of(by, lines).encode(), f"gesso-{period.name}-by-{by.value}.csv", "text/csv",
        icon=":material/download:", disabled=not lines, on_click="ignore",
    )  # fmt: skip
    show_accuracy(bench.ledger.accuracy(account, period))


def reconciliation(account: str, period: Period) -> None:
    st.subheader("Close the month")
    total = st.text_input("The invoice's total in USD", key=key("invoice"), placeholder="12.34")
    if not total.strip():
        st.caption("Type what the provider's invoice says, and see the gap and the requests that may explain it.")
        return
    with errors_shown():
        show_reconciliation(workbench().ledger.reconcile(account, period, read_usd(total), visitor()))


open_page("costs")
with errors_shown():
    st.title("Costs")
    st.html(style("costs.css"))
    show_notice()
    open_outcomes()
    left, right = st.columns([7, 4], gap="large")
    with left:
        with st.container(horizontal=True):
            period = ask_month()
            account = ask_account()
        sums(account, period)
    with right:
        st.subheader("Budget")
        show_budgets(workbench().ledger.standing(account))
        reconciliation(account, period)
        with st.expander("Correct a cost", icon=":material/edit_note:", key=key("correct")):
            st.caption("The ledger is append-only: a correction is a new entry. Deleting a picture changes no figure.")
            correction_form()
