"""Two to four pictures in the chosen view: side by side, wiped over each other, or their difference."""

from collections.abc import Sequence
from itertools import combinations

import streamlit as st

from app.ui.choices import key, segment
from app.ui.comparing.address import DIFFERENCE, SIDE_BY_SIDE, WIPE, compare_these
from app.ui.comparing.difference import show_difference
from app.ui.comparing.picking import Compared
from app.ui.comparing.side_by_side import side_by_side
from app.ui.comparing.told import differs_in
from app.ui.editing.shown import after_source
from app.ui.editing.wipe import wipe
from app.ui.feedback import plain
from app.ui.gallery import excerpt

LETTERS = "ABCD"
LONG_PROMPT = 300


def show_compared(found: Sequence[Compared]) -> None:
    """The pictures in the view that is chosen, and in what their settings differ."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("views")):
        how = segment("how", "How to compare", [SIDE_BY_SIDE, WIPE, DIFFERENCE], SIDE_BY_SIDE)
        pair = (0, 1) if how == SIDE_BY_SIDE else _ask_pair(len(found))
        st.button("Clear", key=key("clear"), type="tertiary", icon=":material/close:", on_click=compare_these,
                  args=((),))  # fmt: skip
    _say_what_differs(found)
    first, second = (found[number] for number in pair)
    names = (_name(first, pair[0]), _name(second, pair[1]))
    if how == WIPE:
        _wipe(first, second, names)
    elif how == DIFFERENCE:
        show_difference(first, second, names)
    else:
        side_by_side(found)


def _ask_pair(count: int) -> tuple[int, int]:
    """Which two; asked only where there are more."""
    pairs = {f"{a + 1}-{b + 1}": (a, b) for a, b in combinations(range(count), 2)}
    if count == 2:
        return (0, 1)
    said = {name: f"{LETTERS[a]} and {LETTERS[b]}" for name, (a, b) in pairs.items()}
    return pairs[segment("pair", "Which two", list(pairs), "1-2", format_func=said.__getitem__)]


def _say_what_differs(found: Sequence[Compared]) -> None:
    names = differs_in(found)
    said = [f"Differs in: {', '.join(names)}." if names else "The same settings: what differs is the model's chance."]
    if "prompt" not in names:
        said.append(f"Prompt: {excerpt(found[0].job.request.prompt, LONG_PROMPT)}")
    st.caption(plain("\n".join(said)))


def _wipe(first: Compared, second: Compared, names: tuple[str, str]) -> None:
    sources = (after_source(first.picture.image), after_source(second.picture.image))
    ratio = (first.ratio * second.ratio) ** 0.5
    a, b = (name[0] for name in names)
    wipe(
        second.picture.id, *sources, ratio, second.picture.prompt[:200], 0.5, names=names,
        hold=f"Hold to see {a}", label=f"Wipe between {a} and {b}",
    )  # fmt: skip


def _name(one: Compared, number: int) -> str:
    request, ref = one.job.request, one.picture.image.ref
    parts = (request.model, request.quality, f"{ref.width}x{ref.height}" if ref.width else None)
    return f"{LETTERS[number]}: {', '.join(part for part in parts if part)}"
