"""Our own painter: a true eraser, zoom to single pixels, a lasso, and every step by keyboard."""

from app.ui.painting.component import show_painter
from app.ui.painting.picture import Picture


def show(picture: Picture, *, key: str) -> None:
    """Mount the precise painter on a picture."""
    show_painter("precise", picture, key=key)
