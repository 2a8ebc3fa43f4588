"""The requests that failed, brought only a part, or may have been billed: why, what was charged, and run again."""

import streamlit as st

from app.ui.choices import key
from app.ui.feedback import errors_shown, plain
from app.ui.gallery import excerpt
from app.ui.library.address import change
from app.ui.library.going import go_to_job
from app.ui.offer import price_of
from app.ui.result import money_sentence
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job, JobState

FAILED_STATES = (JobState.FAILED, JobState.PARTIAL, JobState.UNKNOWN)
BADGES = {
    JobState.FAILED: ("Failed", "red"), JobState.PARTIAL: ("Partly done", "orange"),
    JobState.UNKNOWN: ("Outcome unknown", "orange"),
}  # fmt: skip
COUNTED, ON_PAGE, EXCERPT = 99, 10, 240


def show_failures() -> None:
    """A page of them, newest first."""
    st.button("All collections", key=key("back"), type="tertiary", icon=":material/arrow_back:", on_click=change,
              kwargs={"failed": None, "before": None})  # fmt: skip
    st.title("Failed requests")
    before = st.query_params.get("before")
    jobs = workbench().studio.jobs(visitor(), states=FAILED_STATES, before=before, limit=ON_PAGE + 1)
    if not jobs:
        st.caption("No older request failed." if before else "Nothing failed, and no outcome is unknown.")
    for job in jobs[:ON_PAGE]:
        _row(job)
    _pager(jobs, before)


def requests_said(count: int) -> str:
    """A number of requests in words; beyond COUNTED nobody counts on."""
    if count > COUNTED:
        return f"{COUNTED}+ requests"
    return f"{count} request{'s' * (count != 1)}"


def _row(job: Job) -> None:
    words, colour = BADGES[job.state]
    with st.container(border=True, gap="small", key=key(f"failed_{job.id}")):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(words, color=colour)  # type: ignore[arg-type]
            st.caption(plain(f"{job.request.model} · {job.created_at:%Y-%m-%d %H:%M} UTC · {_asked(job)}"))
        st.markdown(f"**{plain(excerpt(job.request.prompt, EXCERPT))}**")
        reason = job.error.message if job.error else ""
        st.markdown(plain(f"{reason} {money_sentence(job)}".strip()))
        _ways(job)


def _asked(job: Job) -> str:
    """How many pictures came of those that were asked for."""
    came = len(job.images)
    return f"{came} of {job.request.n} pictures" if came else "no picture"


def _ways(job: Job) -> None:
    """What may have been billed is decided where it is shown large; the rest can run again from here."""
    with st.container(horizontal=True, gap="small"):
        again = not job.may_have_been_billed and _again(job)
        words = "Decide what became of it" if job.may_have_been_billed else "Open"
        opened = st.button(words, key=key(f"open_{job.id}"), icon=":material/open_in_full:")
    if again:
        with errors_shown():
            studio = workbench().studio
            go_to_job(studio.submit(studio.again(job, visitor()), visitor()))
    if opened:
        go_to_job(job)


def _again(job: Job) -> bool:
    price = price_of(workbench().studio.again(job, visitor()))
    return st.button(
        f"Run again - {price}".replace("$", r"\$") if price else "Run again",
        key=key(f"again_{job.id}"),
        icon=":material/replay:",
        disabled=price is None,
        help=None if price else "This request cannot be sent any more: its model or an option is gone.",
    )


def _pager(jobs: tuple[Job, ...], before: str | None) -> None:
    older = jobs[ON_PAGE - 1].id if len(jobs) > ON_PAGE else None
    if not before and not older:
        return
    with st.container(horizontal=True, horizontal_alignment="center", gap="small", key=key("failed_pager")):
        st.button("Newest", key=key("newest"), icon=":material/first_page:", on_click=change, kwargs={"before": None},
                  disabled=not before)  # fmt: skip
        st.button("Older", key=key("older_failed"), icon=":material/arrow_forward:", on_click=change,
                  kwargs={"before": older}, disabled=older is None)  # fmt: skip
