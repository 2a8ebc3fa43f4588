"""From a result to another page: with its picture to go on from, or with all that its job was asked."""

from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import streamlit as st

from app.ui.choices import choices_of, choose, key, page_is
from app.ui.controls import fill
from app.ui.editing.asking import CONTEXTS
from app.ui.editing.extending import use_extension
from app.ui.editing.inputs import hold
from app.ui.editing.masking import use_mask
from app.ui.editing.notes import use_notes
from app.ui.editing.views import EXTEND, NOTES, PAINT, RESULT, open_view
from app.ui.feedback import errors_shown
from app.ui.navigation import EDIT, GENERATE, INPAINT, go
from app.ui.session import visitor
from app.ui.sizes import ALIKE
from app.workbench import workbench
from core.domain.job import Job, StoredImage
from core.domain.request import EditRequest, Request
from core.services.editing import Input

NAMES = {GENERATE: "generate", EDIT: "edit", INPAINT: "inpaint"}
CHOICES = ("protect", "feather", "match_colours", "repair_drift", "input_fidelity")


def edit_buttons(image: StoredImage) -> None:
    """Go on from this picture: one click opens the page with it."""
    _leave("Edit", "edit_picture", "photo_filter", EDIT, lambda: start_from(image, RESULT))
    words = "Continue with this" if page_is(NAMES[INPAINT]) else "Inpaint"
    _leave(words, "inpaint_picture", "ink_highlighter", INPAINT, lambda: start_from(image, PAINT))


def reopen_button(job: Job) -> None:
    """Set the controls to what this job was asked; nothing runs."""
    request = workbench().studio.again(job, visitor())
    if not isinstance(request, EditRequest):
        _leave("Use as starting point", "fill", "edit_note", GENERATE, lambda: fill(request))
    elif request.mask is None and request.extension is None:
        _leave("Use as starting point", "fill", "edit_note", EDIT, lambda: reopen(request))
    else:
        words = "Refine the mask" if request.mask is not None else "Change the frame"
        _leave(words, "fill", "ink_eraser", INPAINT, lambda: reopen(request))


def whole_picture_button(inputs: tuple[Input, ...], prompt: str) -> None:
    """Take a picture on which nothing is painted, with its references, to the Edit page."""

    def take() -> None:
        hold(inputs)
        choose("prompt", prompt)

    _leave("Change the whole picture instead", "whole", "photo_filter", EDIT, take)


def start_from(image: StoredImage, view: str) -> None:
    """Hold this image alone."""
    hold([workbench().editor.from_image(image)])
    open_view(view)


def reopen(request: EditRequest) -> None:
    """Hold the pictures of a request, and choose all that it asked."""
    inputs = [Input(ref=ref, parent=parent) for ref, parent in zip_longest(request.images, request.parents)]
    hold(inputs)
    fill(request)
    for name in CHOICES:
        choose(name, getattr(request, name))
    choose("context", next((words for words, pixels in CONTEXTS.items() if pixels == request.context), None))
    use_notes(request.markup)
    if request.mask is not None:
        use_mask(inputs[0], request.mask)
    if request.extension is not None:
        use_extension(request.extension)
    if request.frame is None and _is_alike(request):
        choose("shape", ALIKE)
    open_view(_where_it_shows(request))


def _where_it_shows(request: EditRequest) -> str:
    """The view in which what was drawn for a request is seen."""
    if request.extension is not None:
        return EXTEND
    if request.mask is not None:
        return PAINT
    return NOTES if request.markup is not None else RESULT


def _is_alike(request: Request) -> bool:
    """Whether the size is the one that the picture itself would have led to."""
    if not isinstance(request, EditRequest):
        return False
    bench = workbench()
    route = bench.studio.router.route(request.model, visitor())
    model = bench.catalogue.find(route.model_id, allow_unknown=True)
    return request.size == str(model.sizes.nearest(request.source))


def _leave(words: str, name: str, icon: str, page: Path, prepare: Callable[[], None]) -> None:
    """A button that prepares the choices of a page before that page is drawn, and opens it."""

    def prepared() -> None:
        with errors_shown(), choices_of(NAMES[page]):
            prepare()

    pressed = st.button(words, key=key(name), icon=f":material/{icon}:", on_click=prepared)
    if pressed and not page_is(NAMES[page]):
        go(page)
