"""Who is at this browser tab: whose history it is, and with whose key."""

import streamlit as st

from app.ui.cookie import owner_of
from app.workbench import routes_are_served
from core.domain.ids import new_id
from core.domain.visitor import Visitor

OWNER, KEY = "gesso_owner", "gesso_own_key"


def visitor() -> Visitor:
    """The visitor of this tab; the cookie names them, or the session where there is no cookie."""
    return Visitor(owner=owner_of(st.context.cookies) or _session_owner(), api_key=own_key())


def own_key() -> str | None:
    """The visitor's own API key, which lives in this tab's session and nowhere else."""
    return st.session_state.get(KEY)


def set_own_key(text: str) -> None:
    """Keep a key for this tab; white space around it is dropped, an empty one changes nothing."""
    if key := text.strip():
        st.session_state[KEY] = key


def forget_own_key() -> None:
    """Go back to the server's own provider."""
    st.session_state.pop(KEY, None)


def pictures_by_url() -> bool:
    """Whether this visitor's browser may fetch pictures from our own addresses.

    False under a plain script, and for a browser that refuses cookies: then show bytes.
    """
    return routes_are_served() and owner_of(st.context.cookies) is not None


def _session_owner() -> str:
    owner: str = st.session_state.setdefault(OWNER, new_id())
    return owner
