"""A start that costs money: a button with its price, and above the server's mark a second one that names the most."""

from collections.abc import Hashable
from decimal import Decimal

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.feedback import plain
from app.workbench import workbench
from core.domain.money import usd_text

ASKED = "asked_twice"


def is_asked(mark: Hashable) -> bool:
    """Whether the second question is on show for just this."""
    return bool(chosen(ASKED) == mark)


def meant(words: str, all_of_it: str, at_most: Decimal, mark: Hashable, *, disabled: bool) -> bool:
    """Whether it is meant; ``mark`` is what was asked about, so that a change of it asks anew."""
    if is_asked(mark):
        return _asked_again(at_most, all_of_it)
    pressed = st.button(words.replace("$", r"\$"), key=key("run"), type="primary", icon=":material/play_arrow:",
                        disabled=disabled)  # fmt: skip
    if pressed and at_most > workbench().batches.ask_above:
        choose(ASKED, mark)
        st.rerun()
    return pressed


def _asked_again(at_most: Decimal, all_of_it: str) -> bool:
    st.warning(plain(f"This may cost up to {usd_text(at_most)}. Start all {all_of_it}?"), icon=":material/payments:")
    with st.container(horizontal=True, gap="small", key=key("sure")):
        sure = st.button(f"Yes, start for up to {usd_text(at_most)}".replace("$", r"\$"), key=key("run_sure"),
                         type="primary", icon=":material/play_arrow:")  # fmt: skip
        st.button("Not yet", key=key("run_not"), on_click=choose, args=(ASKED, None))
    return sure
