"""A Streamlit page with one button, to hold reruns against."""

import streamlit as st

st.button("Generate nothing")
