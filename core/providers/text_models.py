"""Reads ``text_models.toml``: what text models cost, for the few that write prompts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from core.domain.money import ZERO
from core.domain.tokens import prompt_tokens
from core.domain.usage import Estimate, Prices, Usage

TEXT_MODELS_FILE = Path(__file__).with_name("text_models.toml")
THINKING_TOKENS = 4000
"""Room for what a reasoning model thinks, told to think little; an answer that needs more comes back cut off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TextModel:
    """One text model; ``prices`` is None where nobody knows them."""

    id: str
    prices: Prices | None = None
    reasoning: bool = False

    def most_tokens(self, answer: int) -> int:
        """How many output tokens to allow for an answer of so many."""
        return answer + (THINKING_TOKENS if self.reasoning else 0)

    def estimate(self, asked: str, answer: int, *, unknown_price: Decimal) -> Estimate:
        """USD for a text that is asked and an answer of at most ``answer`` tokens, thinking besides."""
        if self.prices is None:
            note = f"No price is known for {self.id}; {unknown_price} USD per request is held against the budget."
            return Estimate(low=None, high=None, held=unknown_price, notes=(note,))
        told = prompt_tokens(asked)
        low = self.prices.cost(Usage(text_input=told, text_output=answer // 4))
        high = self.prices.cost(Usage(text_input=2 * told, text_output=self.most_tokens(answer)))
        return Estimate(low=low, high=high, held=high, approximate=True)


def text_model(id: str, *, priced: bool = True) -> TextModel:
    """A model by its id, or one of unknown price; ``priced`` False for a server whose prices are its own."""
    known = _models().get(id)
    return known if known is not None and priced else TextModel(id=id)


@cache
def _models() -> Mapping[str, TextModel]:
    data = tomllib.loads(TEXT_MODELS_FILE.read_text(encoding="utf-8"))
    checked_on, source = data["checked_on"], data["source"]
    return {
        id: TextModel(
            id=id,
            reasoning=told.get("reasoning", False),
            prices=Prices(
                text_input=Decimal(told["input"]),
                image_input=ZERO,
                image_output=ZERO,
                text_output=Decimal(told["output"]),
                checked_on=checked_on,
                source=source,
            ),
        )
        for id, told in data["models"].items()
    }
