"""Where our own addresses begin."""

import streamlit as st


def base() -> str:
    """The server's base path, such as ``/x``; empty at the root."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def prefix() -> str:
    """``/gesso``, under the server's base path."""
    return f"{base()}/gesso"
