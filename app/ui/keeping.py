"""What stays and what does not on a host that runs the app as a plain script, such as Streamlit Community Cloud.

Such a host gives the app a disk of its own only until it sleeps, restarts or is updated, and there is no
cookie of ours: a visitor's history belongs to one tab, until that is reloaded.
"""

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.library.transfer import export_button
from app.ui.session import visitor
from app.workbench import routes_are_served, workbench

READ = "keeping_read"
WORDS = (
    "This host keeps pictures only for a while: a reload begins an empty history, and when the app sleeps (Community "
    "Cloud: after 12 hours without visitors) or restarts, everything is gone. Take yours with you as one ZIP; "
    "History, *Export, import* brings it back."
)
OWN_KEY = "Your own API key, if you enter one, is kept in this tab only and is in no ZIP."


def say_once() -> None:
    """On top of the first page, until it is read; nothing where our routes are served."""
    if routes_are_served() or chosen(READ, False):
        return
    with st.container(border=True, key=key("keeping")):
        st.markdown(f":material/hourglass_top: {WORDS}")
        with st.container(horizontal=True):
            _export("generate")
            st.button("I have read this", key=key("keeping_close"), type="tertiary", on_click=choose, args=(READ, True))


def say_in_settings() -> None:
    """A section of Settings; nothing where our routes are served."""
    if not routes_are_served():
        st.subheader("What stays")
        st.markdown(f"{WORDS} {OWN_KEY}")
        _export("settings")


def _export(where: str) -> None:
    """Nothing to take yet, nothing to press."""
    if workbench().history.stock(visitor()).pictures:
        export_button("Take everything as a ZIP", None, f"keeping_{where}")
