"""``gesso batch plan``, ``start`` and ``add``: rows are read, priced and told before anything is kept or sent."""

import sys
from typing import TYPE_CHECKING, Any

import typer

from app.cli import options
from app.cli.asking import can_ask
from app.cli.batch_options import BatchId, BatchOptions, DryRun, RowOptions, RunOptions, Sources, Yes
from app.cli.batch_planning import Plan, keep, make_plan
from app.cli.batch_running import batch_workbench, begin, consent, find_batch, names_batch
from app.cli.batch_telling import batch_json, counted, plan_json, plan_lines, progress_json
from app.cli.batch_words import go_on_words
from app.cli.exits import OK, USAGE
from app.cli.groups import spread
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, note_lines, one_line, print_json, print_line
from core.domain.batch import MAX_ROWS, Batch, BatchState
from core.domain.file_names import check_template
from core.domain.money import usd_text

if TYPE_CHECKING:
    from core.bootstrap import Workbench

EPILOG = "Exit codes: 0 ok, 2 usage, 4 budget, 5 some outcomes unknown, 6 some rows failed, 1 other, 130 paused."


@spread
def plan(
    *,
    source: Sources = None,
    rows: RowOptions,
    batch: BatchOptions,
    dry_run: DryRun = False,
    json: options.Json = False,
    verbose: options.Verbose = False,
) -> int:
    """Read, check and price rows, and keep them as a plan; nothing is sent. Prints the plan's id.

    A row that cannot be sent stops it (exit code 2, nothing is kept) unless --skip-problems leaves it out.
    """
    batch.check()
    with workbench(verbose=verbose) as opened:
        made = make_plan(opened, source or [], rows, batch)
        if refusal := made.refusal(skip_problems=rows.skip_problems):
            return _refuse(made, refusal, json=json, verbose=verbose)
        if dry_run:
            return _tell_only(made, json=json, verbose=verbose)
        kept = keep(opened, made, batch)
    if json:
        print_json(plan_json(made, kept))
    else:
        note_lines(plan_lines(made, everything=verbose))
        print_line(kept.id)
    return OK


@spread
def start(
    *,
    source: Sources = None,
    rows: RowOptions,
    batch: BatchOptions,
    dry_run: DryRun = False,
    run: RunOptions,
) -> int:
    """Run a plan (its id or name instead of FILE), or plan rows and run them in one go.

    With QUEUE=inline this process runs it; Ctrl-C pauses it. With QUEUE=celery workers do. It asks before more than
    BATCH_ASK_ABOVE_USD.
    """
    names = source or []
    batch.check()
    with batch_workbench(batch.concurrency, verbose=run.verbose) as opened:
        if names_batch(names) and rows == RowOptions():
            return _start_known(opened, find_batch(opened, names[0]), batch, run, dry_run=dry_run)
        made = make_plan(opened, names, rows, batch)
        if refusal := made.refusal(skip_problems=rows.skip_problems):
            return _refuse(made, refusal, json=run.json, verbose=run.verbose)
        if dry_run:
            return _tell_only(made, json=run.json, verbose=run.verbose)
        if can_ask() or run.verbose:
            note_lines(plan_lines(made, everything=run.verbose))
        consent(opened, made.total.held, batch.limit, yes=run.yes)
        return begin(opened, keep(opened, made, batch), run)


@spread
def add(
    *,
    id: BatchId,
    source: Sources = None,
    rows: RowOptions,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: options.Json = False,
    verbose: options.Verbose = False,
) -> int:
    """Append rows to a batch, to one that runs, too; a finished one goes on where something runs it."""
    with workbench(verbose=verbose) as opened:
        found = find_batch(opened, id)
        made = make_plan(opened, source or [], rows, BatchOptions(concurrency=found.concurrency))
        if refusal := made.refusal(skip_problems=rows.skip_problems):
            return _refuse(made, refusal, json=json, verbose=verbose)
        if dry_run:
            return _tell_only(made, json=json, verbose=verbose)
        runs = found.state in (BatchState.RUNNING, BatchState.FINISHED)
        if runs:
            consent(opened, made.total.held, found.max_cost, yes=yes)
        count = opened.batches.add(found.id, made.rows, VISITOR)
        found = opened.batches.get(found.id, VISITOR)
    if json:
        print_json(plan_json(made, found) | {"rows_now": count})
    else:
        note_lines(plan_lines(made, everything=verbose))
        print_line(one_line(f"{found.name}: {counted(len(made.rows), 'row')} added, {count:,} now"))
    if runs:
        note(f"It runs; unless an app or a worker does that, `{go_on_words(found)}` runs it here.")
    else:
        note(f"The batch is {found.state.value}; `{go_on_words(found)}` sends what waits.")
    return OK


def _start_known(opened: "Workbench", found: Batch, batch: BatchOptions, run: RunOptions, *, dry_run: bool) -> int:
    if batch.collection is not None:
        raise typer.BadParameter("is for a batch that is being planned.", param_hint="--collection")
    if dry_run:
        return _tell_known(opened, found, json=run.json)
    limited = changed(opened, found, batch)
    consent(opened, opened.batches.progress(found.id, VISITOR).to_come, limited.max_cost, yes=run.yes)
    return begin(opened, limited, run)


def changed(opened: "Workbench", found: Batch, batch: BatchOptions) -> Batch:
    """The batch with what the options say of it."""
    changes = batch.changes()
    if batch.template is not None:
        rows = opened.batches.rows(found.id, VISITOR, limit=MAX_ROWS)
        check_template(batch.template, {name for row in rows for name in row.columns})
    return opened.batches.describe(found.id, VISITOR, **changes) if changes else found


def _tell_known(opened: "Workbench", found: Batch, *, json: bool) -> int:
    progress = opened.batches.progress(found.id, VISITOR)
    if json:
        print_json({"dry_run": True, "batch": batch_json(found), "progress": progress_json(progress)})
    else:
        print_line(f"{counted(progress.waiting, 'row')} would be sent, for up to {usd_text(progress.to_come)}")
    return OK


def _tell_only(made: Plan, *, json: bool, verbose: bool) -> int:
    """A dry run."""
    if json:
        print_json({"dry_run": True} | plan_json(made, None))
        return OK
    for line in plan_lines(made, everything=verbose):
        print_line(line)
    return OK


def _refuse(made: Plan, refusal: str, *, json: bool, verbose: bool) -> int:
    """Tell what is wrong with a plan that is not kept; programs get it with the plan, in one object."""
    if json:
        error: dict[str, Any] = {"error": {"code": "invalid_request", "message": refusal}}
        print_json(plan_json(made, None) | error)
    note_lines(plan_lines(made, everything=verbose))
    sys.stderr.write(f"Error: {refusal}\n")
    return USAGE
