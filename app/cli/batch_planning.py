"""A batch before it is kept: rows completed with the defaults that single requests have, checked and priced."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from app.cli.batch_options import AXES, BatchOptions, RowOptions
from app.cli.batch_rows import Drafts, drafts
from app.cli.opening import VISITOR
from app.cli.picking import find_collection
from app.cli.quote import chosen_model, completed
from app.cli.sources import STDIN, Sources
from core.domain.batch import Batch, PlannedRow
from core.domain.draft_row import DraftRow
from core.domain.file_names import check_template
from core.domain.job import Job, JobState
from core.domain.matrix import Total, total
from core.domain.model import Model
from core.domain.request import GenerateRequest
from core.errors import InvalidRequestError, NotFoundError
from core.services.row_planning import plan_rows

if TYPE_CHECKING:
    from core.bootstrap import Workbench
    from core.services.editing import Input

LOOKED_BACK = 200
"""So many of the last requests say how long one takes."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Rows that can be sent, with their prices, and a sentence for each that cannot.

    ``numbers`` are the rows' own, as their source counts them; where each is sent in several ways they repeat.
    ``takes`` is None where nothing is known of how long such requests take.
    """

    name: str
    rows: tuple[PlannedRow, ...]
    numbers: tuple[int, ...]
    problems: tuple[str, ...] = ()
    takes: timedelta | None = None

    @property
    def total(self) -> Total:
        return total(self.rows)

    @property
    def images(self) -> int:
        return sum(row.request.n for row in self.rows)

    def refusal(self, *, skip_problems: bool) -> str:
        """Why it cannot be kept: problems that were not waved through, or no row at all; empty if it can."""
        if self.problems and not skip_problems:
            one = len(self.problems) == 1
            rows = "1 row has a problem" if one else f"{len(self.problems):,} rows have problems"
            return f"{rows}, so nothing was kept. Mend {'it' if one else 'them'}, or add --skip-problems."
        return "" if self.rows else "There are no rows to send. Write one prompt a line."


def make_plan(opened: "Workbench", names: list[str], rows: RowOptions, batch: BatchOptions) -> Plan:
    """Read, complete, check and price; nothing is written but the pictures that rows name.

    Raises InvalidRequestError or NotFoundError for what concerns all rows.
    """
    defaults = rows.defaults()
    _check_defaults(defaults, rows)
    found = drafts(opened, names, rows)
    if batch.template is not None:
        check_template(batch.template, found.columns)
    priced = list(_priced(opened, found, defaults, rows.axes()))
    sendable = [(draft.number, row) for draft, row, problem in priced if row is not None and not problem]
    kept = tuple(row for _, row in sendable)
    return Plan(
        name=batch.name or found.name,
        rows=kept,
        numbers=tuple(number for number, _ in sendable),
        problems=tuple(problem for _, _, problem in priced if problem),
        takes=_takes(opened, kept, batch.concurrency),
    )


def keep(opened: "Workbench", plan: Plan, options: BatchOptions) -> Batch:
    """Write the plan into the database; its collection is made if there is none of this name."""
    collection = None if options.collection is None else _collection(opened, options.collection)
    return opened.batches.plan(
        plan.name,
        plan.rows,
        VISITOR,
        concurrency=options.concurrency,
        max_cost=options.limit,
        collection_id=collection,
        template=options.template or "",
    )


def _collection(opened: "Workbench", name: str) -> str:
    try:
        return find_collection(opened.history, name).id
    except NotFoundError:
        return opened.history.make_collection(name, VISITOR).id


def _check_defaults(defaults: dict[str, Any], rows: RowOptions) -> None:
    """Refuse once what no row could take, rather than in every row."""
    kept = {name: value for name, value in defaults.items() if name not in ("model", "input_fidelity", "svg_effort")}
    GenerateRequest(prompt="any", model="any", **kept)
    for name, values in rows.axes().items():
        for value in values:
            said: dict[str, Any] = {"prompt": "any", "model": "any", name: value}
            GenerateRequest(**said)


def _priced(
    opened: "Workbench", found: Drafts, defaults: dict[str, Any], axes: Collection[str]
) -> Iterator[tuple[DraftRow, PlannedRow | None, str]]:
    """Each row as it was read, priced, and what is wrong with it."""
    find, model = _finder(opened, found.folder), _models(opened)
    for draft in found.rows:
        planned = plan_rows([_filled(draft, defaults, model)], defaults, find)
        if planned.problems:
            yield draft, None, _about(draft, planned.problems[0], axes)
            continue
        (row,) = opened.batches.priced(planned.rows, VISITOR)
        yield draft, row, _about(draft, row.problem, axes) if row.problem else ""


def _about(draft: DraftRow, problem: str, axes: Collection[str]) -> str:
    """The sentence with the row's number, and with the values that tell it from the same row sent in other ways."""
    row = f"Row {draft.number}"
    said = problem if problem.startswith(row) else f"{row}: {problem}"
    values = ", ".join(value for name in axes if (value := getattr(draft, name)) is not None)
    return f"{row} ({values}){said.removeprefix(row)}" if values and not draft.problem else said


def _filled(draft: DraftRow, defaults: dict[str, Any], model: Callable[[str], Model]) -> DraftRow:
    """The row with the size and quality that a single request of its model would have."""
    if draft.problem:
        return draft
    said = draft.fields(defaults)
    try:
        found = model(said["model"])
    except NotFoundError as error:
        return replace(draft, problem=f"Row {draft.number}: {error}")
    options = {name: said.get(name) for name in ("size", "quality", "output_format", "frame_count")}
    usual = {"quality": found.default_quality} if draft.inputs else completed(found, options)
    filled: dict[str, Any] = {name: said.get(name) or usual.get(name) for name in AXES}
    return replace(draft, **(filled | {"model": found.id}))


def _models(opened: "Workbench") -> Callable[[str], Model]:
    @cache
    def find(name: str) -> Model:
        return chosen_model(opened.settings, name or None)

    return find


def _finder(opened: "Workbench", folder: Path) -> "Callable[[str], Input]":
    """Takes pictures in, each once, from here or from beside the file that names them."""

    @cache
    def find(name: str) -> "Input":
        if name == STDIN:
            raise InvalidRequestError("A batch reads no picture from standard input. Name a file.", param="images")
        beside = folder / name
        path = str(beside) if not Path(name).exists() and beside.is_file() else name
        return Sources(opened).picture(path)

    return find


def _takes(opened: "Workbench", rows: tuple[PlannedRow, ...], concurrency: int | None) -> timedelta | None:
    """How long it will take here, by what the last requests to the same models took; None where that is not known."""
    if opened.settings.queue != "inline" or not rows:
        return None
    took: dict[str, list[float]] = {}
    for job in opened.studio.jobs(VISITOR, states=[JobState.SUCCEEDED], limit=LOOKED_BACK):
        if (seconds := _seconds(job)) is not None:
            took.setdefault(job.request.model, []).append(seconds)
    if any(row.request.model not in took for row in rows):
        return None
    usual = {model: median(seconds) for model, seconds in took.items()}
    return timedelta(
        seconds=sum(usual[row.request.model] for row in rows) / (concurrency or opened.settings.concurrency)
    )


def _seconds(job: Job) -> float | None:
    sent = [call.sent_at for call in job.calls if call.sent_at is not None]
    return (job.finished_at - min(sent)).total_seconds() if sent and job.finished_at else None
