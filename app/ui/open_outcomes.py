"""Requests that may have been billed, in amber, each with the ways to settle it right there."""

import streamlit as st

from app.ui.choices import key
from app.ui.feedback import plain
from app.ui.gallery import excerpt
from app.ui.library.notices import notify
from app.ui.resolving import ask_what_became
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job
from core.domain.money import ZERO, usd_text

AT_ONCE = 8


def open_outcomes() -> None:
    """The visitor's newest open outcomes; when one is settled, the next moves up."""
    found = workbench().studio.jobs(visitor(), held_only=True, limit=100)
    jobs = [job for job in found if job.may_have_been_billed]
    if not jobs:
        return
    held = usd_text(sum((job.held for job in jobs), ZERO))
    count = "1 request" if len(jobs) == 1 else f"{len(jobs)} requests"
    with st.container(key=key("open"), gap="small"):
        st.markdown(plain(f"{count} may have been billed: {held} is held and counts as spent."))
        st.caption("No answer came. Look at the provider's own usage page, then say what became of it.")
        for job in jobs[:AT_ONCE]:
            _outcome(job)
        if len(jobs) > AT_ONCE:
            st.caption(f"{len(jobs) - AT_ONCE} older ones follow when these are settled.")


def _outcome(job: Job) -> None:
    said = f"{usd_text(job.held)} · {excerpt(job.request.prompt)}"
    st.markdown(f":orange[{plain(said)}]")
    st.caption(plain(f"{job.request.model} · {job.created_at:%Y-%m-%d %H:%M} UTC · job {job.id}"))
    ask_what_became(job, f"_{job.id}", lambda outcome: _tell(job, outcome))


def _tell(before: Job, after: Job) -> None:
    if after.id != before.id:
        notify("It was counted as billed and sent again. Follow the new request in History.")
    elif after.charged > before.charged:
        notify(f"{usd_text(after.charged - before.charged)} counts as spent now.")
    else:
        notify(f"{usd_text(before.held - after.held)} came back: nothing was billed.")
