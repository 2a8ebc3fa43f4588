"""How many tokens a request takes: the published formulas, exactly.

Sources: OpenAI's own calculator for gpt-image-2 and 2.5 (factors copied 2026-09), the
guide's table for the fixed-size models, third-party measurements for 2.6 (2026-11-05).
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
