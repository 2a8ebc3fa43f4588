"""The subjects of demo pictures: each a few shapes standing on a point, drawn in a box of their own height.

Every subject is drawn around x = 0 with its foot at y = 0 and a height of about 100, then
placed by ``Place``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.imaging.sketch_shapes import (
    Colour,
    Points,
    Shape,
    box,
    darker,
    ellipse,
    faded,
    fill,
    glow,
    lighter,
    mix,
    poly,
    rgb,
    smooth,
    stroke,
    turned,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a subject stands (``x``, ``y`` is its foot), how tall it is, how it leans and what light it gets."""

    x: float
    y: float
    height: float
    lean: float = 0
    shade: Colour
    shading: float
    """How much of ``shade`` covers the subject's own colours (0-1)."""

    def put(self, shapes: Iterable[Shape]) -> Iterator[Shape]:
        for shape in shapes:
            rings = tuple(turned(ring, self.lean) * (self.height / 100) + (self.x, self.y) for ring in shape.rings)
            stops = tuple((at, self._lit(colour)) for at, colour in shape.stops)
            yield replace(shape, rings=rings, stops=stops, softness=shape.softness * self.height / 100)

    def _lit(self, colour: Colour) -> Colour:
        return mix(colour, faded(self.shade, colour[3]), self.shading)


def _mirrored(points: Points) -> tuple[Points, Points]:
    return points, points * (-1, 1)


def _eyes(y: float, apart: float, size: float) -> Iterator[Shape]:
    dark = rgb("20202c")
    yield fill((ellipse(-apart, y, size * 0.85, size), ellipse(apart, y, size * 0.85, size)), dark)
    spots = (ellipse(-apart + 0.3, y - size * 0.4, size * 0.3), ellipse(apart + 0.3, y - size * 0.4, size * 0.3))
    yield fill(spots, rgb("ffffff"))


def _body(coat: Colour, chest: Colour, half: float) -> Iterator[Shape]:
    body = smooth((0, -62), (half * 0.62, -52), (half, -22), (half * 0.95, -3), (0, 0), (-half * 0.95, -3),
                  (-half, -22), (-half * 0.62, -52))  # fmt: skip
    yield fill(body, lighter(coat, 0.06), darker(coat, 0.22))
    yield fill(smooth((0, -60), (half * 0.42, -48), (half * 0.34, -26), (0, -16), (-half * 0.34, -26),
                      (-half * 0.42, -48)), chest, mix(chest, coat, 0.25))  # fmt: skip
    legs = _mirrored(smooth((2.2, -30), (half * 0.42, -28), (half * 0.46, -4), (half * 0.3, 0.6), (2.4, 0), (1.6, -6)))
    yield fill(legs, coat, mix(coat, chest, 0.5))


def cat(accent: Colour | None) -> Iterator[Shape]:
    """Sitting, looking at you, tail around the side."""
    coat = accent or rgb("4a4f63")
    chest = lighter(coat, 0.78)
    yield fill(stroke(((14, -6), (33, -7), (38, -26), (30, -38), (34, -47)), (8, 7.5, 6.5, 5.5, 3)), coat)
    yield from _body(coat, chest, 25)
    ears = _mirrored(poly((5, -84), (19, -97), (21, -74)))
    yield fill(ears, darker(coat, 0.1))
    yield fill(_mirrored(poly((9.5, -84), (17.5, -92), (18.6, -78))), rgb("e7a3a0"))
    head = smooth((0, -87), (15, -84), (23, -70), (18, -58), (0, -52), (-18, -58), (-23, -70), (-15, -84))
    yield fill(head, lighter(coat, 0.1), darker(coat, 0.08))
    yield fill((ellipse(-4.6, -60.5, 6.4, 5), ellipse(4.6, -60.5, 6.4, 5)), chest)
    yield from _eyes(-70, 9.5, 3.6)
    yield fill(smooth((0, -61.5), (-2.6, -64.5), (0, -65.2), (2.6, -64.5)), rgb("e48a8a"))
    whiskers = [stroke(((7, y), (16, y - 1 + dy), (26, y - 1 + 2 * dy)), (0.6, 0.6, 0.2))
                for y, dy in ((-61, 0.6), (-60, 2.2))]  # fmt: skip
    yield fill([ring for whisker in whiskers for ring in _mirrored(whisker)], faded(lighter(coat, 0.9), 0.85))


def fox(accent: Colour | None) -> Iterator[Shape]:
    """Sitting, with white cheeks and a brush of a tail."""
    coat = accent or rgb("e0702e")
    white, dark = rgb("fff6ea"), rgb("3a2a2e")
    tail = smooth((10, -3), (28, -1), (42, -14), (45, -34), (38, -50), (38, -50), (31, -34), (20, -22))
    yield fill(tail, lighter(coat, 0.1), darker(coat, 0.15))
    tip = smooth((38, -50), (38, -50), (45, -37), (43, -29), (39, -34), (35.5, -31), (32.4, -36))
    yield fill(tip, white)
    yield from _body(coat, white, 22)
    yield fill(_mirrored(smooth((3, -9), (9, -9), (10, -2), (6, 0.6), (2.4, 0), (2, -5))), dark)
    yield fill(_mirrored(poly((4, -82), (19, -103), (24, -74))), coat)
    yield fill(_mirrored(poly((11, -84), (18.4, -97), (21, -79))), dark)
    head = smooth((0, -87), (14, -85), (25, -72), (25, -72), (14, -60), (0, -49), (-14, -60), (-25, -72), (-25, -72),
                  (-14, -85))  # fmt: skip
    yield fill(head, lighter(coat, 0.08), coat)
    yield fill(
        _mirrored(smooth((25, -71.5), (25, -71.5), (13, -60), (0, -49.4), (0, -49.4), (3, -60), (12, -69))), white
    )
    yield from _eyes(-70.5, 9.5, 2.9)
    yield fill(ellipse(0, -52.4, 3.2, 2.6), dark)


def dog(accent: Colour | None) -> Iterator[Shape]:
    """Sitting, ears hanging, tongue out."""
    coat = accent or rgb("c98f57")
    chest, ear = lighter(coat, 0.7), darker(coat, 0.42)
    yield fill(stroke(((16, -8), (29, -12), (36, -28)), (7, 6, 3)), coat)
    yield from _body(coat, chest, 24)
    yield fill(box(-11, -57, 11, -53), rgb("c8413b"))
    yield fill(ellipse(0, -51.5, 3.2), rgb("f0c350"))
    head = smooth((0, -92), (15, -89), (20, -74), (15, -60), (0, -55), (-15, -60), (-20, -74), (-15, -89))
    yield fill(head, lighter(coat, 0.1), coat)
    yield fill(smooth((0, -90), (4, -78), (10, -66), (0, -56), (-10, -66), (-4, -78)), chest)
    yield fill(smooth((-3, -60), (3, -60), (2.6, -53), (0, -51.4), (-2.6, -53)), rgb("e2787f"))
    yield fill(_mirrored(smooth((11, -90), (19, -90), (27, -74), (25, -62), (19, -61), (16, -74))), ear)
    yield from _eyes(-75, 8.2, 3)
    yield fill(ellipse(0, -66, 4.6, 3.4), rgb("2a2530"))


def bird(accent: Colour | None) -> Iterator[Shape]:
    """Perched on a branch."""
    coat = accent or rgb("3f86b8")
    breast = rgb("f0a25c")
    yield fill(stroke(((-75, -6), (-30, -12), (10, -9), (70, -22)), (7, 6, 5, 2)), rgb("5a4034"))
    leaves = [ellipse(x, y, 9, 3.6, turn) for x, y, turn in ((48, -25, -0.9), (58, -12, 0.5), (-52, -17, -2.3))]
    yield fill(leaves, rgb("5f9a5d"), rgb("3d7a52"))
    yield fill(poly((-16, -34), (-58, -10), (-50, -24), (-60, -27), (-20, -50)), darker(coat, 0.25))
    yield fill((stroke(((4, -20), (4, -9)), (1.8, 1.8)), stroke(((10, -20), (11, -9)), (1.8, 1.8))), rgb("6b4a3a"))
    body = smooth((28, -88), (41, -78), (36, -56), (24, -26), (2, -15), (-18, -25), (-22, -42), (0, -62), (12, -82))
    yield fill(body, lighter(coat, 0.1), darker(coat, 0.1))
    yield fill(smooth((38, -66), (36, -50), (24, -25), (6, -16), (2, -22), (18, -42), (30, -66)), breast)
    yield fill(smooth((8, -62), (14, -46), (-4, -30), (-38, -20), (-38, -20), (-22, -44)), darker(coat, 0.3))
    yield fill(smooth((6, -56), (10, -46), (-4, -36), (-28, -26), (-28, -26), (-16, -42)), mix(coat, breast, 0.15))
    yield fill(poly((40, -80), (54, -75), (39, -71)), rgb("e9b949"))
    yield fill(ellipse(30.5, -77, 3), rgb("1d1f2b"))
    yield fill(ellipse(31.5, -78.2, 1), rgb("ffffff"))


def flower(accent: Colour | None) -> Iterator[Shape]:
    """Three blooms on their stems."""
    petal = accent or rgb("e8627c")
    for x, height, size, bend in ((-30, 62, 0.74, -7), (31, 70, 0.8, 8), (0, 84, 1.1, 2)):
        yield fill(stroke(((0, 0), (x * 0.55, -height * 0.5), (x + bend * 0.2, -height)), (3.4, 3, 2.4)), rgb("4f9258"))
        side = 1 if x >= 0 else -1
        mid, low = x * 0.5, -height
        tip = (mid + 24 * side, low * 0.6)
        leaf = smooth((mid, low * 0.42), (mid + 10 * side, low * 0.62), tip, tip, (mid + 12 * side, low * 0.42))
        yield fill(leaf, rgb("7fb66a"), rgb("3f8155"))
        for count, reach, tone in ((9, 12.5, darker(petal, 0.16)), (8, 9.5, petal), (7, 6, lighter(petal, 0.3))):
            bloom = ellipse(0, -reach * size, 5.4 * size, 8.2 * size)
            angles = (2 * np.pi * k / count + reach for k in range(count))
            rings = [turned(bloom, angle) + poly((x, -height)) for angle in angles]
            yield fill(rings, lighter(tone, 0.1), tone)
        yield fill(ellipse(x, -height, 6 * size), rgb("f7d264"), rgb("dd9a3c"))


def boat(accent: Colour | None) -> Iterator[Shape]:
    """A sailing boat with a hull that dips into the water line."""
    hull = accent or rgb("b8433f")
    yield fill(box(-0.9, -100, 0.9, -14), rgb("6b4a38"))
    yield fill(smooth((3, -96), (3, -96), (22, -62), (40, -24), (40, -24), (20, -21), (3, -22), (3, -22)),
               rgb("fffaf0"), rgb("f0dcc0"))  # fmt: skip
    yield fill(smooth((-3, -88), (-3, -88), (-15, -56), (-31, -24), (-31, -24), (-16, -22), (-3, -22), (-3, -22)),
               lighter(hull, 0.45), lighter(hull, 0.2))  # fmt: skip
    yield fill(poly((0, -100), (14, -96.5), (0, -93)), hull)
    yield fill(smooth((-40, -16), (-40, -16), (0, -13), (46, -18), (46, -18), (34, 0), (34, 0), (-30, 0), (-30, 0)),
               hull, darker(hull, 0.45))  # fmt: skip
    yield fill(poly((-37.5, -11.5), (43, -12.5), (41.5, -10), (-36.5, -9)), rgb("fff4e2"))


def house(accent: Colour | None) -> Iterator[Shape]:
    """A cottage with lit windows."""
    wall, roof = rgb("f6e7d0"), accent or rgb("b5523f")
    yield fill(box(22, -92, 33, -62), darker(roof, 0.35))
    yield fill(box(-42, -54, 42, 0), wall, darker(wall, 0.18))
    yield fill(poly((-52, -50), (-26, -90), (26, -90), (52, -50)), lighter(roof, 0.08), darker(roof, 0.15))
    yield fill(box(-52, -51, 52, -47), darker(roof, 0.35))
    yield fill(smooth((-8, 0), (-8, 0), (-8, -26), (0, -33), (8, -26), (8, 0), (8, 0)), rgb("6c4634"), rgb("4f3228"))
    yield fill(ellipse(4.5, -14, 1.2), rgb("f3c969"))
    windows = [box(x, -38, x + 17, -19) for x in (-34, 17)]
    yield fill(windows, rgb("8a6a50"))
    panes = [box(x + dx, y, x + dx + 6.6, y + 7.6) for x in (-34, 17) for dx in (1.4, 9) for y in (-36.6, -28)]
    yield fill(panes, rgb("ffe9a6"), rgb("fcc45c"))


def balloon(accent: Colour | None) -> Iterator[Shape]:
    """A hot-air balloon in gores of two colours."""
    main, other = accent or rgb("d9503f"), rgb("fbe6c2")
    yield fill([stroke(((x, -26), (x * 0.5, -9)), (0.7, 0.7)) for x in (-9, -4, 4, 9)], rgb("5d463c"))
    for index, share in enumerate((1, 0.8, 0.52, 0.2)):
        gore = smooth((0, -100), (24 * share, -93), (34 * share, -70), (24 * share, -42), (10 * share, -25), (0, -24),
                      (-10 * share, -25), (-24 * share, -42), (-34 * share, -70), (-24 * share, -93))  # fmt: skip
        tone = main if index % 2 == 0 else other
        yield fill(gore, lighter(tone, 0.22), darker(tone, 0.24))
    yield fill(smooth((14, -94), (29, -78), (29, -62), (18, -40), (23, -62), (22, -80)), faded(rgb("ffffff"), 0.18))
    yield fill(smooth((-7, -10), (-7, -10), (7, -10), (7, -10), (6, 0), (6, 0), (-6, 0), (-6, 0)), rgb("9a6a3f"),
               rgb("6d452b"))  # fmt: skip


def lighthouse(accent: Colour | None) -> Iterator[Shape]:
    """A striped tower on a rock, its lamp lit."""
    stripe, white = accent or rgb("c9473f"), rgb("fbf3e6")
    yield glow(0, -89, 46, rgb("ffe7a0", 0.75))
    beams = _mirrored(poly((0, -90.5), (170, -112), (170, -82), (0, -87)))
    yield fill(beams, rgb("fff0b8", 0.2))
    yield fill(poly((-13, 0), (-8, -80), (8, -80), (13, 0)), white, darker(white, 0.14))
    for y in (-72, -48, -24):
        top, bottom = 8 + (80 + y) / 16, 8 + (92 + y) / 16
        yield fill(poly((-top, y), (top, y), (bottom, y + 12), (-bottom, y + 12)), stripe, darker(stripe, 0.12))
    yield fill(poly((2.4, -80), (8, -80), (13, 0), (4, 0)), rgb("1c1e38", 0.14))
    yield fill(box(-11, -83, 11, -80), rgb("3a3846"))
    yield fill(box(-6, -94, 6, -83), rgb("fff6c8"), rgb("ffd978"))
    yield fill([box(x - 0.5, -94, x + 0.5, -83) for x in (-5.6, -2, 2, 5.6)], rgb("3a3846"))
    yield fill(smooth((-8, -94), (-8, -94), (0, -103), (8, -94), (8, -94)), stripe, darker(stripe, 0.25))
    rock = smooth((-34, 8), (-27, -4), (-12, -3), (0, -6), (14, -2), (28, -3), (37, 8))
    yield fill(rock, rgb("6a6470"), rgb("3b3848"))


def person(accent: Colour | None) -> Iterator[Shape]:
    """A portrait: head and shoulders before a pale disc."""
    coat, hair, skin = accent or rgb("2f6f7a"), rgb("4a2c36"), rgb("e8b08c")
    yield fill(ellipse(0, -52, 47), rgb("fdeccd", 0.85), rgb("f6bd94", 0.85))
    yield fill(smooth((0, -95), (20, -90), (27, -68), (25, -40), (30, -22), (0, -14), (-30, -22), (-25, -40),
                      (-27, -68), (-20, -90)), hair, darker(hair, 0.25))  # fmt: skip
    yield fill(smooth((0, -30), (22, -25), (41, -15), (47, 0), (47, 0), (-47, 0), (-47, 0), (-41, -15), (-22, -25)),
               lighter(coat, 0.1), darker(coat, 0.2))  # fmt: skip
    yield fill(poly((-8, -48), (8, -48), (9.5, -27), (0, -15), (-9.5, -27)), darker(skin, 0.18))
    yield fill(smooth((0, -86), (14, -82), (18, -66), (15, -50), (6, -40), (0, -38.6), (-6, -40), (-15, -50),
                      (-18, -66), (-14, -82)), lighter(skin, 0.12), skin)  # fmt: skip
    fringe = smooth(
        (-19, -60), (-21, -80), (-6, -93), (12, -91), (21, -78), (19.5, -61), (15, -74), (4, -81), (-9, -77)
    )
    yield fill(fringe, lighter(hair, 0.08), hair)
    yield from _eyes(-63, 7.4, 2)
    yield fill(_mirrored(stroke(((4, -68.4), (7.6, -69.6), (11, -68)), (0.8, 1.4, 0.6))), hair)
    yield fill((ellipse(-10.5, -56, 4, 2.6), ellipse(10.5, -56, 4, 2.6)), rgb("e5796a", 0.35))
    yield fill(stroke(((-0.6, -62), (1.6, -56), (-1, -54.6)), (0.7, 1, 0.8)), darker(skin, 0.25))
    yield fill(smooth((-5, -48.6), (0, -47.6), (5, -48.6), (0, -45)), rgb("c2544f"))


def tree(accent: Colour | None) -> Iterator[Shape]:
    """A broad round tree."""
    leaf = accent or rgb("4d8f52")
    trunk = poly((-7, 0), (-4, -24), (-14, -42), (-9, -44), (-1, -33), (1, -48), (5, -48), (5, -30), (14, -42),
                 (17, -39), (6, -20), (9, 0))  # fmt: skip
    yield fill(trunk, rgb("6a4a38"), rgb("4a3330"))
    for tone, lumps in (
        (darker(leaf, 0.3), ((-24, -46, 16), (22, -46, 17), (0, -56, 22), (-14, -70, 17), (17, -68, 18))),
        (leaf, ((-22, -52, 14), (19, -54, 15), (-2, -64, 20), (-10, -78, 14), (13, -76, 14))),
        (lighter(leaf, 0.22), ((-24, -57, 8), (-6, -74, 11), (12, -64, 9), (-12, -84, 7))),
    ):
        yield fill([ellipse(x, y, r) for x, y, r in lumps], lighter(tone, 0.06), tone)


Painter = Callable[[Colour | None], Iterator[Shape]]
SUBJECTS: dict[str, Painter] = {
    function.__name__: function
    for function in (cat, fox, dog, bird, flower, boat, house, balloon, lighthouse, person, tree)
}
