"""A charge in parts: each kind of token at the price that was used, and what no token explains."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from core.domain.breakdown import Breakdown, broken_down, exact_usd
from core.domain.ledger import Entry, EntryKind
from core.domain.usage import Usage

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PRICES = {
    "text_input": "5",
    "image_input": "8",
    "image_output": "40",
    "text_output": "0.13",
    "checked_on": "2026-11-20",
}


def entry(kind: EntryKind = EntryKind.SETTLE, *, id: str = "2", **more: object) -> Entry:
    same = {"job_id": "j", "account": "a", "provider": "p", "model": "m", "created_at": NOW, "counted_at": NOW}
    return Entry(id=id, kind=kind, **same, **more)  # type: ignore[arg-type]


SETTLED = entry(
    spent=Decimal("0.167"), usage=Usage(text_input=120, image_output=4160).to_json(), prices=PRICES,
)  # fmt: skip


def check_sum(parts: Breakdown) -> None:
    assert sum(part.cost for part in parts.parts if part.cost is not None) == parts.total


def test_tokens_times_prices_are_the_charge_exactly() -> None:
    parts = broken_down([entry(EntryKind.RESERVE, id="1", held=Decimal("0.2")), SETTLED])
    assert parts.text == "text in 120 × $5/M = $0.0006, image out 4,160 × $40/M = $0.1664; together $0.167"
    assert (parts.others, parts.total) == ((), Decimal("0.167"))
    check_sum(parts)


def test_the_smallest_price_keeps_all_its_digits() -> None:
    odd = replace(SETTLED, usage=Usage(text_output=3).to_json(), spent=Decimal("0.00000039"))
    assert broken_down([odd]).text == "text out 3 × $0.13/M = $0.00000039"
    assert [exact_usd(Decimal(text)) for text in ("1200", "0", "-0.020", "1E-9")] == [
        "$1,200", "$0", "-$0.02", "$0.000000001",
    ]  # fmt: skip


def test_a_correction_stands_beside_the_tokens() -> None:
    fix = entry(EntryKind.CORRECT, id="3", spent=Decimal("-0.01"), note="invoice 7")
    parts = broken_down([fix, SETTLED])
    assert parts.text.endswith("$0.1664, -$0.01 by a correction (invoice 7); together $0.157")
    check_sum(parts)


def test_what_no_usage_explains_is_said() -> None:
    half = replace(SETTLED, spent=Decimal("0.217"), note="counted at the estimate")
    unpriced = entry(spent=Decimal("0.25"), usage=Usage(image_output=7).to_json(), note="counted at the estimate")
    billed = entry(EntryKind.RESOLVE, spent=Decimal("0.05"), held=Decimal("-0.05"), note="Marked as billed.")
    svg = replace(half, usage=Usage(image_output=4160, svg_output=9).to_json())
    assert broken_down([half]).text.endswith("$0.05 counted at the estimate where no usage was told; together $0.217")
    assert broken_down([unpriced]).text == "image out 7, $0.25 assumed, because no price is known; together $0.25"
    assert broken_down([billed]).text == "$0.05 counted as billed, without an answer"
    assert "SVG author out 9, $0.0506 the text model that wrote the SVG" in broken_down([svg]).text
    for one in (half, unpriced, billed, svg):
        check_sum(broken_down([one]))
