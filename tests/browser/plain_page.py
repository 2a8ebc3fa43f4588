"""A page that shows the texts in its address through ``plain``, the way our pages show texts of others."""

import streamlit as st

from app.ui.feedback import plain

for number, text in enumerate(st.query_params.get_all("text")):
    with st.container(key=f"shown_{number}"):
        st.error(plain(text))
