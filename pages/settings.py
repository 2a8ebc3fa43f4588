"""Settings: who paints, with whose key, at which prices, within which budget, and where it is kept."""

import streamlit as st

from app.ui.feedback import errors_shown, plain
from app.ui.gate import show_access
from app.ui.keeping import say_in_settings
from app.ui.keys_view import api_keys
from app.ui.session import forget_own_key, own_key, set_own_key, visitor
from app.ui.settings_view import (
    BUDGET_COLUMNS,
    MODEL_COLUMNS,
    budget_rows,
    model_rows,
    provider_facts,
    server_facts,
    shown_address,
    storage_facts,
)
from app.ui.tables import show_facts, show_table
from app.workbench import workbench

KEY_FIELD = "own_key_field"


def take_key() -> None:
    """Move the key from the form to the session, and leave nothing in the form."""
    set_own_key(st.session_state[KEY_FIELD])
    st.session_state[KEY_FIELD] = ""


def own_key_form() -> None:
    st.subheader("Your own key")
    if own_key() is not None:
        st.markdown("Your key is set. What you generate in this tab is billed to your own account.")
        st.button("Forget my key", on_click=forget_own_key, icon=":material/key_off:")
        return
    with st.form("own-key", border=False):
        st.text_input("API key", type="password", key=KEY_FIELD, autocomplete="off", placeholder="Paste your key")
        st.form_submit_button("Use my key in this tab", on_click=take_key, icon=":material/key:")
    st.caption(
        "Kept in the memory of this tab's session only, never written anywhere: a reload forgets it. "
        f"It is sent to {plain(shown_address(workbench()))} and nowhere else."
    )


def models() -> None:
    bench = workbench()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader("Models and prices", width="content")
        everything = st.toggle("Show retired models and dated snapshots", key="all_models")
    show_table(MODEL_COLUMNS, model_rows(bench, bench.catalogue.all() if everything else bench.models(visitor())))
    st.caption("Text in, image in and image out are US dollars per million tokens.")


def budgets() -> None:
    st.subheader("Budget")
    show_table(BUDGET_COLUMNS, budget_rows(workbench(), visitor()))
    st.caption(
        "Held is set aside for requests that run, or whose outcome is unknown. "
        "Budgets are set on the server: `BUDGET_DAY_USD` and `BUDGET_MONTH_USD`."
    )


with errors_shown():
    st.title("Settings")
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Provider")
        show_facts(provider_facts(workbench(), visitor()))
    with right:
        own_key_form()
    left, right = st.columns(2, gap="medium")
    with left:
        budgets()
    with right:
        st.subheader("Storage")
        show_facts(storage_facts(workbench(), visitor()))
        st.caption("Inputs, thumbnails and unfinished answers are counted by `gesso doctor`.")
    api_keys()
    st.subheader("This server")
    show_facts(server_facts(workbench()))
    show_access()
    say_in_settings()
    models()
