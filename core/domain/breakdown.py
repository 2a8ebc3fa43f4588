"""What each kind of token of a job cost: the ledger's entries taken apart, so that the parts add up to the charge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.domain.ledger import Entry, EntryKind
from core.domain.money import ZERO
from core.domain.usage import MILLION

KINDS = {
    "text_input": "text in",
    "image_input": "image in",
    "image_output": "image out",
    "text_output": "text out",
    "svg_input": "SVG author in",
    "svg_output": "SVG author out",
}
ESTIMATED = "counted at the estimate where no usage was told"
NO_PRICE = "assumed, because no price is known"
SVG_AUTHOR = "the text model that wrote the SVG, at an estimate"
UNEXPLAINED = "not explained by the tokens"
BILLED = "counted as billed, without an answer"


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenCost:
    """Tokens of one kind; ``price`` is USD per million, ``cost`` USD; both None where that kind has no price."""

    kind: str
    tokens: int
    price: Decimal | None
    cost: Decimal | None

    @property
    def text(self) -> str:
        """Such as "image out 4,160 × $40/M = $0.1664"."""
        if self.price is None or self.cost is None:
            return f"{KINDS[self.kind]} {self.tokens:,}"
        return f"{KINDS[self.kind]} {self.tokens:,} × {exact_usd(self.price)}/M = {exact_usd(self.cost)}"

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "tokens": self.tokens, "usd_per_million": self.price, "cost_usd": self.cost}


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherCost:
    """An amount (USD, negative where it was taken back) that no count of tokens explains, and why it is there."""

    why: str
    cost: Decimal

    @property
    def text(self) -> str:
        return f"{exact_usd(self.cost)} {self.why}"

    def to_json(self) -> dict[str, Any]:
        return {"why": self.why, "cost_usd": self.cost}


@dataclass(frozen=True, kw_only=True, slots=True)
class Breakdown:
    """A job's charge in parts: ``tokens`` and ``others`` add up to ``total`` exactly."""

    tokens: tuple[TokenCost, ...]
    others: tuple[OtherCost, ...]
    total: Decimal

    @property
    def parts(self) -> "tuple[TokenCost | OtherCost, ...]":
        """Tokens first."""
        return (*self.tokens, *self.others)

    @property
    def text(self) -> str:
        """All parts in a line, with their sum; empty where there is nothing to tell."""
        parts = [part.text for part in self.parts]
        return ", ".join(parts) + (f"; together {exact_usd(self.total)}" if len(parts) > 1 else "")

    def to_json(self) -> dict[str, Any]:
        return {
            "tokens": [part.to_json() for part in self.tokens],
            "others": [part.to_json() for part in self.others],
            "total_usd": self.total,
        }


def broken_down(entries: Sequence[Entry]) -> Breakdown:
    """Take one job's ledger entries, in any order, apart by what was charged for."""
    ordered = sorted(entries, key=lambda entry: entry.id)
    tokens = [part for entry in ordered for part in _tokens(entry)]
    others = [part for entry in ordered for part in _others(entry)]
    return Breakdown(tokens=tuple(tokens), others=tuple(others), total=sum((entry.spent for entry in entries), ZERO))


def exact_usd(amount: Decimal) -> str:
    """An amount with all the digits it has: $0.0006, $40, -$0.02."""
    digits = f"{abs(amount):,f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"-${digits}" if amount < 0 else f"${digits}"


def _tokens(entry: Entry) -> Iterator[TokenCost]:
    for kind, count in _usage(entry).items():
        if count:
            price = _price(entry.prices, kind)
            cost = None if price is None else price * count / MILLION
            yield TokenCost(kind=kind, tokens=count, price=price, cost=cost)


def _usage(entry: Entry) -> dict[str, int]:
    usage = entry.usage or {}
    return {kind: usage.get(kind, 0) for kind in KINDS}


def _price(prices: Mapping[str, str] | None, kind: str) -> Decimal | None:
    return Decimal(prices[kind]) if prices and kind in prices else None


def _others(entry: Entry) -> Iterator[OtherCost]:
    rest = entry.spent - sum((part.cost for part in _tokens(entry) if part.cost is not None), ZERO)
    if rest:
        yield OtherCost(why=_why(entry), cost=rest)


def _why(entry: Entry) -> str:
    usage = _usage(entry)
    match entry.kind:
        case EntryKind.CORRECT:
            return f"by a correction ({entry.note})" if entry.note else "by a correction"
        case EntryKind.RESOLVE:
            return BILLED
        case _ if entry.prices is None:
            return NO_PRICE
        case _ if usage["svg_output"]:
            return SVG_AUTHOR
        case _:
            return ESTIMATED if entry.note else UNEXPLAINED
