"""What a job owes once its calls have ended: pure arithmetic over what is known of each call."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.job import CallState
from core.domain.money import ZERO
from core.domain.usage import Prices, Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class CallBill:
    """What one call brought: how many images were asked of it, how many came, and its usage if told."""

    state: CallState
    asked: int
    images: int = 0
    usage: Usage | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """USD: ``charged`` is spent now, ``held`` stays set aside for calls nobody can tell of.

    ``cost`` is what the provider's own figures come to, None where no price is known.
    ``estimated`` says that some of it rests on the estimate because usage was not told.
    """

    charged: Decimal
    held: Decimal
    cost: Decimal | None
    estimated: bool


def settle(
    bills: Sequence[CallBill],
    *,
    reserved: Decimal,
    prices: Prices | None,
    svg_author: Decimal,
    image_price: Decimal | None = None,
) -> Settlement:
    """Settle a job that reserved ``reserved`` USD; ``svg_author`` is charged per answer that used one.

    ``image_price`` is what each image costs where that is the price, whatever usage says.

    An answer without usage is charged its share of the reservation. An answer with neither
    images nor usage, and a call without an answer, may have been billed: their share stays held.
    """
    asked = sum(bill.asked for bill in bills)
    charged, held, estimated, priced = ZERO, ZERO, False, prices is not None or image_price is not None
    for bill in bills:
        share = reserved * bill.asked / asked
        match bill:
            case CallBill(state=CallState.PLANNED | CallState.REJECTED):
                continue
            case CallBill(state=CallState.ANSWERED, images=images) if images and image_price is not None:
                charged += image_price * images
            case CallBill(state=CallState.ANSWERED, usage=Usage() as usage) if prices is not None:
                charged += prices.cost(usage) + (svg_author if usage.svg_output else ZERO)
                estimated = estimated or bool(usage.svg_output)
            case CallBill(state=CallState.ANSWERED, images=images, usage=usage) if images or usage:
                charged, estimated = charged + share, True
            case _:
                held += share
    cost = charged if priced or not charged else None
    return Settlement(charged=charged, held=held, cost=cost, estimated=estimated)
