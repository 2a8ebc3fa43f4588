"""The frame around every page: mark, menu, money, and one line when no real provider is in use."""

from pathlib import Path

import streamlit as st

from app.ui.feedback import errors_shown
from app.ui.money import money_strip
from app.ui.navigation import pages

HERE = Path(__file__).parent


def frame() -> None:
    """Run the chosen page inside the frame; this is the app's main script."""
    st.set_page_config(page_title="Gesso", page_icon=HERE / "gesso-mark.svg", layout="wide")
    theme = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(HERE / f"gesso-{theme}.svg", size="large")
    st.html(HERE / "style.css")
    page = st.navigation(pages(), position="top")
    with errors_shown():
        money_strip()
        page.run()


if __name__ == "__main__":
    frame()
