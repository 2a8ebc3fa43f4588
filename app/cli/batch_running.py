"""Running a batch from a terminal: consent, the run in this process or by workers, Ctrl-C that pauses it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.asking import can_ask
from app.cli.batch_following import Show, following, look_after, tell_end
from app.cli.batch_options import RunOptions
from app.cli.batch_telling import batch_json, counted, progress_json
from app.cli.batch_words import go_on_words
from app.cli.exits import CANCELLED, OK, UNKNOWN
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, print_json, print_line
from app.cli.progress import interrupts
from app.cli.sources import STDIN
from core.domain.batch import MAX_CONCURRENCY, Batch, BatchState, RowState
from core.domain.batch_rows import BY_EXTENSION
from core.domain.money import usd_text
from core.errors import InvalidRequestError, JobStateError, NotFoundError
from core.settings import Settings

if TYPE_CHECKING:
    from core.bootstrap import Workbench

READ_AT_MOST = 1_000
"""Batches among which a name or the beginning of an id is looked for."""
FEWEST = 4
"""Fewer characters of an id say nothing: ids begin with the time."""


@contextmanager
def batch_workbench(concurrency: int | None, *, verbose: bool) -> "Iterator[Workbench]":
    """A workbench that runs as many jobs at once as this batch shall."""
    settings = Settings.load()
    if concurrency is not None:
        settings = replace(settings, concurrency=max(settings.concurrency, min(concurrency, MAX_CONCURRENCY)))
    with workbench(settings, verbose=verbose) as opened:
        yield opened


def find_batch(opened: "Workbench", name: str) -> Batch:
    """A batch by its id, the beginning of one, or its name; raises NotFoundError, or InvalidRequestError for two."""
    wanted = " ".join(name.split())
    with suppress(NotFoundError):
        return opened.batches.get(wanted.lower(), VISITOR)
    every = opened.batches.all(VISITOR, limit=READ_AT_MOST)
    found = [one for one in every if one.name == wanted]
    if not found and len(wanted) >= FEWEST:
        found = [one for one in every if one.id.startswith(wanted.lower())]
    if len(found) > 1:
        ids = " or ".join(one.id for one in found[:3])
        raise InvalidRequestError(f"{len(found)} batches are called {wanted!a}. Name one by its id: {ids}.")
    if not found:
        raise NotFoundError(f"There is no batch {wanted!a}. `gesso batch list` lists them.", kind="batch", id=wanted)
    return found[0]


def names_batch(names: list[str]) -> bool:
    """Whether this can only be a batch: no file of that name is there, and it is not called as files with rows are."""
    if len(names) != 1 or names[0] == STDIN:
        return False
    path = Path(names[0])
    return path.suffix[1:].lower() not in BY_EXTENSION and (path.is_dir() or not path.exists())


def consent(opened: "Workbench", cost: Decimal, limit: Decimal | None, *, yes: bool) -> None:
    """Ask once more before much is spent.

    Raises ``typer.Abort`` on a no, and InvalidRequestError where nobody can answer.
    """
    if yes or limit is not None or cost <= opened.batches.ask_above:
        return
    sentence = f"This may cost up to {usd_text(cost)}"
    if not can_ask():
        raise InvalidRequestError(
            f"{sentence}, more than the {usd_text(opened.batches.ask_above)} that start without a question. "
            "Add --yes, or --max-cost USD.",
            param="max_cost",
        )
    typer.confirm(f"{sentence}. Start it?", abort=True, err=True)


def begin(opened: "Workbench", batch: Batch, run: RunOptions) -> int:
    """Set a batch running, unless it runs already, and see it through as the options say; returns the exit code."""
    if batch.state is not BatchState.RUNNING:
        batch = opened.batches.start(batch.id, VISITOR)
    return go_on(opened, batch, run)


def go_on(opened: "Workbench", batch: Batch, run: RunOptions) -> int:
    """See a batch through that is set running."""
    by_workers = opened.settings.queue == "celery"
    if run.detach or (by_workers and not run.wait):
        whose = "A running worker takes it up" if by_workers else "A running app takes it up"
        note(f"{whose}; `gesso batch watch {batch.id}` shows how far it is.")
        return _tell_begun(opened, batch, json=run.json)
    if by_workers:
        return watch(opened, batch, json=run.json, verbose=run.verbose)
    return _run_here(opened, batch, run)


def watch(opened: "Workbench", batch: Batch, *, json: bool, verbose: bool, json_lines: bool = False) -> int:
    """Show a batch's progress until it ends; Ctrl-C leaves it as it is."""
    with interrupts() as interrupted:
        with following(opened, json_lines=json_lines, verbose=verbose) as show:
            ended = look_after(opened, batch.id, show, interrupted.is_set, hint=_nobody_runs(opened, batch))
        if not ended:
            note(f"Stopped watching; the batch goes on. `gesso batch pause {batch.id}` pauses it.")
            return CANCELLED
    return tell_end(opened, batch.id, json=json, quiet=json_lines)


def _run_here(opened: "Workbench", batch: Batch, run: RunOptions) -> int:
    with interrupts() as interrupted:
        try:
            with following(opened, verbose=run.verbose) as show:
                opened.start()
                if not look_after(opened, batch.id, show, interrupted.is_set, hint=_somebody_had(opened)):
                    _stop(opened, batch, show)
            if not opened.queue.drain(0):
                note("Other requests that this process took up come to their end first.")
                opened.drain()
        except KeyboardInterrupt:
            _pause(opened, batch)
            note("Left at once: what was being sent may have been billed. `gesso jobs --open` will list it.")
            return UNKNOWN
        return tell_end(opened, batch.id, json=run.json)


def _stop(opened: "Workbench", batch: Batch, show: Show) -> None:
    """Pause the batch and let what was sent come to its end; what was not, waits for whoever resumes it."""
    _pause(opened, batch)
    opened.feeder.close()
    running = opened.batches.progress(batch.id, VISITOR).count(RowState.RUNNING)
    if running:
        note(f"Pausing: {counted(running, 'request')} that {'was' if running == 1 else 'were'} sent "
             "come to their end. Ctrl-C again leaves at once.")  # fmt: skip
    while not opened.queue.drain(0.2):
        show(opened.batches.get(batch.id, VISITOR), opened.batches.progress(batch.id, VISITOR))


def _nobody_runs(opened: "Workbench", batch: Batch) -> str:
    if opened.settings.queue == "celery":
        return "Nothing moves. Is a worker running? `gesso worker` starts one."
    return f"Nothing moves. If no app runs, `{go_on_words(batch)}` runs it here."


def _somebody_had(opened: "Workbench") -> str:
    seconds = opened.settings.lease_seconds
    return f"Nothing moves yet: another process had this batch, and is taken for dead after {seconds:.0f} s of silence."


def _pause(opened: "Workbench", batch: Batch) -> None:
    try:
        opened.batches.pause(batch.id, VISITOR)
    except JobStateError:
        return  # it ended in the same moment, or somebody else stopped it


def _tell_begun(opened: "Workbench", batch: Batch, *, json: bool) -> int:
    if json:
        progress = opened.batches.progress(batch.id, VISITOR)
        print_json({"batch": batch_json(batch), "progress": progress_json(progress)})
    else:
        print_line(batch.id)
    return OK
