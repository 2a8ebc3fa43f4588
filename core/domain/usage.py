"""Tokens and what they cost: usage as the provider reports it, prices, estimates."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from core.domain.money import ZERO, usd_text

MILLION = Decimal(1_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """Tokens of one or more answers, by kind.

    ``svg_input`` and ``svg_output`` belong to the text model that writes an SVG and are
    priced apart from the image's own tokens.
    """

    text_input: int = 0
    image_input: int = 0
    image_output: int = 0
    text_output: int = 0
    svg_input: int = 0
    svg_output: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        mine, theirs = asdict(self), asdict(other)
        return Usage(**{kind: mine[kind] + theirs[kind] for kind in mine})

    @property
    def total(self) -> int:
        return sum(asdict(self).values())

    def to_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**data)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """USD per million tokens, with the day they were checked and where."""

    text_input: Decimal
    image_input: Decimal
    image_output: Decimal
    text_output: Decimal
    checked_on: date
    source: str

    def cost(self, usage: Usage) -> Decimal:
        """USD for these tokens, exactly; SVG author tokens are not in it."""
        return (
            self.text_input * usage.text_input
            + self.image_input * usage.image_input
            + self.image_output * usage.image_output
            + self.text_output * usage.text_output
        ) / MILLION

    def to_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """USD expected for a request, before it is sent.

    ``low`` and ``high`` differ where the billed tier or size is the provider's choice;
    both are None for an unknown price. ``held`` is what the budget sets aside: ``high``,
    or the configured figure where the price is unknown. ``approximate`` says that the
    figure rests on third parties' measurements; ``notes`` says why, in sentences.
    """

    low: Decimal | None
    high: Decimal | None
    held: Decimal
    approximate: bool = False
    notes: tuple[str, ...] = ()

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    @property
    def text(self) -> str:
        """The price as the button says it."""
        if self.low is None or self.high is None:
            return "price unknown"
        if self.is_range:
            return f"{usd_text(self.low)} to {usd_text(self.high)}"
        return f"about {usd_text(self.high)}"

    def share(self, part: int, whole: int) -> Decimal:
        """The held amount that belongs to ``part`` of ``whole`` images."""
        return self.held * part / whole if whole else ZERO
