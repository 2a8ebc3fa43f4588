"""Following a batch from a terminal: a bar or lines on stderr, objects for programs, and what its end means."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from app.cli.batch_telling import batch_json, counted, progress_json, progress_line
from app.cli.batch_words import go_on_words, retry_words, show_words, undecided_words
from app.cli.exits import BUDGET, CANCELLED, OK, OTHER, PARTIAL, UNKNOWN
from app.cli.opening import VISITOR
from app.cli.output import note, on_terminal, one_line, print_json, print_json_line, print_line
from core.domain.batch import Batch, BatchState, Progress, RowState

if TYPE_CHECKING:
    from core.bootstrap import Workbench

Show = Callable[[Batch, Progress], None]
LOOK_SECONDS = 0.2
LINE_SECONDS = 1.0
"""Lines of a run that nobody watches come no faster than this."""
QUIET_SECONDS = 10.0
"""After this without any change somebody should be told that perhaps nobody runs the batch."""
NOT_SUCCEEDED = (RowState.FAILED, RowState.CANCELLED, RowState.PROBLEM, RowState.PARTIAL)


@contextmanager
def following(opened: "Workbench", *, json_lines: bool = False, verbose: bool = False) -> Iterator[Show]:
    """Show a batch each time it is called: a bar on a terminal; lines, throttled, for ``verbose`` or programs."""
    if json_lines:
        yield _changes(lambda batch, progress: print_json_line(watch_json(opened, batch, progress)), 0.0)
    elif on_terminal():
        with _bar(opened) as show:
            yield show
    elif verbose:
        yield _changes(lambda batch, progress: note(_line(opened, batch, progress)), LINE_SECONDS)
    else:
        yield lambda _batch, _progress: None


def watch_json(opened: "Workbench", batch: Batch, progress: Progress) -> dict[str, object]:
    """One look at a batch, for programs."""
    return batch_json(batch) | progress_json(progress, _left(opened, batch, progress))


def look_after(opened: "Workbench", batch_id: str, show: Show, stopped: Callable[[], bool], *, hint: str) -> bool:
    """Look until nothing of the batch runs any more, or ``stopped`` says so; True if it came to its end.

    ``hint`` is said once if for a while nothing runs and nothing changes.
    """
    changed, before, told = time.monotonic(), None, False

    class Stopped(Exception):
        """Leaves ``BatchService.wait``."""

    def seen(batch: Batch, progress: Progress) -> None:
        nonlocal changed, before, told
        show(batch, progress)
        if stopped():
            raise Stopped
        if (now := dict(progress.rows)) != before:
            before, changed = now, time.monotonic()
        elif not told and not progress.open and time.monotonic() - changed > QUIET_SECONDS:
            told = True
            note(hint)
        time.sleep(LOOK_SECONDS)

    try:
        opened.batches.wait(batch_id, VISITOR, seen)
    except Stopped:
        return False
    return True


def tell_end(opened: "Workbench", batch_id: str, *, json: bool, quiet: bool = False) -> int:
    """Say how a batch stands now and what can be done about it; returns its exit code. ``quiet`` prints no result."""
    batch = opened.batches.get(batch_id, VISITOR)
    progress = opened.batches.progress(batch_id, VISITOR)
    if json and not quiet:
        print_json({"batch": batch_json(batch), "progress": progress_json(progress)})
    elif not quiet:
        print_line(one_line(f"{batch.name}: {batch.state.value}, {progress_line(progress, None)}, id {batch.id}"))
    for sentence in _advice(batch, progress):
        note(sentence)
    return exit_of_batch(batch, progress)


def exit_of_batch(batch: Batch, progress: Progress) -> int:
    """The exit code of a batch of which nothing runs any more."""
    if progress.may_have_been_billed or progress.count(RowState.UNKNOWN):
        return UNKNOWN
    if batch.state is BatchState.PAUSED:
        return BUDGET if batch.note else CANCELLED
    if batch.state is BatchState.CANCELLED:
        return CANCELLED
    if not progress.count(*NOT_SUCCEEDED):
        return OK
    return PARTIAL if progress.done else OTHER


def _advice(batch: Batch, progress: Progress) -> Iterator[str]:
    if batch.state is BatchState.PLANNED:
        yield f"It was not started yet: `gesso {'avatars' if batch.growing else 'batch'} start {batch.id}`."
    if batch.state is BatchState.PAUSED:
        why = f"{batch.note} " if batch.note else ""
        more = " --max-cost USD" if batch.note and batch.max_cost is not None else ""
        yield f"Paused. {why}`{go_on_words(batch)}{more}` goes on."
    if batch.state is BatchState.CANCELLED and progress.waiting:
        waits = "row waits" if progress.waiting == 1 else "rows wait"
        yield f"{progress.waiting:,} {waits}: `{go_on_words(batch)}` sends what waits."
    if failed := progress.settled(RowState.FAILED, RowState.PROBLEM):
        yield (
            f"Error: {counted(failed, 'request' if batch.growing else 'row')} failed: `{show_words(batch)}` says why, "
            f"`{retry_words(batch)}` sends {'it' if failed == 1 else 'them'} again."
        )
    if partial := progress.count(RowState.PARTIAL):
        yield f"Error: Of {counted(partial, 'row')} not every image arrived; `{show_words(batch)}`."
    if progress.may_have_been_billed:
        yield f"Error: {undecided_words(progress)}"


def _line(opened: "Workbench", batch: Batch, progress: Progress) -> str:
    return f"{batch.name}: {batch.state.value}, {progress_line(progress, _left(opened, batch, progress))}"


def _left(opened: "Workbench", batch: Batch, progress: Progress) -> timedelta | None:
    """How long it takes yet, while it goes on."""
    return opened.batches.time_left(batch, progress) if batch.state is BatchState.RUNNING else None


def _changes(tell: Show, seconds: float) -> Show:
    """Tell only what has changed, and no sooner than so many seconds after the last; an end is always told."""
    last: tuple[object, ...] = ()
    at = -seconds

    def show(batch: Batch, progress: Progress) -> None:
        nonlocal last, at
        now = (batch.state, dict(progress.rows), progress.spent)
        ended = batch.state is not BatchState.RUNNING and not progress.open
        if now != last and (ended or time.monotonic() - at >= seconds):
            last, at = now, time.monotonic()
            tell(batch, progress)

    return show


@contextmanager
def _bar(opened: "Workbench") -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (BarColumn(24), TextColumn("{task.description}", markup=False))
    console = Console(stderr=True, highlight=False, markup=False)
    with Bars(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)

        def show(batch: Batch, progress: Progress) -> None:
            left = _left(opened, batch, progress)
            bars.update(task, description=progress_line(progress, left), total=progress.total, completed=progress.ended)

        yield show
