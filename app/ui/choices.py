"""What a visitor has chosen on a page: kept for the tab, and always something the model takes.

Each page has choices of its own, and a choice lives under its own name. The widget that shows it starts
from it and carries changes back; its key changes with its options and labels, and whenever the choice is
set from outside. So no widget is ever written to: a browser that answers before it has seen such a write
shows something else than what would be sent, and Streamlit takes a select box's label ("high (default)")
for its value.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from zlib import crc32

import streamlit as st

PAGE, FIRST = "gesso_page", "generate"


def open_page(name: str) -> None:
    """Say whose choices follow; every page that has some begins with this."""
    st.session_state[PAGE] = name


def page_is(name: str) -> bool:
    """Whether the choices of this page are the open ones."""
    return bool(st.session_state.get(PAGE, FIRST) == name)


@contextmanager
def choices_of(name: str) -> Iterator[None]:
    """Reach into another page's choices, as before going there."""
    here = st.session_state.get(PAGE, FIRST)
    open_page(name)
    try:
        yield
    finally:
        open_page(here)


def key(name: str) -> str:
    """The name in the session's state, of the page that is open."""
    return f"{st.session_state.get(PAGE, FIRST)}_{name}"


def chosen(name: str, default: Any = None) -> Any:
    """What is chosen now; ``default`` where nothing is."""
    value = st.session_state.get(key(name))
    return default if value is None else value


def choose(name: str, value: Any) -> None:
    """Set a choice from outside its widget, as in a callback; None goes back to the default."""
    st.session_state[key(name)] = value
    st.session_state[key(f"{name}_set")] = chosen(f"{name}_set", 0) + 1


def one_of(
    name: str, label: str, options: Sequence[str], default: str, said: Callable[[str], str] = str, **more: Any
) -> str:
    """A select box whose default says so; a choice that is not among the options gives way to the default."""
    default = default if default in options else options[0]
    words = {option: said(option) + (" (default)" if option == default else "") for option in options}
    wish = chosen(name)
    value: str = _settled(name, wish if wish in words else default)
    st.selectbox(
        label,
        options,
        options.index(value),
        lambda option: words.get(option, option),
        **_carried(name, tuple(words.values())),
        **more,
    )
    return value


def number(name: str, label: str, low: int, high: int, default: int, **more: Any) -> int:
    """A number between ``low`` and ``high``; one from outside is brought back to the nearest."""
    wish = default if chosen(name) is None else chosen(name)
    value: int = _settled(name, min(max(wish, low), high))
    st.number_input(label, low, high, value, **_carried(name, (label, low, high)), **more)
    return value


def percent(name: str, label: str, default: int) -> int:
    """A slider from 0 to 100."""
    value: int = _settled(name, default if chosen(name) is None else chosen(name))
    st.slider(label, 0, 100, value, **_carried(name, ()))
    return value


def switch(name: str, label: str, default: bool, **more: Any) -> bool:
    """Yes or no."""
    value: bool = _settled(name, default if chosen(name) is None else chosen(name))
    st.toggle(label, value, **_carried(name, ()), **more)
    return value


def segment(name: str, label: str, options: Sequence[str], default: str, **more: Any) -> str:
    """One of a few views side by side; one that is not among the options gives way to the default."""
    value: str = _settled(name, chosen(name) if chosen(name) in options else default)
    st.segmented_control(
        label, options, default=value, required=True, label_visibility="collapsed",
        **_carried(name, tuple(options)), **more,
    )  # fmt: skip
    return value


def line(name: str, label: str, default: str) -> str:
    """A line of text; an empty one gives way to the default."""
    value: str = _settled(name, chosen(name) or default)
    st.text_input(label, value, **_carried(name, ()))
    return value


def _settled(name: str, value: Any) -> Any:
    st.session_state[key(name)] = value
    return value


def _carried(name: str, variant: Hashable) -> dict[str, Any]:
    """The key of a widget that shows a choice, and the callback that carries its changes back."""
    looks = crc32(repr((variant, chosen(f"{name}_set"))).encode())
    widget = key(f"{name}_{looks:08x}")
    return {"key": widget, "on_change": _carry, "args": (key(name), widget)}


def _carry(place: str, widget: str) -> None:
    st.session_state[place] = st.session_state[widget]
