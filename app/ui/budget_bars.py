"""Budgets as calm bars: what is spent, what is held, and what is left of each."""

from decimal import Decimal
from html import escape

import streamlit as st

from core.domain.ledger import Spending
from core.domain.money import ZERO, usd_text
from core.services.ledger import Standing


def show_budgets(standing: Standing) -> None:
    """Today and this month, each with its bar where there is a limit."""
    periods = (("Today", standing.budgets.day, standing.today), ("This month", standing.budgets.month, standing.month))
    st.html("".join(_budget(*period) for period in periods))


def _budget(name: str, limit: Decimal | None, spending: Spending) -> str:
    held = f" · {usd_text(spending.held)} held" if spending.held else ""
    small = f"<small>{escape(f'{usd_text(spending.spent)} spent{held}')}</small>"
    return (
        f'<div class="gesso-budget"><div><b>{name}</b><span>{escape(_left(limit, spending))}</span></div>'
        f"{_bar(limit, spending)}{small}</div>"
    )


def _left(limit: Decimal | None, spending: Spending) -> str:
    if limit is None:
        return "no limit is set"
    left = limit - spending.total
    return f"{usd_text(left)} left of {usd_text(limit)}" if left > 0 else f"nothing left of {usd_text(limit)}"


def _bar(limit: Decimal | None, spending: Spending) -> str:
    if limit is None:
        return ""
    spent, held = _percent(spending.spent, limit), _percent(spending.total, limit) - _percent(spending.spent, limit)
    return (
        f'<div class="gesso-bar" role="img" aria-label="{spent:.0f} % spent, {held:.0f} % held">'
        f'<i style="width:{spent:.2f}%"></i><i class="held" style="width:{held:.2f}%"></i></div>'
    )


def _percent(part: Decimal, limit: Decimal) -> Decimal:
    if limit <= 0:
        return Decimal(100)
    return min(max(part, ZERO) / limit * 100, Decimal(100))
