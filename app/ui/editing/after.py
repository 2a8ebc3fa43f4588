"""The result of an edit: beside what it was before, with its proof, and the model's own picture behind it."""

import streamlit as st

from app.ui.choices import segment
from app.ui.editing.proof import show_proof
from app.ui.editing.shown import after_source, before_source, changes_source
from app.ui.editing.styles import show_styles
from app.ui.editing.wipe import wipe
from app.ui.pictures import show_large
from core.domain.job import Job, StoredImage
from core.domain.request import EditRequest

COMPARE, RESULT, CHANGES, WHOLE = "Compare", "Result", "Change map", "Model's own picture"
SAME_SHAPE = 0.02
"""Pictures whose ratios differ by less than this are wiped over each other."""


def show_after(job: Job, image: StoredImage, request: EditRequest) -> StoredImage:
    """The picture in the chosen view, and its proof.

    Returns the picture that is on show: the result, or the model's own one behind it.
    """
    show_styles()
    answer = job.answer_behind(image)
    views = _views(request, image, answer)
    view = segment("after", "View", views, views[0]) if len(views) > 1 else RESULT
    if view == COMPARE:
        ratio = image.ref.width / image.ref.height
        wipe(image.id, before_source(job, request), after_source(image), ratio, request.prompt[:200], _middle(request))
    elif view == CHANGES and answer is not None:
        _change_map(job, request, answer)
    elif view == WHOLE and answer is not None:
        show_large(answer, job.request.prompt)
        st.caption(_whole_said(request, answer))
    else:
        show_large(image, job.request.prompt)
    if image.protection is not None:
        show_proof(image.protection, request)
    return answer if view == WHOLE and answer is not None else image


def _middle(request: EditRequest) -> float:
    """Where across the picture the change is: that is where the edge between before and after belongs."""
    if request.frame is None:
        return 0.5
    box = request.frame.box
    return min(max((box.left + box.width / 2) / request.canvas.width, 0.05), 0.95)


def _views(request: EditRequest, image: StoredImage, answer: StoredImage | None) -> list[str]:
    before, after = request.canvas, image.ref
    alike = after.height and abs(before.width * after.height / (before.height * after.width) - 1) < SAME_SHAPE
    return [*([COMPARE] if alike else []), RESULT, *([CHANGES, WHOLE] if answer is not None else [])]


def _change_map(job: Job, request: EditRequest, answer: StoredImage) -> None:
    part = request.frame.box.size if request.frame else request.canvas
    width = f"width:min(100%,calc(min(62vh,900px)*{part.width / part.height:.4f}))"
    st.html(
        f'<div class="gesso-map"><img src="{changes_source(job, request, answer)}" style="{width}" '
        f'alt="Heat map of what the model altered in the part it was sent"></div>'
    )
    st.caption(
        "The brighter, the more the model altered a pixel of the part it was sent. "
        "Outside the selection none of this is in your result."
    )


def _whole_said(request: EditRequest, answer: StoredImage) -> str:
    part = "the part it was sent" if request.frame and request.frame.box.size != request.canvas else "the whole picture"
    size = f"{answer.ref.width}x{answer.ref.height}"
    return f"What the model sent back, {size}: {part}, nothing put back. Download it or continue with it below."
