"""What is typed outlives its session: texts stand there again, and a table that was left is offered."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import streamlit as st

from app.ui.choices import chosen, key
from app.ui.feedback import plain
from app.ui.outliving import Outliving
from app.ui.session import visitor

MOST_ROWS = 50_000
MOST_CHARACTERS = 10_000_000
"""About 40 MB of memory each, of everybody together."""
BEGUN, LEFT = "table_begun", "table_left"

Rows = tuple[Any, ...]


@cache
def kept_tables() -> Outliving[Rows]:
    """The tables of this process by their pages."""
    return Outliving(weight=len, most=MOST_ROWS)


@cache
def kept_texts() -> Outliving[str]:
    """The texts of this process by their pages and names."""
    return Outliving(weight=len, most=MOST_CHARACTERS)


def typed(ask: Callable[..., str], label: str, name: str, *, widget: str | None = None, **more: Any) -> str:
    """The text of a widget (``ask`` is Streamlit's function); a session begins with what the one before left in it.

    ``widget`` is its key, where that changes to empty it.
    """
    place, begun, owner = key(widget or name), key(f"{name}_typed"), visitor().owner
    if not st.session_state.get(begun):
        st.session_state[begun] = True
        if place not in st.session_state and (left := kept_texts().load(owner, key(name))):
            st.session_state[place] = left
    text = ask(label, key=place, persist_state="session", **more)
    if text or kept_texts().load(owner, key(name)):
        kept_texts().save(owner, key(name), text)
    return text


def keep(rows: Rows) -> None:
    """Remember the page's table as it is now; what an earlier session left stays on offer in this one."""
    if not chosen(BEGUN):
        st.session_state[key(LEFT)] = _stored()
        st.session_state[key(BEGUN)] = True
    kept_tables().save(visitor().owner, key("table"), rows)


def offer_earlier(what: str, put: Callable[[Rows], None], rows: Callable[[], Sequence[Any]]) -> None:
    """A line with the way back to the table that an earlier session left, above the rows of this one."""
    left: Rows = chosen(LEFT, ()) if chosen(BEGUN) else _stored()
    if not left:
        return
    count = f"{len(left):,} {what}{'s' * (len(left) != 1)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("earlier")):
        st.caption(plain(f"You left {count} here before they were started."), width="content")
        st.button("Bring them back", key=key("earlier_back"), type="tertiary", icon=":material/history:",
                  on_click=lambda: _close(lambda: put((*left, *rows()))))  # fmt: skip
        st.button("Forget them", key=key("earlier_forget"), type="tertiary", on_click=lambda: _close(_forget))


def _stored() -> Rows:
    return kept_tables().load(visitor().owner, key("table")) or ()


def _forget() -> None:
    if not chosen(BEGUN):
        keep(())


def _close(do: Callable[[], None]) -> None:
    do()
    st.session_state[key(LEFT)] = ()
