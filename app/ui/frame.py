"""The frame around every page: mark, menu, money, and one line when no real provider is in use."""

import streamlit as st

from app.ui.feedback import errors_shown
from app.ui.files import picture, style
from app.ui.gate import admitted
from app.ui.money import money_strip
from app.ui.navigation import pages


def frame() -> None:
    """Run the chosen page inside the frame; this is the app's main script."""
    st.set_page_config(page_title="Gesso", page_icon=picture("gesso-mark.svg"), layout="wide")
    theme = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(picture(f"gesso-{theme}.svg"), size="large")
    st.html(style("style.css"))
    known = False
    with errors_shown():
        known = admitted()
    if not known:
        return
    page = st.navigation(pages(), position="top")
    with errors_shown():
        money_strip()
        page.run()


if __name__ == "__main__":
    frame()
