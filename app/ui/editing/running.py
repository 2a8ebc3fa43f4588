"""Send an edit off, and turn to what comes of it."""

import streamlit as st

from app.ui.controls import Wish
from app.ui.editing.views import RESULT, open_view
from app.ui.selection import select
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job
from core.domain.request import EditRequest


def run(wish: Wish) -> None:
    """Submit what is asked for and show its job; raises a GessoError if it cannot be sent, and then nothing was."""
    select(workbench().studio.submit(wish.request(), visitor()).id)
    open_view(RESULT)
    st.rerun()


def is_inpainted(job: Job) -> bool:
    """Whether a job changed a part of a picture, or let it grow: the Inpaint page's own."""
    request = job.request
    return isinstance(request, EditRequest) and (request.mask is not None or request.extension is not None)


def is_edited(job: Job) -> bool:
    """Whether a job changed a picture as a whole: the Edit page's own."""
    return isinstance(job.request, EditRequest) and not is_inpainted(job)
