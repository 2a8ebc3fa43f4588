"""Money in sight: what was spent today and this month, and what is left of the budget."""

from decimal import Decimal
from html import escape

import streamlit as st

from app.ui.feedback import plain
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.money import ZERO, usd_text
from core.services.ledger import Standing

DEMO_LINE = "Demo provider: pictures are painted on this machine, nothing is charged. Add a key in Settings."
DEMO_TITLE = "Demo dollars, nothing is charged"
REAL_TITLE = "US dollars, days and months in UTC; includes what running requests hold"


def money_strip() -> None:
    """What is spent and left, in the header of every page; on the demo provider also a line saying what that is."""
    bench, person = workbench(), visitor()
    demo = bench.studio.provider_of(person) == "demo"
    account = bench.studio.account_of(person)
    services = bench.offering.services if person.api_key is None else ()
    others = (bench.ledger.standing(service.name).today.total for service in services if service.name != account)
    st.html(money_html(bench.ledger.standing(account), demo=demo, elsewhere=sum(others, ZERO)))
    if demo:
        st.caption(plain(_beside_real_ones([service.title for service in services])) if services else DEMO_LINE)


def _beside_real_ones(titles: list[str]) -> str:
    """What is play and what is not, where both can be chosen."""
    return f"Demo models charge nothing. Those of {', '.join(titles)} are real and may cost money."


def money_html(standing: Standing, *, demo: bool, elsewhere: Decimal = ZERO) -> str:
    """The standing as a line that becomes a small block on a phone, where three lines have room.

    ``elsewhere`` is what the other providers took today; it takes the month's place, which the Costs page has.
    """
    second = (elsewhere, "today, other providers") if elsewhere else (standing.month.total, "this month")
    amounts = [(standing.today.total, "today"), second]
    if standing.left is not None:
        amounts.append((standing.left, "left"))
    parts = "".join(f"<span><b>{escape(usd_text(amount))}</b> {escape(words)}</span>" for amount, words in amounts)
    label = "<span>Demo dollars</span>" if demo else ""
    return (
        f'<div class="gesso-money" title="{DEMO_TITLE if demo and not elsewhere else REAL_TITLE}">{label}{parts}</div>'
    )
