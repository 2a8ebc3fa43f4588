"""Money in sight: what was spent today and this month, and what is left of the budget."""

from html import escape

import streamlit as st

from app.ui.session import visitor
from app.workbench import workbench
from core.domain.money import usd_text
from core.services.ledger import Standing

DEMO_LINE = "Demo provider: pictures are painted on this machine, nothing is charged. Add a key in Settings."
DEMO_TITLE = "Demo dollars, nothing is charged"
REAL_TITLE = "US dollars, days and months in UTC; includes what running requests hold"


def money_strip() -> None:
    """What is spent and left, in the header of every page; on the demo provider also a line saying what that is."""
    bench, person = workbench(), visitor()
    demo = bench.studio.provider_of(person) == "demo"
    st.html(money_html(bench.ledger.standing(bench.studio.account_of(person)), demo=demo))
    if demo:
        st.caption(DEMO_LINE)


def money_html(standing: Standing, *, demo: bool) -> str:
    """The standing as a line that becomes a small block on a phone."""
    amounts = [(standing.today.total, "today"), (standing.month.total, "this month")]
    if standing.left is not None:
        amounts.append((standing.left, "left"))
    parts = "".join(f"<span><b>{escape(usd_text(amount))}</b> {words}</span>" for amount, words in amounts)
    label = "<span>Demo dollars</span>" if demo else ""
    return f'<div class="gesso-money" title="{DEMO_TITLE if demo else REAL_TITLE}">{label}{parts}</div>'
