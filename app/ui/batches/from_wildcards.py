"""Rows from one prompt with alternatives: how many it makes is said while it is typed."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.ui.batches.from_file import decoded
from app.ui.choices import choose, chosen, key
from app.ui.earlier import typed
from app.ui.feedback import plain
from core.domain.batch import MAX_ROWS
from core.domain.batch_rows import rows_of_prompts
from core.domain.draft_row import DraftRow
from core.domain.wildcard_lists import WILDCARDS
from core.domain.wildcard_tree import ENOUGH
from core.domain.wildcards import count_prompts, expand_prompt, read_wildcards, sample_prompts, wildcard_name

SHOWN, TOLD = 3, 40


def ask_wildcards() -> Sequence[DraftRow]:
    """The prompts of a template, all or some by chance; raises InvalidRequestError."""
    template = typed(
        st.text_input, "Prompt with wildcards", "template", widget=f"template_{chosen('taken', 0)}", live=True,
        placeholder="{red|blue} fox in the __season__, __light__", label_visibility="collapsed",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=key("drawing")):
        draw: int | None = st.number_input(
            "Take only", 1, MAX_ROWS, None, key=key("draw"), persist_state="session", placeholder="all", width=140,
            help="So many combinations by chance, all equally likely.",
        )  # fmt: skip
        if draw:
            st.button("Draw others", key=key("draw_again"), icon=":material/casino:", on_click=_draw_others)
        lists = {**WILDCARDS, **_own_lists()}
        _explain(lists)
    if not template.strip():
        return ()
    count = count_prompts(template, lists)
    prompts = sample_prompts(template, lists, draw, chosen("seed", 0)) if draw else expand_prompt(template, lists)
    many = "more than can be counted" if count >= ENOUGH else f"{count:,} prompt{'s' * (count != 1)}"
    examples = " · ".join(prompts[:SHOWN]) + (" · …" if len(prompts) > SHOWN else "")
    st.caption(plain(f"Makes {many}{f'; {len(prompts):,} of them are taken' if draw else ''}: {examples}"))
    return rows_of_prompts(prompts)


def _own_lists() -> dict[str, tuple[str, ...]]:
    """Lists of one's own by their names; one of ours with the same name gives way."""
    with st.popover("Own lists", icon=":material/playlist_add:", type="tertiary", key=key("own_lists")):
        st.caption(plain("Text files with a value a line: breeds.txt is __breeds__. Values may hold wildcards."))
        files = st.file_uploader("Own lists", ["txt"], True, key=key("wildcard_files"), max_upload_size=5,
                                 label_visibility="collapsed")  # fmt: skip
    return {wildcard_name(file.name): read_wildcards(decoded(file), file.name) for file in files}


def _explain(lists: Mapping[str, Sequence[str]]) -> None:
    with st.popover("Wildcards", icon=":material/help:", type="tertiary", key=key("wildcard_help")):
        st.markdown(plain("{red|blue} is one or the other; {|bright} may be nothing. __season__ is one of a list:"))
        for name, values in lists.items():
            more = f" and {len(values) - TOLD:,} more" if len(values) > TOLD else ""
            st.caption(plain(f"__{name}__ - {', '.join(values[:TOLD])}{more}"))


def _draw_others() -> None:
    choose("seed", chosen("seed", 0) + 1)
