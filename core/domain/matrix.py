"""A matrix: one request varied along a few of its fields, every combination a request of its own.

    expand(base, {"model": ["a", "b"], "quality": ["low", "high"]})    four requests, models outermost

What a model does not take is no matter here: a cell may hold a request that its model refuses, with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any, Protocol

from core.domain.money import ZERO, usd_text
from core.domain.request import Request
from core.domain.usage import Estimate
from core.errors import InvalidRequestError

MAX_CELLS = 24
"""More pictures than that nobody compares at a glance, and a slip of the hand should not cost a hundred requests."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One combination: its request and its price, or why it cannot be sent."""

    request: Request
    estimate: Estimate | None = None
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """What some cells cost together, in USD; ``unknown`` of the ``requests`` have no known price.

    ``held`` is what the budget has to have room for: the upper end, and the assumed figure for unknown prices.
    """

    requests: int
    low: Decimal
    high: Decimal
    held: Decimal
    unknown: int = 0

    @property
    def text(self) -> str:
        """The price as the button says it."""
        if self.unknown == self.requests:
            return "price unknown"
        is_range = self.low != self.high
        known = f"{usd_text(self.low)} to {usd_text(self.high)}" if is_range else f"about {usd_text(self.high)}"
        return f"{known} and {self.unknown} of unknown price" if self.unknown else known


def expand(base: Request, axes: Mapping[str, Sequence[Any]], *, limit: int = MAX_CELLS) -> tuple[Request, ...]:
    """Every combination of these fields' values, the first field outermost; ``base`` says the rest.

    A value that is named twice counts once, and a field without values stays as it is in ``base``. Raises
    InvalidRequestError for a field that no request has, for a value that no model could take, and for more than
    ``limit`` combinations.
    """
    known = {field.name for field in fields(base)}
    if unknown := [name for name in axes if name not in known]:
        raise InvalidRequestError(f"A request has no {unknown[0]}, so it cannot be varied.", param=unknown[0])
    varied = {name: tuple(dict.fromkeys(values)) for name, values in axes.items() if values}
    count = prod(len(values) for values in varied.values())
    if count > limit:
        sides = " x ".join(str(len(values)) for values in varied.values())
        raise InvalidRequestError(f"{sides} makes {count} cells; at most {limit} run together. Take some away.")
    return tuple(replace(base, **dict(zip(varied, values, strict=True))) for values in product(*varied.values()))


class Priced(Protocol):
    """What has a price, or none where it cannot be sent."""

    @property
    def estimate(self) -> Estimate | None: ...


def total(cells: Iterable[Priced]) -> Total:
    """What those that can be sent cost together."""
    estimates = [cell.estimate for cell in cells if cell.estimate is not None]
    return Total(
        requests=len(estimates),
        low=sum((estimate.low for estimate in estimates if estimate.low is not None), ZERO),
        high=sum((estimate.high for estimate in estimates if estimate.high is not None), ZERO),
        held=sum((estimate.held for estimate in estimates), ZERO),
        unknown=sum(estimate.high is None for estimate in estimates),
    )
