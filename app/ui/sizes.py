"""The size of the picture: a shape and how large, or width and height with the nearest legal size at hand."""

from math import isqrt

import streamlit as st

from app.ui.choices import choose, key, line, one_of
from app.ui.rows import row
from core.domain.image import Size
from core.domain.model import Model
from core.domain.sizes import SizeRule

AUTO, CUSTOM, ALIKE = "auto", "custom", "alike"
SHAPES = {
    ALIKE: "Like the picture",
    "square": "Square 1:1",
    "landscape": "Landscape 3:2",
    "portrait": "Portrait 2:3",
    "wide": "Wide 16:9",
    "tall": "Tall 9:16",
    AUTO: "Auto",
    CUSTOM: "Custom",
}
DEFAULT_SHAPE = "square"
TIERS = ("", "2K", "4K")
PRESETS = {
    "square": (Size(1024, 1024), Size(2048, 2048), Size(2880, 2880)),
    "landscape": (Size(1536, 1024), Size(2160, 1440), Size(3504, 2336)),
    "portrait": (Size(1024, 1536), Size(1440, 2160), Size(2336, 3504)),
    "wide": (Size(1536, 864), Size(2048, 1152), Size(3840, 2160)),
    "tall": (Size(864, 1536), Size(1152, 2048), Size(2160, 3840)),
}
GIF_STEP = 16


def size_choice(model: Model, frames: int | None, like: Size | None = None) -> str | None:
    """Ask for a size; returns ``WxH``, "auto", or None to leave it out.

    ``frames`` is set for a GIF. ``like`` is the picture that is edited: its own size, or the nearest, is the default.
    """
    presets = {shape: _presets(model, shape, frames) for shape in PRESETS}
    if like is not None and frames is None:
        presets[ALIKE] = {"": model.sizes.nearest(like)}
    shapes = [shape for shape in SHAPES if _has(shape, model, presets)]
    with row():
        shape = one_of("shape", "Shape", shapes, ALIKE if ALIKE in presets else DEFAULT_SHAPE, SHAPES.__getitem__)
        if shape == AUTO:
            st.text_input("Size", "the model chooses", disabled=True)
            return AUTO
        return _custom(model.sizes) if shape == CUSTOM else str(_preset(presets[shape]))


def size_remarks(model: Model, text: str | None, *, is_gif: bool) -> None:
    """Say live what is wrong with a custom size and offer the nearest, or that a size is experimental."""
    size = None if text in (None, AUTO) else Size.parse(text)
    if size is None or is_gif:
        return
    rule = model.sizes
    if problem := rule.problem(size):
        offer_size(problem, rule.nearest(size))
    elif rule.experimental_pixels and size.pixels > rule.experimental_pixels:
        megapixels = rule.experimental_pixels / 1_000_000
        st.caption(f"Above {megapixels:.1f} megapixels is experimental at the provider: results vary more.")


def offer_size(problem: str, legal: Size) -> None:
    """A sentence about a size, and one click that mends it."""
    st.warning(problem, icon=":material/straighten:")
    st.button(
        f"Use {legal}", key=key("nearest"), icon=":material/auto_fix_high:", on_click=choose_size, args=(str(legal),)
    )


def choose_size(text: str | None) -> None:
    """Set the controls to a size: its preset if it has one, custom otherwise."""
    size = None if text in (None, AUTO) else Size.parse(text)
    if size is None:
        choose("shape", DEFAULT_SHAPE if text is None else AUTO)
        return
    for shape, sizes in PRESETS.items():
        if size in sizes:
            choose("shape", shape)
            choose("tier", TIERS[sizes.index(size)])
            return
    choose("shape", CUSTOM)
    choose("custom_size", str(size))


def _presets(model: Model, shape: str, frames: int | None) -> dict[str, Size]:
    """The legal sizes of a shape by tier; for a GIF the one that its frames leave room for."""
    sizes = PRESETS[shape]
    if frames is not None and model.gif is not None:
        edge = next(edge for up_to, edge in model.gif.max_square_edges if frames <= up_to)
        return {"": _within(edge, sizes[0])}
    return {tier: size for tier, size in zip(TIERS, sizes, strict=True) if model.sizes.problem(size) is None}


def _within(edge: int, shape: Size) -> Size:
    """The largest size of about this shape with at most ``edge`` squared pixels."""
    height = isqrt(edge * edge * shape.height // shape.width) // GIF_STEP * GIF_STEP
    return Size(height * shape.width // shape.height // GIF_STEP * GIF_STEP, height)


def _has(shape: str, model: Model, presets: dict[str, dict[str, Size]]) -> bool:
    match shape:
        case "auto":
            return model.auto_size
        case "custom":
            return model.sizes.free
        case _:
            return bool(presets.get(shape))


def _preset(sizes: dict[str, Size]) -> Size:
    tier = one_of("tier", "Size", list(sizes), next(iter(sizes)), lambda tier: f"{sizes[tier]} {tier}".strip())
    return sizes[tier]


def _custom(rule: SizeRule) -> str:
    multiples = f", multiples of {rule.step}" if rule.step else ""
    text = line("custom_size", f"Width x height{multiples}", str(PRESETS[DEFAULT_SHAPE][0]))
    size = Size.parse(text)
    return text.strip() if size is None else str(size)
