"""The search box, the order and the filters of the history; each widget writes the address and starts from it."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal
from typing import Any
from zlib import crc32

import streamlit as st

from app.ui.choices import key
from app.ui.library.address import (
    LONGEST,
    READERS,
    View,
    asked,
    day_of,
    generation,
    last_day_of,
    narrow,
    show_everything,
    take_note,
)
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.library import Facets, Kind, Sort

ORDERS = {
    Sort.NEWEST: "Newest first", Sort.OLDEST: "Oldest first",
    Sort.DEAREST: "Dearest first", Sort.CHEAPEST: "Cheapest first",
}  # fmt: skip
KINDS: dict[str, str] = {
    Kind.GENERATE: "Generated", Kind.EDIT: "Edited", Kind.INPAINT: "Inpainted",
    Kind.OUTPAINT: "Extended", Kind.IMPORT: "Imported",
}  # fmt: skip
SEARCH_HELP = 'Words that are all in the prompt. Also "a whole phrase", begin* and -without.'
FOLDED = [name for name in READERS if name not in ("q", "sort", "trash", "after", "before", "picture")]


def ask_view(view: View) -> None:
    """One row: search, order, and everything else folded away."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=key("asking")):
        _search(view)
        _choice("sort", "Order", {str(order): words for order, words in ORDERS.items()}, view.sort, width=170)
        if not view.wanted.trashed:
            _folded(view)


def _search(view: View) -> None:
    widget = _widget("q", ())
    st.text_input(
        "Search in prompts", view.wanted.text, LONGEST, key=widget, type="search", icon=":material/search:",
        placeholder="Search in prompts", label_visibility="collapsed", help=SEARCH_HELP, width="stretch",
        on_change=_carry, args=("q", widget, str.strip),
    )  # fmt: skip


def _folded(view: View) -> None:
    active = [name for name in asked() if name in FOLDED and name not in view.unread]
    label = f"Filters · {len(active)}" if active else "Filters"
    with st.popover(label, icon=":material/filter_list:", key=key("filters"), width="content"):
        _what(view, workbench().history.facets(visitor()))
        _when_and_how_much(view)
        if active:
            st.button("Clear all filters", key=key("clear"), icon=":material/filter_list_off:", on_click=_clear)


def _what(view: View, facets: Facets) -> None:
    wanted, collections = view.wanted, workbench().history.collections(visitor())
    left, right = st.columns(2, gap="small")
    with left:
        _value("kind", "Kind", facets.kinds, wanted.kind, KINDS.get)
        _value("model", "Model", facets.models, wanted.model)
        _value("tag", "Tag", facets.tags, wanted.tag)
    with right:
        _value("state", "State", facets.states, wanted.state, str.capitalize)
        _value("provider", "Provider", facets.providers, wanted.provider)
        names = {one.id: one.name for one in collections}
        _value("collection", "Collection", names, wanted.collection, lambda id: names.get(id, "One that is gone"))
    widget = _widget("favourite", ())
    st.toggle("Favourites only", wanted.favourite, key=widget, on_change=_carry, args=("favourite", widget, _yes))


def _when_and_how_much(view: View) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        _day("from", "From day (UTC)", day_of(view.wanted.since))
        _amount("cost_from", "Cost from, $", view.wanted.cost_from)
    with right:
        _day("to", "To day (UTC)", last_day_of(view.wanted.until))
        _amount("cost_to", "Cost to, $", view.wanted.cost_to)


def _value(
    name: str, label: str, known: Iterable[str], wanted: str | None, said: Callable[[str], str | None] = str
) -> None:
    """One of these values or any; the wanted one can be seen also where nothing has it."""
    values = dict.fromkeys([*known, *([str(wanted)] if wanted else [])])
    words = {value: said(value) or value for value in values}
    _choice(name, label, {"": f"Any {label.lower()}", **words}, wanted)


def _choice(name: str, label: str, options: Mapping[str, str], value: str | None, **more: Any) -> None:
    """A select box; its key follows its words, since a browser answers with the words."""
    ids = list(options)
    widget = _widget(name, tuple(options.values()))
    st.selectbox(
        label, ids, ids.index(str(value or "")) if str(value or "") in ids else 0, lambda id: options.get(id, id),
        key=widget, on_change=_carry, args=(name, widget, str),
        label_visibility="collapsed" if name == "sort" else "visible", **more,
    )  # fmt: skip


def _day(name: str, label: str, value: Any) -> None:
    widget = _widget(name, ())
    st.date_input(
        label, value, min_value="2000-01-01", max_value="2199-12-31", format="YYYY-MM-DD", key=widget,
        on_change=_carry, args=(name, widget, _iso),
    )  # fmt: skip


def _amount(name: str, label: str, value: Decimal | None) -> None:
    widget = _widget(name, ())
    st.number_input(
        label, 0.0, 1_000_000.0, None if value is None else float(value), 0.01, "%.4g", key=widget,
        placeholder="any", on_change=_carry, args=(name, widget, _plain_number),
    )  # fmt: skip


def _widget(name: str, variant: Hashable) -> str:
    return key(f"ask_{name}_{generation()}_{crc32(repr(variant).encode()):08x}")


def _carry(name: str, widget: str, written: Callable[[Any], str]) -> None:
    value = st.session_state[widget]
    narrow(name, None if value is None else written(value))
    take_note()


def _clear() -> None:
    kept = {name: text for name, text in asked().items() if name not in FOLDED}
    show_everything()
    for name, text in kept.items():
        narrow(name, text)


def _yes(value: bool) -> str:
    return "1" if value else ""


def _iso(day: Any) -> str:
    return str(day.isoformat()) if day else ""


def _plain_number(value: float) -> str:
    return f"{Decimal(str(value)):f}"
