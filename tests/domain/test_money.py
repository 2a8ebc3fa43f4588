"""Amounts as people type them: one strict reading for the pages and the terminal."""

import pytest

from core.domain.money import MOST_USD, read_usd
from core.errors import InvalidRequestError


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        (" 0.50 ", "0.50"),
        ("$2", "2"),
        (".5", "0.5"),
        ("5e-05", "0.00005"),
        ("$1,234.56", "1234.56"),
        ("1,000,000", "1000000"),
        ("-0.02", "-0.02"),
        ("-$1,234", "-1234"),
        ("$-0.02", "-0.02"),
        ("-0", "0"),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, amount: str) -> None:
    assert str(read_usd(typed, signed=True)) == amount


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        *((typed, "write it with a point, such as 0.50.") for typed in ("0,02", "12,34", "1.234,56", "0,123", "-1,2")),
        *((typed, "is no amount. Write US dollars") for typed in ("", "x", "NaN", "-inf", "1_000", "1$5", "\u0663")),
        *((typed, "More than $1,000,000.00 is not taken.") for typed in ("1e10", "9e9", "1e30", f"{MOST_USD}.01")),
        ("1e999999", "'1e999999' is no amount."),
        ("-5", "It cannot be negative."),
        ("\u20ac12", "'\u20ac12' is no amount."),
        ("\x1b[2J", "'\\x1b[2J' is no amount."),
        ("9" * 400, f"'{'9' * 39}\N{HORIZONTAL ELLIPSIS}' is no amount."),
    ],
)
def test_anything_else_is_refused_with_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        read_usd(typed)
    assert sentence in str(caught.value)
    assert str(caught.value).isprintable()
