"""The password inside the pages' script: a second look behind the middleware, and the only one where there is none."""

import streamlit as st

from app.ui import access
from app.ui.sign_in import sign_in_url
from app.workbench import routes_are_served

TOKEN, FIELD, PROBLEM = "gesso_session", "gesso_password_field", "gesso_password_problem"


def admitted() -> bool:
    """Whether this tab may see pages; if not, it is asked for the password. Raises as ``workbench`` does."""
    if not access.is_from_elsewhere(st.context.headers) or access.password() is None:
        return True
    if access.admits(_token()):
        return True
    if routes_are_served():
        _ask_to_reload()
    else:
        _ask()
    return False


def show_access() -> None:
    """How the pages are guarded, and the way out; a section of Settings."""
    if not access.is_from_elsewhere(st.context.headers):
        st.caption(
            "There is nothing to log in to: only this machine reaches the server. "
            "`APP_PASSWORD` guards the pages where it listens on other addresses, or behind a proxy."
        )
    elif access.password() is None:
        st.warning(access.WARNING, icon=":material/lock_open:")
    else:
        _way_out()


def _token() -> object:
    return st.context.cookies.get(access.COOKIE) if routes_are_served() else st.session_state.get(TOKEN)


def _ask() -> None:
    """The form where no route of ours can set a cookie: good for this tab, until it is reloaded."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle, st.form("sign-in", border=False):
        st.title("Sign in")
        st.markdown("This workbench asks for a password before it shows anything.")
        if problem := st.session_state.pop(PROBLEM, None):
            st.error(problem, icon=":material/error:")
        st.text_input("Password", type="password", key=FIELD, autocomplete="current-password")
        st.form_submit_button("Sign in", type="primary", on_click=_take, width="stretch")


def _take() -> None:
    word, client = st.session_state[FIELD], st.context.ip_address
    st.session_state[FIELD] = ""
    problem = access.throttle().attempt(client if isinstance(client, str) else "", lambda: access.is_password(word))
    if problem is None:
        st.session_state[TOKEN] = access.new_token()
    else:
        st.session_state[PROBLEM] = problem


def _ask_to_reload() -> None:
    """The cookie has run out, or was given up in another tab, while this one stayed open."""
    st.title("Signed out")
    st.markdown("You are not signed in any more. Reload this page to sign in again.")


def _way_out() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("`APP_PASSWORD` guards these pages, and you are signed in.", width="stretch")
        if routes_are_served():
            st.link_button("Sign out", sign_in_url(), icon=":material/logout:")
        else:
            st.button("Sign out", on_click=_leave, icon=":material/logout:")


def _leave() -> None:
    access.sign_out(st.session_state.pop(TOKEN))
