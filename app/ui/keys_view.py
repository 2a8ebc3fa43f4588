"""API keys on the settings page: a visitor makes them for programs, sees them once, and takes them back."""

from decimal import Decimal
from urllib.parse import urlsplit

import streamlit as st

from app.ui.feedback import errors_shown, plain
from app.ui.session import own_key, visitor
from app.workbench import routes_are_served, workbench
from core.domain.api_key import LONGEST_NAME, ApiKey, KeyUse
from core.domain.ledger import Budgets, Spending
from core.domain.money import usd_text

MADE, COUNT = "gesso_new_key", "gesso_keys_made"
"""The text of the key that was just made, in this tab's session until it is closed, and how many there were."""


def api_keys() -> None:
    """The visitor's live keys, and a form for a new one; nothing where no API is served."""
    if not routes_are_served():
        return
    st.subheader("API keys")
    if own_key() is not None:
        st.caption("API keys spend this server's account. Forget your own key to see them.")
        return
    st.caption(
        f"For programs: an OpenAI client with the base URL `{_base_url()}` and such a key makes pictures here. "
        "They appear in your History and are paid by this server's account, within its budget, like those made here."
    )
    _made()
    for use in workbench().keys.list(visitor()):
        if use.key.revoked_at is None:
            _key(use)
    _form()


def _form() -> None:
    """A form under new widget keys after each key that was made, so that it is empty again."""
    count = st.session_state.setdefault(COUNT, 0)
    with (
        st.form("new-api-key", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        name = st.text_input(
            "Name",
            key=f"new_key_name_{count}",
            max_chars=LONGEST_NAME,
            placeholder="What it is for",
            autocomplete="off",
        )
        day = _budget("Budget a day (USD)", f"new_key_day_{count}")
        month = _budget("Budget a month (USD)", f"new_key_month_{count}")
        wanted = st.form_submit_button("Make a key", icon=":material/add:", key="new_key")
    if wanted:
        with errors_shown():
            new = workbench().keys.create(name, visitor(), budgets=Budgets(day=day, month=month))
            st.session_state[MADE] = new.text
            st.session_state[COUNT] = count + 1
            st.rerun()


def _budget(label: str, key: str) -> Decimal | None:
    amount = st.number_input(label, 0.0, value=None, step=1.0, key=key, placeholder="no limit", width=180)
    return None if amount is None else Decimal(str(amount))


def _made() -> None:
    text = st.session_state.get(MADE)
    if text is None:
        return
    with st.container(border=True):
        st.markdown("**Copy your new key now.** It is kept nowhere and is not shown again.")
        st.code(text, language=None, wrap_lines=True)
        st.button("I have it", key="new_key_close", on_click=_close, icon=":material/check:")


def _key(use: KeyUse) -> None:
    key, budgets = use.key, use.key.budgets
    spent = f"{_of(use.today, budgets.day)} today, {_of(use.month, budgets.month)} this month"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**{plain(key.name)}** `{key.shown}…`  \n:small[:gray[{plain(spent)}; {_last(key)}]]", width="stretch"
        )
        with st.popover("Revoke", icon=":material/key_off:", key=f"revoke_fold_{key.id}"):
            st.markdown(f"Revoke {plain(key.name)}? What uses it stops working. Its pictures stay.")
            st.button("Revoke", key=f"revoke_{key.id}", type="primary", on_click=_revoke, args=(key.id,))


def _of(spending: Spending, budget: Decimal | None) -> str:
    return usd_text(spending.total) + ("" if budget is None else f" of {usd_text(budget)}")


def _last(key: ApiKey) -> str:
    return f"last used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"


def _close() -> None:
    st.session_state.pop(MADE, None)


def _revoke(id: str) -> None:
    with errors_shown():
        workbench().keys.revoke(id, visitor())


def _base_url() -> str:
    """Where programs find the API: beside the pages."""
    here, base = urlsplit(st.context.url or ""), str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{here.scheme}://{here.netloc}{f'/{base}' if base else ''}/v1" if here.netloc else "/v1"
