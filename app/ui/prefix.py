"""Where our own addresses begin."""

import streamlit as st


def prefix() -> str:
    """``/gesso``, under the server's base path."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/gesso" if base else "/gesso"
