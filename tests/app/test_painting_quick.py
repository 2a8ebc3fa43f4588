"""Regions without a mouse, and the seam on a page."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.ui.painting.quick import NAMES, taken_away
from core.bootstrap import Workbench
from core.domain.image import Size
from core.domain.mask import Mask, Operation, quick_region
from core.imaging.masks import render, selected

SIZE = Size(300, 200)


def pixels(*operations: Operation) -> np.ndarray:  # type: ignore[type-arg]
    return np.asarray(render(Mask(width=SIZE.width, height=SIZE.height, operations=operations)))


@pytest.mark.parametrize("name", NAMES)
def test_a_named_region_covers_what_its_name_says(name: str) -> None:
    assert np.array_equal(pixels(*quick_region(name, SIZE)), pixels(*quick_region(name, SIZE)))


def test_a_border_taken_away_leaves_the_middle() -> None:
    everything = quick_region("left half", SIZE) + quick_region("right half", SIZE)

    left = render(Mask(width=300, height=200, operations=everything + taken_away(quick_region("border", SIZE))))

    assert selected(left) == 260 * 160


def painting() -> None:
    import streamlit as st

    from app.ui.painting import Picture, paint_mask, quick_regions
    from core.domain.image import Size

    picture = Picture(id="a" * 64, size=Size(300, 200), display="/gesso/images/a")
    operations = paint_mask(picture, key="mask")
    st.text(";".join(f"{one.tool} {one.points} {one.erase}" for one in operations))
    quick_regions(picture, key="quick")


def test_a_region_by_numbers_is_painted_and_taken_away(bench: Workbench) -> None:  # noqa: ARG001
    page = AppTest.from_function(painting).run()
    assert not page.exception
    for name, value in (("x", 250), ("y", 10), ("width", 100), ("height", 20)):
        page.number_input(key=f"quick_{name}").set_value(value)

    page.button(key="quick_numbers_add").click().run()
    assert page.text[0].value == "rectangle ((250, 10), (300, 30)) False"

    page.button(key="quick_numbers_take_away").click().run()
    assert page.text[0].value.endswith(";rectangle ((250, 10), (300, 30)) True")


def test_the_chosen_painter_stays_chosen(bench: Workbench) -> None:  # noqa: ARG001
    page = AppTest.from_function(painting).run()

    page.segmented_control(key="mask_painter_choice").set_value("Precise").run()

    assert not page.exception
    assert page.session_state["mask_painter"] == "Precise"
