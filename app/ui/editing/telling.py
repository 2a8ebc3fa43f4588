"""What may change and what is sent, said under the picture before anything costs."""

from dataclasses import dataclass
from html import escape

import streamlit as st

from app.ui.choices import switch
from app.ui.controls import Wish
from app.ui.offer import with_a_prompt
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.frame import Box
from core.domain.request import EditRequest
from core.errors import InvalidRequestError

OURS = ("mask", "extension", "grow", "region")
"""What a problem must be about to be told under the picture; others have their places beside a control."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """What a request lets change: how much (``percent``), and the planned ``request``; or the ``problem`` with it."""

    request: EditRequest | None = None
    percent: float = 0.0
    problem: str = ""

    @property
    def is_everything(self) -> bool:
        return self.percent >= 100 and self.request is not None and self.request.mask is not None


def region_of(wish: Wish) -> Region:
    """Look at what is selected and plan what would be sent; nothing is written."""
    bench = workbench()
    try:
        request = with_a_prompt(wish).request()
        if not isinstance(request, EditRequest):
            return Region()
        if request.mask is None and request.extension is None:
            return Region(problem="The picture does not grow yet. Say on which side and how far.")
        percent = bench.editor.selection(request).percent
        planned = bench.studio.plan(request, visitor())
    except InvalidRequestError as error:
        return Region(problem=str(error) if error.param in OURS else "")
    return Region(request=planned if isinstance(planned, EditRequest) else None, percent=percent)


def show_line(region: Region) -> None:
    """The line under the picture."""
    if region.problem:
        st.html(f'<div class="gesso-line" role="status"><b>{escape(region.problem)}</b></div>')
    elif region.request is not None:
        said = f"<b>{escape(_may_change(region))}</b><span>{escape(what_is_sent(region.request))}</span>"
        st.html(f'<div class="gesso-line" role="status">{said}</div>')


def everything_is_meant(region: Region) -> bool:
    """Ask before a request that protects nothing costs anything; True where there is nothing to ask."""
    if not region.is_everything:
        return True
    return switch("whole_is_meant", "Everything is selected, so nothing is protected. Change the whole picture", False)


def what_is_sent(request: EditRequest) -> str:
    """Which part of the picture goes out, and at which size."""
    if request.frame is None:
        return ""
    box, size, canvas = request.frame.box, request.frame.size, request.canvas
    is_whole = box.holds(Box(left=0, top=0, width=canvas.width, height=canvas.height))
    whole = "canvas" if request.extension is not None else "picture"
    what = f"The whole {whole} is sent" if is_whole else f"A {box.size} part is sent"
    if not request.protect:
        return f"{what} at {size}, and comes back at that size."
    scaled = f" at {size}" if box.size != size else " as it is" if is_whole else ""
    return f"{what}{scaled}; your {canvas} {whole} keeps its resolution."


def _may_change(region: Region) -> str:
    request = region.request
    share = f"{region.percent:.1f} %" if region.percent >= 0.1 else "Less than 0.1 %"
    if request is None:
        return ""
    if request.extension is not None:
        kept = "your picture stays as it is" if request.protect else "and nothing is protected"
        return f"{share} of the {request.canvas} canvas is new; {kept}."
    return f"{share} selected - only this part will change." if request.protect else f"{share} selected, not protected."
