"""A batch's results as CSV: what is written is read back, and no spreadsheet takes a text for a formula."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as some

from core.domain.batch_csv import RowResult, batch_csv
from core.domain.batch_rows import read_rows
from core.domain.csv_cells import guarded, unguarded
from core.domain.draft_row import DraftRow

WORDS = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20).map(str.strip)
NAMES = some.text("abc =+-@'\",;.", max_size=8).map(str.strip).filter(lambda name: name and ";" not in name)
ROWS = some.builds(
    DraftRow,
    number=some.just(1),
    prompt=WORDS.filter(bool),
    model=some.none() | some.sampled_from(["gpt-image-2", "=cmd"]),
    size=some.sampled_from([None, "auto", "1024x1024"]),
    n=some.none() | some.integers(1, 10),
    options=some.dictionaries(some.just("output_compression"), some.integers(0, 100)),
    inputs=some.lists(NAMES, max_size=2).map(tuple),
    name=NAMES,
    columns=some.fixed_dictionaries({"Mood": WORDS, "=x": WORDS}),
)


@given(some.text())
def test_a_guarded_text_is_no_formula_and_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@\t\r\n")


@settings(max_examples=80, deadline=None)
@given(some.lists(ROWS, min_size=1, max_size=4))
def test_what_is_written_is_read_back(rows: list[DraftRow]) -> None:
    numbered = [replace(row, number=number) for number, row in enumerate(rows, 1)]

    read = read_rows(batch_csv([RowResult(row=row) for row in numbered]), form="csv")

    ours = ("number", "state", "cost_usd", "error", "files")
    plain = [
        replace(row, columns={name: cell for name, cell in row.columns.items() if name not in ours})
        for row in read.rows
    ]
    assert plain == numbered


def test_the_table_has_the_columns_as_read_and_what_became_of_each_row() -> None:
    rows = read_rows("prompt,mood,state\n'=HYPERLINK(1),calm,old\na cat,wild,old\n,,x\n").rows
    done = RowResult(row=rows[0], state="succeeded", cost=Decimal("0.0400"), files=("1.png", "2.png"))
    failed = RowResult(row=rows[1], state="failed", error="-no")

    written = batch_csv([done, failed, RowResult(row=rows[2])])

    lines = list(csv.DictReader(io.StringIO(written, newline="")))
    assert list(lines[0]) == [
        "number", "prompt", "model", "size", "quality", "n", "mood", "state", "cost_usd", "error", "files",
    ]  # fmt: skip
    assert (lines[0]["prompt"], lines[0]["cost_usd"], lines[0]["files"]) == ("'=HYPERLINK(1)", "0.0400", "1.png\n2.png")
    assert (lines[1]["state"], lines[1]["error"], lines[1]["cost_usd"]) == ("failed", "'-no", "")
    assert lines[2]["error"].startswith("Row 3, column prompt")
    again = batch_csv([RowResult(row=row) for row in read_rows(written).rows])
    assert again.splitlines()[0] == written.splitlines()[0]
