"""The files beside this one that pages carry in themselves, each read once: pages run many times a second."""

from base64 import b64encode
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def style(name: str) -> str:
    """A style sheet as an element for ``st.html``."""
    return f"<style>{(HERE / name).read_text(encoding='utf-8')}</style>"


@cache
def picture(name: str) -> str:
    """An SVG as a data address; given a path, Streamlit reads and encodes the file on every run."""
    return f"data:image/svg+xml;base64,{b64encode((HERE / name).read_bytes()).decode()}"
