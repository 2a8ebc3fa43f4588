"""A page that shows the text in its address through ``plain``, the way our pages show texts of others."""

import streamlit as st

from app.ui.feedback import plain

with st.container(key="shown"):
    st.error(plain(st.query_params["text"]))
