"""What the History page shows, read from its address and written there: a reload or a link shows the same.

?q= &from= &to= &kind= &model= &provider= &collection= &tag= &state= &cost_from= &cost_to= &favourite=1 &trash=1
&sort= narrow and order the list; &after= or &before= is a later page of it; &picture= opens one picture.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import streamlit as st

from app.ui.choices import choose, chosen
from core.domain.job import JobState
from core.domain.library import Filter, Kind, Sort

LONGEST = 500
DEAREST = Decimal(1_000_000)
YEARS = range(2000, 2200)
EDGE = re.compile(r"(\d{1,9}(\.\d{1,30})?_)?\d{1,18}", re.ASCII)
PAGES = ("after", "before", "picture")


@dataclass(frozen=True, kw_only=True)
class View:
    """What is asked for; ``unread`` are the parts of the address that mean nothing and were left out."""

    wanted: Filter
    sort: Sort = Sort.NEWEST
    after: str | None = None
    before: str | None = None
    picture: str | None = None
    unread: tuple[str, ...] = ()

    @property
    def is_first_page(self) -> bool:
        return self.after is None and self.before is None


def read_view() -> View:
    """The view that the address asks for."""
    found: dict[str, Any] = {}
    unread: list[str] = []
    for name, (field, read) in READERS.items():
        if name in st.query_params:
            try:
                found[field] = read(st.query_params[name])
            except ValueError:
                unread.append(name)
    more = {field: found.pop(field) for field in ("sort", *PAGES) if field in found}
    return View(wanted=Filter(**found), **more, unread=tuple(unread))


def change(**wish: str | None) -> None:
    """Write these parts of the address; None takes one away."""
    for name, text in wish.items():
        if text:
            st.query_params[name] = text
        else:
            st.query_params.pop(name, None)


def narrow(name: str, text: str | None) -> None:
    """Write one filter: the list begins again at its first page, and nothing is selected in it."""
    change(**{name: text}, **dict.fromkeys(PAGES))
    choose("selected", None)


def show_everything(*, trash: bool = False) -> None:
    """Go back to the whole list, or to the whole trash."""
    st.query_params.clear()
    choose("selected", None)
    change(trash="1" if trash else None)


def asked() -> dict[str, str]:
    """The parts of the address that narrow or order the list."""
    return {name: st.query_params[name] for name in READERS if name in st.query_params and name not in PAGES}


def generation() -> int:
    """A number for the keys of widgets: it changes when the address has changed by other means than a widget.

    What was selected in the list before is let go of then.
    """
    if chosen("asked") != asked():
        if chosen("asked") is not None:
            choose("selected", None)
        choose("asked", asked())
        choose("generation", chosen("generation", 0) + 1)
    number: int = chosen("generation", 0)
    return number


def take_note() -> None:
    """Say that a widget has just changed the address itself."""
    choose("asked", asked())


def day_of(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def last_day_of(moment: datetime | None) -> date | None:
    """The day before a moment that is not included any more."""
    return None if moment is None else (moment - timedelta(days=1)).date()


def _text(text: str) -> str:
    if len(text) > LONGEST or "\0" in text:
        raise ValueError("too long to be meant")
    return text


def _yes(text: str) -> bool:
    if text != "1":
        raise ValueError("1 or nothing")
    return True


def _day(text: str) -> datetime:
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError("no picture is from then")
    return datetime.combine(day, time(), UTC)


def _end_of_day(text: str) -> datetime:
    return _day(text) + timedelta(days=1)


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(_text(text))
    except InvalidOperation:
        raise ValueError("no number") from None
    if not (amount.is_finite() and 0 <= amount <= DEAREST):
        raise ValueError("no amount")
    return amount


def _edge(text: str) -> str:
    if EDGE.fullmatch(text) is None:
        raise ValueError("no page begins there")
    return text


READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "q": ("text", _text),
    "from": ("since", _day),
    "to": ("until", _end_of_day),
    "kind": ("kind", Kind),
    "model": ("model", _text),
    "provider": ("provider", _text),
    "collection": ("collection", _text),
    "tag": ("tag", _text),
    "favourite": ("favourite", _yes),
    "state": ("state", JobState),
    "cost_from": ("cost_from", _amount),
    "cost_to": ("cost_to", _amount),
    "trash": ("trashed", _yes),
    "sort": ("sort", Sort),
    "after": ("after", _edge),
    "before": ("before", _edge),
    "picture": ("picture", _text),
}
