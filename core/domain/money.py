"""US dollars as exact decimals, how people type them, and how they are written for people."""

import re
from decimal import ROUND_HALF_UP, Decimal

from core.errors import InvalidRequestError

ZERO = Decimal(0)
NANO = Decimal("0.000000001")
"""The smallest amount kept: 1e-9 USD holds every price per token exactly."""
MOST_USD = Decimal(1_000_000)
"""No amount that a person types is larger, and no correction leaves a job dearer: the sums of a library stay far
below the 9.2e9 USD that a database can add up in nano-dollars."""
AMOUNT = re.compile(
    r"(?P<sign>\$ ?[-+]?|[-+]?\$? ?)"
    r"(?P<digits>(\d+(\.\d*)?|\.\d+)(e[-+]?\d{1,2})?|[1-9]\d{0,2}(,\d{3})+(\.\d*)?)",
    re.ASCII | re.IGNORECASE,
)
"""A comma parts thousands only, and not in 0,123: that is a fraction as half of the world writes it."""
WITH_COMMAS = re.compile(r"[-+$ ]*[\d.]+,[\d.,]*", re.ASCII)
REPEAT_AT_MOST = 40


def read_usd(text: str, *, signed: bool = False) -> Decimal:
    """An amount as people type it: 0.50, $2, $1,234.56, 5e-05, and -0.02 where it is ``signed``.

    Raises InvalidRequestError with a sentence for anything else, and for more than MOST_USD either way.
    """
    typed = text.strip()
    if (found := AMOUNT.fullmatch(typed)) is None:
        hint = "Commas are for thousands: write it with a point" if WITH_COMMAS.fullmatch(typed) else "Write US dollars"
        raise _no_amount(typed, f"{hint}, such as {'-0.02' if signed else '0.50'}.")
    amount = Decimal(found["digits"].replace(",", ""))
    if amount > MOST_USD:
        raise _no_amount(typed, f"More than {usd_text(MOST_USD)} is not taken.")
    if not amount or "-" not in found["sign"]:
        return amount
    if not signed:
        raise _no_amount(typed, "It cannot be negative.")
    return -amount


def _no_amount(typed: str, why: str) -> InvalidRequestError:
    """Quoted as Python does it: what is printable stays as it is, and nothing else reaches a terminal."""
    shown = typed if len(typed) <= REPEAT_AT_MOST else f"{typed[: REPEAT_AT_MOST - 1]}…"
    return InvalidRequestError(f"{shown!r} is no amount. {why}", param="amount")


def usd_text(amount: Decimal) -> str:
    """Write an amount with as many digits as matter: $12.40, $0.21, $0.0527, $0.000005."""
    if amount < 0:
        return f"-{usd_text(-amount)}"
    for limit, digits in ((Decimal("0.1"), 2), (Decimal("0.01"), 3), (Decimal("0.001"), 4)):
        if amount == 0 or amount >= limit:
            return f"${amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"
    return f"${amount.quantize(Decimal('0.000001'), ROUND_HALF_UP).normalize():f}"
