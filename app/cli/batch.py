"""``gesso batch``: many requests as one - planned and priced, started, watched, paused, retried, exported."""

import re
from typing import Annotated

import typer

from app.cli import options
from app.cli.asking import can_ask, confirm_deletion
from app.cli.batch_export import export
from app.cli.batch_listing import list_batches, show
from app.cli.batch_options import BatchId, BatchOptions, RunOptions, Yes
from app.cli.batch_planned import EPILOG, add, changed, plan, start
from app.cli.batch_running import batch_workbench, begin, consent, find_batch, go_on
from app.cli.batch_running import watch as follow
from app.cli.batch_telling import batch_json, counted
from app.cli.batch_words import show_words, undecided_words
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.groups import spread
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, one_line, print_json, print_line
from core.domain.batch import Batch, Progress, RowState
from core.domain.money import ZERO
from core.errors import JobStateError

app = new_app()


@app.callback(invoke_without_command=True)
def batch(context: typer.Context, json: options.Json = False) -> int:
    """Plan, price and run many requests together; without a command, list batches."""
    return OK if context.invoked_subcommand is not None else list_batches(json=json)


app.command()(plan)
app.command(epilog=EPILOG)(start)


@app.command(epilog=EPILOG)
def watch(id: BatchId, json: options.Json = False, verbose: options.Verbose = False) -> int:
    """Show a batch's progress until it ends; --json prints one object a line whenever something changes.

    It runs nothing, and Ctrl-C leaves the batch as it is.
    """
    with workbench(verbose=verbose) as opened:
        return follow(opened, find_batch(opened, id), json=json, json_lines=json, verbose=verbose)


@app.command()
def pause(id: BatchId, json: options.Json = False) -> int:
    """Send no more rows; what was sent already comes to its end."""
    with workbench() as opened:
        found = opened.batches.pause(find_batch(opened, id).id, VISITOR)
        open_rows = opened.batches.progress(found.id, VISITOR).open
    end = "comes to its end" if open_rows == 1 else "come to their end"
    return _tell(found, f"paused; {counted(open_rows, 'request')} {end}", json=json)


@app.command(epilog=EPILOG)
@spread
def resume(*, id: BatchId, batch: BatchOptions, run: RunOptions) -> int:
    """Go on with a batch that is paused, or that is set running while nothing runs it."""
    if batch.collection is not None:
        raise typer.BadParameter("is for a batch that is being planned.", param_hint="--collection")
    with batch_workbench(batch.concurrency, verbose=run.verbose) as opened:
        found = changed(opened, find_batch(opened, id), batch)
        consent(opened, opened.batches.progress(found.id, VISITOR).to_come, found.max_cost, yes=run.yes)
        return begin(opened, found, run)


@app.command()
def cancel(
    id: BatchId,
    running_too: Annotated[
        bool, typer.Option("--running-too", help="Stop what was sent as well; it may have been billed.")
    ] = False,
    json: options.Json = False,
) -> int:
    """Give up the rows that were not sent; what was sent comes to its end, and its pictures are kept."""
    with workbench() as opened:
        found = opened.batches.cancel(find_batch(opened, id).id, VISITOR, running_too=running_too)
        progress = opened.batches.progress(found.id, VISITOR)
        given_up = progress.settled(RowState.CANCELLED)
    if running_too and (sent := progress.open + progress.may_have_been_billed):
        note(f"Of {counted(sent, 'row')} that {'was' if sent == 1 else 'were'} sent, `gesso batch show {found.id}` "
             "says what became of them; `gesso jobs --open` lists what may have been billed.")  # fmt: skip
    return _tell(found, f"cancelled; {counted(given_up, 'row')} not sent", json=json)


@app.command(epilog=EPILOG)
@spread
def retry(
    *,
    id: BatchId,
    rows: Annotated[
        str | None,
        typer.Option("--rows", metavar="3,5-9", help="Only these [default: all failed and cancelled]."),
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option("-c", "--concurrency", metavar="N", min=1, help="So many requests at once.")
    ] = None,
    run: RunOptions,
) -> int:
    """Send failed, cancelled and mended rows again and run the batch.

    A row that may have been billed is left alone: `gesso jobs resolve` settles it first.
    """
    positions = None if rows is None else read_positions(rows)
    with batch_workbench(concurrency, verbose=run.verbose) as opened:
        found = find_batch(opened, id)
        again = opened.batches.to_retry(found.id, VISITOR, positions=positions)
        consent(opened, sum((row.held for row in again), start=ZERO), found.max_cost, yes=run.yes)
        if not opened.batches.retry(found.id, VISITOR, positions=positions):
            raise JobStateError(_why_none(found, opened.batches.progress(found.id, VISITOR), unsendable=bool(again)))
        return go_on(opened, opened.batches.get(found.id, VISITOR), run)


app.command()(add)
app.command("list")(list_batches)
app.command()(show)
app.command()(export)


@app.command()
def remove(id: BatchId, yes: Yes = False, json: options.Json = False) -> int:
    """Forget a batch that does not run; its requests stay in the history and its pictures in the library."""
    with workbench() as opened:
        found = find_batch(opened, id)
        if not yes and can_ask():
            confirm_deletion(f'Forget "{one_line(found.name)}"? Its pictures stay.')
        opened.batches.remove(found.id, VISITOR)
    return _tell(found, "removed", json=json)


def read_positions(text: str) -> frozenset[int]:
    """Row numbers from ``3,5-9``; raises a usage error."""
    found: set[int] = set()
    for part in text.split(","):
        ends = re.fullmatch(r"\s*([0-9]{1,5})\s*(?:-\s*([0-9]{1,5})\s*)?", part)
        if ends is None:
            raise typer.BadParameter(f"{text!a} names no rows. Write numbers such as 3,5-9.", param_hint="--rows")
        found.update(range(int(ends[1]), int(ends[2] or ends[1]) + 1))
    return frozenset(found)


def _why_none(found: Batch, progress: Progress, *, unsendable: bool) -> str:
    """Why a retry found no row to send."""
    if unsendable:
        return f"None of these rows can be sent as it stands: `{show_words(found)}` says why."
    if progress.may_have_been_billed:
        return f"No row to send again. {undecided_words(progress)}"
    if progress.again:
        return f"None of these rows failed or was cancelled. `{show_words(found)}` lists what went wrong."
    return "No row of this batch failed or was cancelled, so there is nothing to send again."


def _tell(found: Batch, what: str, *, json: bool) -> int:
    if json:
        print_json({"batch": batch_json(found)})
    else:
        print_line(one_line(f"{found.name}: {what}"))
    return OK
