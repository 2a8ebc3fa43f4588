"""Job cards: what waits and runs, looked at once a second for as long as anything does."""

from datetime import datetime
from fractions import Fraction
from html import escape

import streamlit as st

from app.ui.board import live_now
from app.ui.choices import key
from app.ui.feedback import errors_shown, plain
from app.ui.gallery import excerpt
from app.ui.pictures import preview_source
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.image import Size
from core.domain.job import CallState, Job, JobState

POLL_SECONDS = 1.0
WORDS = {
    "queued": "Waiting for a free place",
    "starting": "Starting",
    "storing": "Storing",
}
ANSWERED = (CallState.ANSWERED, CallState.REJECTED, CallState.UNKNOWN)
ASSUMED = Size(1024, 1024)
"""The frame to show while the model chooses the size."""


def live_jobs(jobs: tuple[Job, ...], large: str | None) -> None:
    """Cards of these jobs that keep themselves fresh; the page runs again when one of them has ended."""
    if jobs:
        st.fragment(_cards, run_every=POLL_SECONDS)(tuple(job.id for job in jobs), large)


def _cards(expected: tuple[str, ...], large: str | None) -> None:
    jobs = live_now()
    if {job.id for job in jobs} != set(expected):
        st.rerun()
    now = workbench().clock()
    for job in sorted(jobs, key=lambda job: job.id != large):
        _card(job, now, large=job.id == large)


def _card(job: Job, now: datetime, *, large: bool) -> None:
    with st.container(border=True, key=key(f"card_{job.id}"), gap="small"):
        st.html(_head(job))
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.progress(float(progress(job)), text=plain(f"{stage(job)} · {elapsed(job, now)}"), width="stretch")
            st.button(
                "Cancel",
                key=key(f"cancel_{job.id}"),
                icon=":material/close:",
                type="tertiary",
                disabled=job.cancel_requested_at is not None,
                on_click=_cancel,
                args=(job.id,),
            )
        st.html(_tiles(job, large=large))


def stage(job: Job) -> str:
    """What happens to a job now, in words."""
    if job.cancel_requested_at is not None:
        return "Cancelling"
    if job.state is JobState.QUEUED:
        return WORDS["queued"]
    # Anything the journal says beyond the known words is a sentence, such as why it is tried again.
    if job.stage not in ("starting", "queued"):
        return WORDS.get(job.stage, job.stage)
    answered = sum(call.state in ANSWERED for call in job.calls)
    if job.previews:
        wished = job.request.partial_images * job.request.n
        return f"Drawing · preview {min(job.previews, wished)} of {wished}"
    if answered:
        return f"Drawing · {answered} of {len(job.calls)} arrived"
    return "Drawing" if any(call.state is CallState.SENT for call in job.calls) else WORDS["starting"]


def progress(job: Job) -> Fraction:
    """How far a job is, from the steps that can be seen: sent, each preview, answered, stored."""
    if job.state is JobState.QUEUED:
        return Fraction(0)
    if job.stage == "storing":
        return Fraction(95, 100)
    sent = sum(call.state is not CallState.PLANNED for call in job.calls)
    answered = sum(call.state in ANSWERED for call in job.calls)
    wished = job.request.partial_images * job.request.n
    steps = 2 * len(job.calls) + wished + 1
    return Fraction(min(sent + answered + min(job.previews, wished), steps - 1), steps)


def elapsed(job: Job, now: datetime) -> str:
    """How long a job has been going in whole seconds, or took in tenths."""
    seconds = max(((job.finished_at or now) - (job.started_at or job.created_at)).total_seconds(), 0)
    if seconds >= 60:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{seconds:.0f} s" if job.finished_at is None or seconds >= 10 else f"{seconds:.1f} s"


def _head(job: Job) -> str:
    request = job.request
    what = f"{request.n} × {request.size or 'auto'}" if request.n > 1 else request.size or "auto"
    return (
        f'<div class="gesso-head"><b>{escape(excerpt(request.prompt))}</b>'
        f"<span>{escape(request.model)} · {escape(what)}</span></div>"
    )


def _tiles(job: Job, *, large: bool) -> str:
    """Frames in the shape asked for, each with the newest preview of its call."""
    n, size = job.request.n, job.request.pixel_size or ASSUMED
    columns = min(n, 2 if n <= 4 else 5) if large else n
    rows = -(-n // columns)
    height = f"min({56 / rows:.0f}vh, {820 // rows}px)" if large else "84px"
    width = f"calc({height} * {size.width / size.height:.4f})"
    frames = "".join(
        f'<div role="img" aria-label="Image {call + 1}, {"preview" if source else "not there yet"}"'
        f' class="{"comes" if source else "waits"}"'
        f' style="width:100%;aspect-ratio:{size.width}/{size.height};{_background(source)}"></div>'
        for call in range(n)
        for source in [preview_source(job, call) if call < len(job.calls) else None]
    )
    return f'<div class="gesso-tiles" style="grid-template-columns:repeat({columns},minmax(0,{width}))">{frames}</div>'


def _background(source: str | None) -> str:
    return f"background-image:url('{escape(source)}')" if source else ""


def _cancel(job_id: str) -> None:
    with errors_shown():
        workbench().studio.cancel(job_id, visitor())
