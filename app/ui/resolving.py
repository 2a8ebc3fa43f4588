"""The choices for a request that may have been billed: look again, not billed, billed, send again."""

from collections.abc import Callable

import streamlit as st

from app.ui.board import Board
from app.ui.choices import key
from app.ui.feedback import errors_shown, plain
from app.ui.gallery import excerpt
from app.ui.offer import price_of
from app.ui.selection import select
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job
from core.domain.money import usd_text
from core.services.studio import Resolution

WORDS = {
    Resolution.LOOK_AGAIN: ("Look again", "Look once more whether an answer has reached the disk. Sends nothing."),
    Resolution.NOT_BILLED: ("Not billed", "The provider's usage page does not list it: the held amount comes back."),
    Resolution.BILLED: ("Billed", "The provider's usage page lists it: the held amount counts as spent."),
}


def ask_what_became(job: Job, name: str = "", then: Callable[[Job], None] | None = None) -> None:
    """The choices for one job; the machine never sends such a request again by itself.

    ``name`` tells several jobs on one page apart; ``then`` is what to do with the job that comes of it, else it is
    shown here.
    """
    with st.container(horizontal=True, gap="small", key=key(f"resolve{name}")):
        pressed = [
            resolution
            for resolution, (label, help) in WORDS.items()
            if st.button(label, key=key(f"{resolution.value}{name}"), help=help)
        ]
        if _send_again(job, name):
            pressed.append(Resolution.SEND_AGAIN)
    for resolution in pressed:
        with errors_shown():
            (then or _show_here)(workbench().studio.resolve(job.id, resolution, visitor()))
            st.rerun()


def _show_here(job: Job) -> None:
    select(job.id)


def _send_again(job: Job, name: str) -> bool:
    price = price_of(workbench().studio.again(job, visitor()))
    return price is not None and st.button(
        f"Send again - {price}, may be charged twice".replace("$", r"\$"),
        key=key(f"{Resolution.SEND_AGAIN.value}{name}"),
        help="Counts this request as billed and sends a new one.",
    )


def undecided_jobs(board: Board) -> None:
    """One folded line for all other requests whose outcome somebody has to settle."""
    others = [job for job in board.undecided if board.shown is None or job.id != board.shown.id]
    if not others:
        return
    held = usd_text(sum((job.held for job in others[1:]), others[0].held))
    count = "1 request" if len(others) == 1 else f"{len(others)} requests"
    with st.expander(plain(f"{count} may have been billed: {held} is held"), icon=":material/help:"):
        for job in others:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(f"{usd_text(job.held)} · {excerpt(job.request.prompt)}"), width="stretch")
                st.button("Open", key=key(f"open_{job.id}"), type="tertiary", on_click=select, args=(job.id,))
