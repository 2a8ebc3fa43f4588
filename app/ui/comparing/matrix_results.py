"""A matrix that was started: each cell's state as it changes, then its picture, what it cost and how long it took."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.comparing.address import MATRIX, compare_these
from app.ui.comparing.matrix_grid import GridCell, show_grid
from app.ui.facts import exact
from app.ui.feedback import errors_shown, plain
from app.ui.gallery import excerpt
from app.ui.jobs import ASSUMED, POLL_SECONDS, elapsed, stage
from app.ui.pictures import thumbnail_source
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job, StoredImage
from core.domain.money import ZERO, usd_text
from core.errors import NotFoundError


def show_matrix(ids: Sequence[str]) -> None:
    """The grid of these jobs; it keeps itself fresh for as long as one of them waits or runs."""
    if any(not job.state.is_final for job in _read(ids)):
        st.fragment(_show, run_every=POLL_SECONDS)(tuple(ids), True)
    else:
        _show(tuple(ids), False)


def _show(ids: tuple[str, ...], was_live: bool) -> None:
    jobs = _read(ids)
    live = [job for job in jobs if not job.state.is_final]
    if was_live and (not live or chosen("view") != MATRIX or not chosen("jobs")):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("ran")):
        st.subheader("Results", width="stretch", anchor=False)
        if live:
            st.button("Cancel the rest", key=key("cancel"), type="tertiary", icon=":material/close:",
                      on_click=_cancel, args=([job.id for job in live],))  # fmt: skip
        st.button("Another matrix", key=key("another"), type="tertiary", icon=":material/add:", on_click=_ask_again,
                  args=(jobs[0].request.prompt if jobs else "",))  # fmt: skip
    if missing := len(ids) - len(jobs):
        st.info(f"{missing} of the {len(ids)} jobs of this address are not here, or belong to another visitor.",
                icon=":material/search_off:")  # fmt: skip
    if jobs:
        st.caption(plain(_summary(jobs)))
        now = workbench().clock()
        show_grid("results", "Results of the matrix", [_cell(job, now) for job in jobs], compare_these)


def _read(ids: Sequence[str]) -> list[Job]:
    """The jobs that are here and this visitor's, in this order."""
    found = []
    for id in ids:
        try:
            found.append(workbench().studio.job(id, visitor()))
        except NotFoundError:
            continue
    return found


def _summary(jobs: Sequence[Job]) -> str:
    final = [job for job in jobs if job.state.is_final]
    spent = usd_text(sum((job.charged for job in jobs), ZERO))
    said = [f"{len(final)} of {len(jobs)} have ended", f"{spent} charged"]
    if held := sum((job.held for job in jobs), ZERO):
        said.append(f"{usd_text(held)} held")
    return f"{excerpt(jobs[0].request.prompt, 160)} · {', '.join(said)}"


def _cell(job: Job, now: datetime) -> GridCell:
    size = job.request.pixel_size or ASSUMED
    ratio = round(size.width / size.height, 4)
    if not job.state.is_final:
        return GridCell.of(job.request, kind="live", text=stage(job), small=elapsed(job, now), ratio=ratio)
    image = next(iter(job.kept_images), None)
    if image is None:
        return GridCell.of(job.request, kind="failed", text=_verdict(job), small=_why(job))
    return _done(job, image)


def _done(job: Job, image: StoredImage) -> GridCell:
    ref = image.ref
    return GridCell.of(
        job.request, kind="done", text=_cost(job), small=elapsed(job, job.created_at), id=image.id,
        source=thumbnail_source(image), ratio=round(ref.width / ref.height, 4) if ref.height else 1,
    )  # fmt: skip


def _cost(job: Job) -> str:
    if job.cost is None:
        return f"cost unknown ({exact(job.charged)} assumed)"
    return exact(job.cost)


def _verdict(job: Job) -> str:
    if job.is_thrown_away:
        return "In the trash"
    return job.state.value.capitalize()


def _why(job: Job) -> str:
    billed = f"{exact(job.held)} stay held until somebody says what became of it: see Costs." * job.may_have_been_billed
    return " ".join(part for part in (job.error.message if job.error else "", billed) if part)


def _ask_again(prompt: str) -> None:
    """Back to the question, which begins with the prompt on show if no other has been written."""
    choose("jobs", None)
    st.session_state[key("prompt")] = st.session_state.get(key("prompt")) or prompt


def _cancel(ids: Sequence[str]) -> None:
    with errors_shown():
        for id in ids:
            workbench().studio.cancel(id, visitor())
