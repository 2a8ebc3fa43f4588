"""Rows from one prompt with alternatives: how many it makes is said while it is typed."""

from collections.abc import Sequence

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.feedback import plain
from core.domain.batch import MAX_ROWS
from core.domain.batch_rows import rows_of_prompts
from core.domain.draft_row import DraftRow
from core.domain.wildcard_lists import WILDCARDS
from core.domain.wildcard_tree import ENOUGH
from core.domain.wildcards import count_prompts, expand_prompt, sample_prompts

SHOWN = 3


def ask_wildcards() -> Sequence[DraftRow]:
    """The prompts of a template, all or some by chance; raises InvalidRequestError."""
    template: str = st.text_input(
        "Prompt with wildcards", key=key(f"template_{chosen('taken', 0)}"), persist_state="session", live=True,
        placeholder="{red|blue} fox in the __season__, __light__", label_visibility="collapsed",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=key("drawing")):
        draw: int | None = st.number_input(
            "Take only", 1, MAX_ROWS, None, key=key("draw"), persist_state="session", placeholder="all", width=140,
            help="So many combinations by chance, all equally likely.",
        )  # fmt: skip
        if draw:
            st.button("Draw others", key=key("draw_again"), icon=":material/casino:", on_click=_draw_others)
        _explain()
    if not template.strip():
        return ()
    count = count_prompts(template)
    prompts = sample_prompts(template, n=draw, seed=chosen("seed", 0)) if draw else expand_prompt(template)
    many = "more than can be counted" if count >= ENOUGH else f"{count:,} prompt{'s' * (count != 1)}"
    examples = " · ".join(prompts[:SHOWN]) + (" · …" if len(prompts) > SHOWN else "")
    st.caption(plain(f"Makes {many}{f'; {len(prompts):,} of them are taken' if draw else ''}: {examples}"))
    return rows_of_prompts(prompts)


def _explain() -> None:
    with st.popover("Wildcards", icon=":material/help:", type="tertiary", key=key("wildcard_help")):
        st.markdown(plain("{red|blue} is one or the other; {|bright} may be nothing. __season__ is one of a list:"))
        for name, values in WILDCARDS.items():
            st.caption(plain(f"__{name}__ - {', '.join(values)}"))


def _draw_others() -> None:
    choose("seed", chosen("seed", 0) + 1)
