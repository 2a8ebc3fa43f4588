"""Watching a job from a terminal: a bar on stderr, and Ctrl-C that cancels the job instead of dropping it."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from app.cli.opening import VISITOR
from app.cli.output import note, on_terminal, one_line
from core.domain.job import CallState, Job, JobState
from core.domain.transfer import Tally
from core.services.studio import Studio

CANCEL_SECONDS = 15.0
"""How long a cancelled job may take to come to its end before we leave it."""


def watch(
    studio: Studio, job_id: str, *, verbose: bool, interrupted: threading.Event, look_after: Callable[[Job], None]
) -> Job:
    """Wait for a job's end; the first Ctrl-C asks it to stop and goes on waiting for the truth.

    ``look_after`` is called at each look. Raises KeyboardInterrupt at the second Ctrl-C, or if
    the job does not stop.
    """
    give_up_at: float | None = None

    with _shown(verbose) as show:

        def seen(job: Job) -> None:
            nonlocal give_up_at
            show(job)
            look_after(job)
            if give_up_at is not None and time.monotonic() > give_up_at:
                raise KeyboardInterrupt
            if interrupted.is_set() and give_up_at is None:
                studio.cancel(job_id, VISITOR)
                give_up_at = time.monotonic() + CANCEL_SECONDS

        return studio.wait(job_id, seen=seen)


@contextmanager
def interrupts() -> Iterator[threading.Event]:
    """Note the first Ctrl-C (or SIGTERM) in the event; the second raises KeyboardInterrupt."""
    noted = threading.Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        if noted.is_set():
            raise KeyboardInterrupt
        noted.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stage_of(job: Job) -> str:
    """What the job does now, in words."""
    if job.cancel_requested_at is not None:
        return "cancelling"
    sent = any(call.state is CallState.SENT for call in job.calls)
    stage = "waiting for the provider" if job.stage == "starting" and sent else one_line(job.stage)
    expected = job.request.partial_images * job.request.n
    return f"{stage}, preview {job.previews} of {expected}" if job.previews and expected else stage


@contextmanager
def counted(what: str) -> Iterator[Callable[[Tally], None]]:
    """A bar over pictures on a terminal; elsewhere nothing."""
    if not on_terminal():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True, highlight=False, markup=False)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda tally: progress.update(task, total=tally.total or None, completed=tally.done)


@contextmanager
def _shown(verbose: bool) -> Iterator[Callable[[Job], None]]:
    """A bar on a terminal; elsewhere a line per stage if verbose, else nothing."""
    if on_terminal():
        with _bar() as show:
            yield show
        return
    last = ""

    def show_line(job: Job) -> None:
        nonlocal last
        if verbose and (stage := stage_of(job)) != last:
            last = stage
            note(f"job {job.id}: {stage}")

    yield show_line


@contextmanager
def _bar() -> Iterator[Callable[[Job], None]]:
    """A rich bar: it fills with the previews where there are some, and else only moves."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(24), TimeElapsedColumn())
    console = Console(stderr=True, highlight=False, markup=False)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("queued", total=None)

        def show(job: Job) -> None:
            expected = job.request.partial_images * job.request.n
            total = expected + 1 if expected and job.state is JobState.RUNNING else None
            progress.update(task, description=stage_of(job), total=total, completed=job.previews)

        yield show
