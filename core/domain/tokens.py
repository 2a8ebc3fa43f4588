"""How many tokens a request takes: the published formulas, exactly.

Sources: OpenAI's own calculator for gpt-image-2 and 2.5 (factors copied 2026-09), the
guide's table for the fixed-size models, third-party measurements for 2.6 (2026-11-05).
Input images: the vision guide's tiles for the fixed-size models; for gpt-image-2 and newer
OpenAI has published nothing, and the community's patches agree with real usage.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isqrt

from core.domain.image import Size

PARTIAL_IMAGE_TOKENS = 100
"""Image output tokens billed for each partial image."""

STANDARD_SIZES = (Size(1024, 1024), Size(1536, 1024), Size(1024, 1536))
"""What ``size=auto`` chooses from, as far as anyone has written down."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FactorRule:
    """Tokens grow with the frame: ``factors`` per quality, times a measured ``multiplier``.

    A quality named in ``multipliers`` was measured by third parties, not published.
    """

    factors: Mapping[str, int]
    multipliers: Mapping[str, int]

    def tokens(self, size: Size, quality: str) -> int:
        factor = self.factors[quality]
        short_side = round(Fraction(factor * size.short, size.long))
        tokens = ceil(Fraction(factor * short_side * (2_000_000 + size.pixels), 4_000_000))
        return tokens * self.multipliers.get(quality, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRule:
    """Tokens are printed per size (``WxH``) and quality."""

    table: Mapping[str, Mapping[str, int]]

    def tokens(self, size: Size, quality: str) -> int:
        return self.table[str(size)][quality]


TokenRule = FactorRule | TableRule

PATCH_PIXELS = 32
MOST_PATCHES = 1536
ENLARGED_EDGE = 1024
TILE_BASE, TILE_TOKENS = 65, 129
FAITHFUL_SQUARE, FAITHFUL_OBLONG = 4160, 6240


@dataclass(frozen=True, kw_only=True, slots=True)
class PatchRule:
    """An input image costs one token per patch of 32 x 32 pixels, at most 1,536.

    One whose long side is below 1,024 pixels is first enlarged, at most twice; one with too
    many patches is shrunk until a whole number of them fits along the tighter side.
    """

    def tokens(self, size: Size, _fidelity: str | None = None) -> int:
        scale = min(Fraction(2), max(Fraction(ENLARGED_EDGE, size.long), Fraction(1)))
        columns, rows = (ceil(edge * scale / PATCH_PIXELS) for edge in (size.width, size.height))
        return columns * rows if columns * rows <= MOST_PATCHES else _shrunk(size)


def _shrunk(size: Size) -> int:
    """Patches of an image over the budget; in integers, since a root that is nearly whole must not round up."""
    columns = max(isqrt(MOST_PATCHES * size.width // size.height), 1)
    rows = max(isqrt(MOST_PATCHES * size.height // size.width), 1)
    if columns * size.height <= rows * size.width:
        return columns * ceil(Fraction(columns * size.height, size.width))
    return rows * ceil(Fraction(rows * size.width, size.height))


@dataclass(frozen=True, kw_only=True, slots=True)
class TileRule:
    """An input image costs 65 tokens and 129 per tile of 512 pixels once its short side is 512.

    High ``input_fidelity`` adds 4,160 tokens to a square image and 6,240 to any other.
    """

    def tokens(self, size: Size, fidelity: str | None = None) -> int:
        plain = TILE_BASE + TILE_TOKENS * ceil(Fraction(size.long, size.short))
        if fidelity != "high":
            return plain
        return plain + (FAITHFUL_SQUARE if size.width == size.height else FAITHFUL_OBLONG)


InputImageRule = PatchRule | TileRule
INPUT_IMAGE_RULES: Mapping[str, InputImageRule] = {"patch": PatchRule(), "tile": TileRule()}


def prompt_tokens(prompt: str) -> int:
    """Guess the text tokens of a prompt: four ASCII characters or one other character each, plus 20.

    The real tokenizer's vocabulary is not shipped with any package and cannot be loaded
    offline; at $5 per million the guess moves a price by thousandths of a cent.
    """
    ascii_characters = sum(character < "\x80" for character in prompt)
    return ceil(ascii_characters / 4) + len(prompt) - ascii_characters + 20


def gif_sheet(frame: Size, frames: int) -> Size:
    """The sheet on which all frames of a GIF are drawn and billed: near square, in whole frames."""
    columns = isqrt(frames - 1) + 1
    return Size(frame.width * columns, frame.height * ceil(frames / columns))
