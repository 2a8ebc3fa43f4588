"""The table of a batch's results as a CSV: every column as it was read, and what became of the row."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.csv_cells import guarded
from core.domain.draft_row import DraftRow
from core.domain.row_columns import OPTIONS, column_name

OUTCOME = ("state", "cost_usd", "error", "files")
BASIC = ("prompt", "model", "size", "quality", "n")


@dataclass(frozen=True, kw_only=True, slots=True)
class RowResult:
    """A row and what became of it: its state's name, its cost in USD (None if not known), its files by name."""

    row: DraftRow
    state: str = ""
    cost: Decimal | None = None
    error: str = ""
    files: Sequence[str] = ()


def batch_csv(results: Sequence[RowResult]) -> str:
    """The results for a spreadsheet, which takes none of their texts for a formula; ``read_rows`` reads them back.

    Excel knows the encoding if it is sent as ``utf-8-sig``. Options, inputs and names have a column where a row has
    one; a column that is called like one of ours (``state``, from an earlier batch) gives way to it.
    """
    cells = [_cells(result) for result in results]
    used = {name for one in cells for name, cell in one.items() if cell}
    ours = {"number", *OUTCOME}
    own = [name for name in ("inputs", "name", *OPTIONS) if name in used]
    others = dict.fromkeys(name for result in results for name in result.row.columns if column_name(name) not in ours)
    header = ["number", *BASIC, *own, *(name for name in others if name not in own), *OUTCOME]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guarded(name) for name in header])
    writer.writerows([guarded(one.get(name, "")) for name in header] for one in cells)
    return out.getvalue()


def _cells(result: RowResult) -> dict[str, str]:
    return {
        **result.row.cells(),
        "number": str(result.row.number),
        "state": result.state,
        "cost_usd": "" if result.cost is None else f"{result.cost:f}",
        "error": result.error or result.row.problem,
        "files": "\n".join(result.files),
    }
