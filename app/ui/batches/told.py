"""How a batch is told: its state, its numbers, its bar and how long it takes."""

from collections.abc import Iterator
from datetime import timedelta
from html import escape

from core.domain.batch import DONE_ROWS, Batch, BatchState, Progress, RowState
from core.domain.money import usd_text

STATES = {
    BatchState.PLANNED: "Not started",
    BatchState.RUNNING: "Running",
    BatchState.PAUSED: "Paused",
    BatchState.FINISHED: "Finished",
    BatchState.CANCELLED: "Cancelled",
}
NOT_DONE = (RowState.FAILED, RowState.PROBLEM)


def bar(progress: Progress) -> str:
    """How far it is, as HTML: what is done, failed, may have been billed, and runs."""
    total = max(progress.total, 1)
    said = f"{progress.done:,} of {progress.total:,} done"
    doubtful = progress.may_have_been_billed - progress.count(*DONE_ROWS) + progress.settled(*DONE_ROWS)
    counts = {
        "done": progress.done, "failed": progress.settled(*NOT_DONE), "unknown": doubtful,
        "runs": progress.count(RowState.RUNNING),
    }  # fmt: skip
    parts = "".join(f'<i class="{name}" style="width:{100 * count / total:.2f}%"></i>'
                    for name, count in counts.items())  # fmt: skip
    return f'<div class="gesso-run" role="img" aria-label="{escape(said)}">{parts}</div>'


def facts(progress: Progress, left: timedelta | None, what: str = "") -> str:
    """The numbers as HTML, the first the weightiest; what is nought is left out. ``what`` is counted, if not rows."""
    parts = "".join(f'<span class="{kind}"><b>{escape(value)}</b> {escape(name)}</span>'
                    for kind, value, name in _facts(progress, left, what))  # fmt: skip
    return f'<div class="gesso-ran">{parts}</div>'


def _facts(progress: Progress, left: timedelta | None, what: str) -> Iterator[tuple[str, str, str]]:
    yield "", f"{progress.done:,}", " ".join(filter(None, (f"of {progress.total:,}", what, "done")))
    if progress.open:
        waits = progress.count(RowState.QUEUED)
        yield "", f"{progress.count(RowState.RUNNING):,}", f"running{f', {waits:,} next' if waits else ''}"
    if count := progress.waiting:
        yield "", f"{count:,}", "to come"
    if count := progress.settled(*NOT_DONE):
        yield "failed", f"{count:,}", "failed"
    if count := progress.settled(RowState.CANCELLED):
        yield "", f"{count:,}", "cancelled"
    if count := progress.may_have_been_billed:
        yield "unknown", f"{count:,}", "may have been billed"
    yield "", usd_text(progress.spent), "spent"
    if progress.held:
        yield "", usd_text(progress.held), "held"
    if left is not None:
        yield "", duration(left), "left"


def duration(time: timedelta) -> str:
    """About how long, as people say it."""
    seconds = time.total_seconds()
    if seconds < 90:
        return f"about {max(round(seconds), 1)} s"
    if seconds < 90 * 60:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h"


def summary(batch: Batch, progress: Progress) -> str:
    """One line for a list."""
    failed = progress.settled(*NOT_DONE)
    said = [STATES[batch.state], f"{progress.done:,} of {progress.total:,} done"]
    if failed:
        said.append(f"{failed:,} failed")
    if progress.may_have_been_billed:
        said.append(f"{progress.may_have_been_billed:,} may have been billed")
    return " · ".join([*said, f"{usd_text(progress.spent)} spent"])
