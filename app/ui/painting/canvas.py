"""The default painter: streamlit-drawable-canvas 0.13, mounted through a shim that loses no stroke."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from app.ui.painting.component import show_painter
from app.ui.painting.picture import Picture

PACKAGE = "streamlit_drawable_canvas"
ADDRESS = "_stcore/bidi-components/streamlit-drawable-canvas.streamlit_drawable_canvas"
"""Where Streamlit serves the files of an installed component, from the page's own address."""


def show(picture: Picture, *, key: str) -> None:
    """Mount the canvas on a picture."""
    show_painter("canvas", picture, key=key, scripts=("canvas_geometry.js",), bundle=bundle())


@cache
def bundle() -> str:
    """The address of the component's script, whose name changes with its content."""
    found = find_spec(PACKAGE)
    folder = Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else Path()
    script = next((folder / "frontend" / "build").glob("index-*.js"))
    return f"{ADDRESS}/{script.name}"
