"""Which pictures are selected: kept for the tab, over all pages of a list, in the order of selecting."""

from collections.abc import Iterable, Sequence

import streamlit as st

from app.ui.choices import choose, chosen, key


def selected() -> tuple[str, ...]:
    """The ids of the selected pictures."""
    ids: tuple[str, ...] = chosen("selected", ())
    return ids


def version() -> int:
    """Changes whenever the selection is set from outside the grid."""
    number: int = chosen("selected_set", 0)
    return number


def select_all(ids: Iterable[str]) -> None:
    """Select these in place of what was selected."""
    choose("selected", tuple(dict.fromkeys(ids)))


def select_more(ids: Iterable[str]) -> None:
    select_all((*selected(), *ids))


def deselect(ids: Iterable[str]) -> None:
    """Let go of these."""
    gone = set(ids)
    if gone & set(selected()):
        select_all(id for id in selected() if id not in gone)


def select_none() -> None:
    choose("selected", None)


def mark_on_page(page: Sequence[str], marked: Sequence[str]) -> None:
    """What the grid tells: of the pictures of its page, these are selected; its own ticks already show it."""
    shown, ticked = set(page), set(marked)
    kept = [id for id in selected() if id not in shown or id in ticked]
    st.session_state[key("selected")] = tuple(dict.fromkeys([*kept, *(id for id in marked if id in shown)]))
