"""A page with a painter on a picture of 3840x2160, or of the size in its address, and a line that says what came."""

import json
from functools import cache
from io import BytesIO

import streamlit as st
from PIL import Image, ImageDraw

from app.ui.painting import Picture, paint_mask, painted, quick_regions
from core.domain.image import Size

WIDE, HIGH = 3840, 2160
SHOWN = 1600


@cache
def display(width: int, height: int) -> bytes:
    """A calm landscape, 1,600 pixels wide."""
    shown = Image.new("RGB", (SHOWN, round(SHOWN * height / width)))
    draw = ImageDraw.Draw(shown)
    for y in range(shown.height):
        share = y / shown.height
        draw.line((0, y, SHOWN, y), (round(70 + 150 * share), round(110 + 80 * share), round(170 - 60 * share)))
    draw.ellipse((1100, shown.height * 0.15, 1280, shown.height * 0.15 + 180), (250, 226, 160))
    for start, base, colour in ((0, 0.62, (62, 84, 92)), (500, 0.7, (44, 62, 66)), (-300, 0.82, (28, 38, 40))):
        peaks = [(start + 400 * i, shown.height * (base - 0.16 * (i % 2))) for i in range(-2, 6)]
        draw.polygon([(-800, shown.height), *peaks, (2600, shown.height)], colour)
    out = BytesIO()
    shown.save(out, "JPEG", quality=85)
    return out.getvalue()


def picture() -> Picture:
    width, height = int(st.query_params.get("width", WIDE)), int(st.query_params.get("height", HIGH))
    return Picture(id=f"{width}x{height}", size=Size(width, height), display=lambda: display(width, height))


def line() -> str:
    operations = painted(picture())
    points = sum(len(operation.points) for operation in operations)
    return f"{len(operations)} operations, {points} points"


def paint() -> None:
    shown = picture()
    operations = paint_mask(shown, key="mask")
    if "tell" in st.query_params:
        with st.container(key="told"):
            st.code(json.dumps([operation.to_json() for operation in operations]), language=None)
    with st.container(key="line"):
        st.markdown(line())
    st.button("Unrelated")
    with st.expander("Without a mouse"):
        quick_regions(shown, key="quick")


def elsewhere() -> None:
    with st.container(key="line"):
        st.markdown(f"Elsewhere: {line()}")


st.set_page_config(layout="wide")
pages = [st.Page(paint, title="Paint", default=True), st.Page(elsewhere, title="Elsewhere")]
st.navigation(pages, position="top").run()
