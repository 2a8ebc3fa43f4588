"""Controls side by side, at any width of the screen."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def row(cells: int = 2) -> DeltaGenerator:
    """What is put into it stands in cells of equal width; one message to the browser where columns take three."""
    return st.grid(cells, wrap=False, min_column_width=1, gap="small")
