"""Personas whose prompts nobody wrote: why, and the two ways on, for one or for all of them."""

from collections.abc import Sequence

import streamlit as st

from app.ui.avatars.reading import Open
from app.ui.choices import key
from app.ui.feedback import errors_shown, plain
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.avatar import PersonaRow
from core.domain.money import usd_text

TEMPLATE = "template"
SHOWN = 5


def show_unwritten(found: Open) -> None:
    """A box for each of the first, and buttons for all where there are several; nothing where there is none."""
    if not found.unwritten:
        return
    count = len(found.unwritten)
    with st.container(border=True, gap="small", key=key("unwritten")):
        said = "1 persona has no prompts" if count == 1 else f"{count:,} personas have no prompts"
        st.markdown(f":orange[**{plain(said)}**] Nothing stands in for them until you say so.")
        if count > 1:
            _ways(found.id, found.unwritten, "all", f" for all {count:,}")
        for one in found.unwritten[:SHOWN]:
            st.markdown(f"**{plain(one.persona.name)}** · {plain(one.problem)}")
            _ways(found.id, [one], str(one.position))
        if count > SHOWN:
            st.caption(f"and {count - SHOWN:,} more")


def _ways(id: str, rows: Sequence[PersonaRow], name: str, words: str = "") -> None:
    positions = tuple(one.position for one in rows)
    writer = rows[0].writer
    with st.container(horizontal=True, gap="small", key=key(f"unwritten_{name}")):
        if writer != TEMPLATE:
            price = workbench().avatars.writing_price(id, positions, visitor(), writer=writer)
            cost = f" for up to {usd_text(price)}".replace("$", r"\$") if price else ""
            st.button(f"Ask again{words}{cost}", key=key(f"write_{name}"), icon=":material/refresh:", on_click=_write,
                      args=(id, positions, writer))  # fmt: skip
        st.button(f"Use the built-in template{words}", key=key(f"template_{name}"), icon=":material/description:",
                  on_click=_write, args=(id, positions, TEMPLATE))  # fmt: skip


def _write(id: str, positions: tuple[int, ...], writer: str) -> None:
    with errors_shown():
        workbench().avatars.write_again(id, positions, visitor(), writer=writer)
