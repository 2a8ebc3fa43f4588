"""``gesso batch list`` and ``show``: what batches there are, how far they are, and what became of their rows."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.batch_options import BatchId
from app.cli.batch_running import find_batch
from app.cli.batch_telling import FAILED, ROW_HEADER, batch_json, progress_json, progress_line, row_cells, row_json
from app.cli.batch_words import undecided_words
from app.cli.exits import OK
from app.cli.opening import VISITOR, workbench
from app.cli.output import dollars, note, one_line, print_json, print_line, print_table, shortened
from core.domain.batch import Batch, BatchState, Progress, Row
from core.domain.job import Job

if TYPE_CHECKING:
    from core.bootstrap import Workbench

NAME_WIDTH = 40
HEADER = ("ID", "CREATED (UTC)", "STATE", "ROWS DONE", "SPENT", "NAME")


def list_batches(
    state: Annotated[
        list[BatchState] | None, typer.Option("--state", help="Only these; may be repeated.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="How many, newest first.")] = 20,
    json: options.Json = False,
) -> int:
    """List batches, newest first."""
    with workbench() as opened:
        found = opened.batches.all(VISITOR, states=state or (), limit=limit)
        standing = [(batch, opened.batches.progress(batch.id, VISITOR)) for batch in found]
    if json:
        print_json({"batches": [batch_json(batch) | progress_json(progress) for batch, progress in standing]})
    elif standing:
        print_table(HEADER, (_cells(*one) for one in standing))
    else:
        note("No batches yet. `gesso batch plan` makes one.")
    return OK


def show(
    id: BatchId,
    failed: Annotated[bool, typer.Option("--failed", help="Only rows that did not wholly succeed.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="How many rows.")] = 100,
    after: Annotated[int, typer.Option("--after", metavar="ROW", min=0, help="Only rows beyond this one.")] = 0,
    json: options.Json = False,
) -> int:
    """Show a batch: how far it is, and each row with its state, its cost and why it failed."""
    with workbench() as opened:
        batch = find_batch(opened, id)
        progress = opened.batches.progress(batch.id, VISITOR)
        rows = _rows(opened, batch, after, limit, failed=failed)
        collection = _collection(opened, batch)
        if json:
            print_json({"batch": batch_json(batch), "progress": progress_json(progress), "rows": _json(opened, rows)})
            return OK
    print_line(one_line(f"{batch.name}: {batch.state.value}, {progress_line(progress, None)}, id {batch.id}"))
    for line in _limits(batch, progress, collection):
        print_line(line)
    if rows:
        print_line()
        print_table(ROW_HEADER, (row_cells(row, job) for row, job in rows))
    if len(rows) == limit:
        note(f"`--after {rows[-1][0].position}` shows the next.")
    return OK


def _rows(opened: "Workbench", batch: Batch, after: int, limit: int, *, failed: bool) -> list[tuple[Row, Job | None]]:
    found: list[tuple[Row, Job | None]] = []
    while len(found) < limit and (part := opened.batches.page(batch.id, VISITOR, after=after, limit=limit)):
        found += [(row, job) for row, job in part if not failed or row.state in FAILED]
        after = part[-1][0].position
    return found[:limit]


def _json(opened: "Workbench", rows: Iterable[tuple[Row, Job | None]]) -> list[dict[str, object]]:
    return [
        row_json(row, job, {image.id: opened.library.where(image) for image in (job.images if job else ())})
        for row, job in rows
    ]


def _limits(batch: Batch, progress: Progress, collection: str) -> Iterable[str]:
    if batch.note and batch.state is BatchState.PAUSED:
        yield one_line(batch.note)
    if progress.may_have_been_billed:
        yield undecided_words(progress)
    if batch.max_cost is not None:
        yield f"It may cost {dollars(batch.max_cost)}."
    if collection:
        yield f'Its pictures are in the collection "{one_line(collection)}".'


def _collection(opened: "Workbench", batch: Batch) -> str:
    """The name of the collection its pictures go into; empty before the first start, and if it was removed."""
    every = opened.history.collections(VISITOR)
    return next((one.name for one in every if one.id == batch.collection_id), "")


def _cells(batch: Batch, progress: Progress) -> tuple[str, ...]:
    created = batch.created_at.strftime("%Y-%m-%d %H:%M")
    done = f"{progress.done:,}/{progress.total:,}"
    return batch.id, created, batch.state.value, done, dollars(progress.spent), shortened(batch.name, NAME_WIDTH)
