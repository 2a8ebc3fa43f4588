"""US dollars as exact decimals, and how they are written for people."""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
NANO = Decimal("0.000000001")
"""The smallest amount kept: 1e-9 USD holds every price per token exactly."""


def usd_text(amount: Decimal) -> str:
    """Write an amount with as many digits as matter: $12.40, $0.21, $0.0527, $0.000005."""
    if amount < 0:
        return f"-{usd_text(-amount)}"
    for limit, digits in ((Decimal("0.1"), 2), (Decimal("0.01"), 3), (Decimal("0.001"), 4)):
        if amount == 0 or amount >= limit:
            return f"${amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"
    return f"${amount.quantize(Decimal('0.000001'), ROUND_HALF_UP).normalize():f}"
