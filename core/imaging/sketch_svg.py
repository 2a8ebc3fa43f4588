"""Writes shapes as an SVG document of paths and gradients."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

import numpy as np

from core.domain.image import Size
from core.imaging.sketch_shapes import Colour, Points, Shape

NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), " ")


def document(shapes: Iterable[Shape], size: Size, caption: str, *, title: str) -> str:
    """A complete SVG document of the given pixel size."""
    width, height = (1000 * edge / size.short for edge in (size.width, size.height))
    body = "\n".join(_element(shape, number) for number, shape in enumerate(shapes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size.width}" height="{size.height}" '
        f'viewBox="0 0 {width:.6g} {height:.6g}">\n<title>{_text(title)}</title>\n{body}\n'
        f"{_caption(_text(caption), len(caption), height)}\n</svg>\n"
    )


def _element(shape: Shape, number: int) -> str:
    first = shape.stops[0][1]
    flat = all(colour == first for _, colour in shape.stops)
    definitions = "" if flat else _gradient(shape, number)
    paint = f'fill="{_hex(first)}" fill-opacity="{first[3]:.3g}"' if flat else f'fill="url(#g{number})"'
    if shape.softness:
        definitions += (
            f'<filter id="b{number}" x="-20%" y="-20%" width="140%" height="140%">'
            f'<feGaussianBlur stdDeviation="{shape.softness:.3g}"/></filter>'
        )
        paint += f' filter="url(#b{number})"'
    return f'{definitions}<path {paint} d="{"".join(_ring(ring) for ring in shape.rings)}"/>'


def _gradient(shape: Shape, number: int) -> str:
    left, top, right, bottom = shape.box
    stops = "".join(
        f'<stop offset="{at:.3g}" stop-color="{_hex(colour)}" stop-opacity="{colour[3]:.3g}"/>'
        for at, colour in shape.stops
    )
    if shape.radial:
        where = f'cx="{(left + right) / 2:.1f}" cy="{(top + bottom) / 2:.1f}" r="{(right - left) / 2:.1f}"'
        return f'<radialGradient id="g{number}" gradientUnits="userSpaceOnUse" {where}>{stops}</radialGradient>'
    y1, y2 = shape.span or (top, bottom)
    where = f'x1="0" x2="0" y1="{y1:.1f}" y2="{y2:.1f}"'
    return f'<linearGradient id="g{number}" gradientUnits="userSpaceOnUse" {where}>{stops}</linearGradient>'


def _ring(points: Points) -> str:
    return "M" + " ".join(f"{x:g},{y:g}" for x, y in np.round(points, 1).tolist()) + "Z"


def _caption(text: str, length: int, height: float) -> str:
    return (
        f'<rect x="17" y="{height - 51:.1f}" width="{length * 8.6 + 30:.0f}" height="34" rx="17" fill="#101222" '
        f'fill-opacity="0.59"/><text x="31" y="{height - 28.5:.1f}" font-family="sans-serif" font-size="16.5" '
        f'fill="#fff">{text}</text>'
    )


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour[:3])


def _text(text: str) -> str:
    return escape(text.translate(NOT_IN_XML))
