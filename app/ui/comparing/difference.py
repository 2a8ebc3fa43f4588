"""Two pictures subtracted: where they differ as a heat map, and how many pixels do as figures."""

from functools import lru_cache
from html import escape

import streamlit as st

from app.ui.comparing.picking import Compared
from app.ui.editing.shown import address
from app.ui.feedback import plain
from app.ui.routes import difference_url
from app.ui.session import pictures_by_url
from app.ui.tables import show_facts
from app.workbench import workbench
from core.domain.job import StoredImage
from core.imaging.difference import Difference, difference, heat_map


def show_difference(first: Compared, second: Compared, names: tuple[str, str]) -> None:
    """The heat map of two pictures, with the figures beside it; they are compared at the smaller one's size."""
    found = _difference(first.picture.image, second.picture.image)
    large, told = st.columns([7, 4], gap="large")
    with large:
        width = f"width:min(100%,calc(min(62vh,900px)*{found.size.width / found.size.height:.4f}))"
        st.html(
            f'<div class="gesso-heat"><img src="{_heat_source(first.picture.image, second.picture.image)}" '
            f'style="{width};aspect-ratio:{found.size.width}/{found.size.height}" '
            f'alt="Heat map of where {escape(names[0])} and {escape(names[1])} differ"></div>'
        )
        st.caption("Dark where both are the same; the brighter, the more a pixel differs.")
    with told:
        st.markdown(f"##### {plain(_verdict(found))}")
        show_facts(_figures(found))
        st.caption(plain(_how(found, names)))


def _verdict(found: Difference) -> str:
    figures = found.figures
    if not figures.changed:
        return f"Identical: all {figures.pixels:,} pixels are the same."
    return f"{_percent(figures.changed, figures.pixels)} of the pixels differ"


def _figures(found: Difference) -> list[tuple[str, str]]:
    figures = found.figures
    visible = _percent(figures.visibly_changed, figures.pixels)
    return [
        ("Differ", f"{figures.changed:,} of {figures.pixels:,} pixels"),
        ("Visibly", f"{figures.visibly_changed:,} pixels, {visible} (by more than 8 of 255 levels)"),
        ("Largest", f"{figures.max_difference} of 255 levels"),
        ("Mean", f"{figures.mean_difference:.2f} levels"),
    ]


def _how(found: Difference, names: tuple[str, str]) -> str:
    pair = f"{names[0]} against {names[1]}"
    if found.stretched:
        how = "the other has another shape and was pressed into it"
        return f"{pair}. Compared at {found.size}, the smaller one's size; {how}."
    if found.scaled:
        return f"{pair}. Compared at {found.size}, the smaller one's size; the other was scaled to it."
    return f"{pair}. Both are {found.size} and were compared pixel by pixel."


def _percent(part: int, whole: int) -> str:
    """A share that is not rounded to nothing or to all."""
    share = 100 * part / whole
    if part and share < 0.01:
        return "under 0.01 %"
    return f"{min(share, 99.99) if part < whole else 100:.2f} %"


def _heat_source(first: StoredImage, second: StoredImage) -> str:
    if pictures_by_url():
        return escape(difference_url(first.id, second.id))
    library = workbench().library
    return address(heat_map(library.original(first), library.original(second)), "image/png")


@lru_cache(maxsize=64)
def _difference(first: StoredImage, second: StoredImage) -> Difference:
    """Counted once for two pictures: the page asks at every run."""
    library = workbench().library
    return difference(library.original(first), library.original(second))
