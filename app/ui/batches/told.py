"""How a batch is told: its state, its numbers, its bar and how long it takes."""

from collections.abc import Iterator
from datetime import timedelta
from html import escape

from core.domain.batch import Batch, BatchState, Progress, RowState
from core.domain.money import usd_text

STATES = {
    BatchState.PLANNED: "Not started",
    BatchState.RUNNING: "Running",
    BatchState.PAUSED: "Paused",
    BatchState.FINISHED: "Finished",
    BatchState.CANCELLED: "Cancelled",
}
DONE = (RowState.SUCCEEDED, RowState.PARTIAL)
NOT_DONE = (RowState.FAILED, RowState.PROBLEM)
BARS = (("done", DONE), ("failed", NOT_DONE), ("unknown", (RowState.UNKNOWN,)), ("runs", (RowState.RUNNING,)))


def bar(progress: Progress) -> str:
    """How far it is, as HTML: what is done, failed, may have been billed, and runs."""
    total = max(progress.total, 1)
    said = f"{progress.count(*DONE):,} of {progress.total:,} done"
    parts = "".join(
        f'<i class="{name}" style="width:{100 * progress.count(*states) / total:.2f}%"></i>' for name, states in BARS
    )
    return f'<div class="gesso-run" role="img" aria-label="{escape(said)}">{parts}</div>'


def facts(progress: Progress, left: timedelta | None, what: str = "") -> str:
    """The numbers as HTML, the first the weightiest; what is nought is left out. ``what`` is counted, if not rows."""
    parts = "".join(f'<span class="{kind}"><b>{escape(value)}</b> {escape(name)}</span>'
                    for kind, value, name in _facts(progress, left, what))  # fmt: skip
    return f'<div class="gesso-ran">{parts}</div>'


def _facts(progress: Progress, left: timedelta | None, what: str) -> Iterator[tuple[str, str, str]]:
    yield "", f"{progress.count(*DONE):,}", " ".join(filter(None, (f"of {progress.total:,}", what, "done")))
    if progress.open:
        waits = progress.count(RowState.QUEUED)
        yield "", f"{progress.count(RowState.RUNNING):,}", f"running{f', {waits:,} next' if waits else ''}"
    if count := progress.waiting:
        yield "", f"{count:,}", "to come"
    if count := progress.count(*NOT_DONE):
        yield "failed", f"{count:,}", "failed"
    if count := progress.count(RowState.CANCELLED):
        yield "", f"{count:,}", "cancelled"
    if count := progress.count(RowState.UNKNOWN):
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
    failed = progress.count(*NOT_DONE)
    said = [STATES[batch.state], f"{progress.count(*DONE):,} of {progress.total:,} done"]
    if failed:
        said.append(f"{failed:,} failed")
    return " · ".join([*said, f"{usd_text(progress.spent)} spent"])
