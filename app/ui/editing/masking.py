"""The mask of the picture that is painted on: its operations, and what is done to all of them together."""

import streamlit as st

from app.ui.board import Board
from app.ui.choices import choose, chosen, key, number, switch
from app.ui.editing.inputs import tell
from app.ui.editing.mask_shown import EXPORTS, mask_file, show_whole_mask
from app.ui.editing.shown import display_source, whole_source
from app.ui.feedback import plain
from app.ui.painting import Picture, painted, quick_regions, replace_painted
from app.workbench import workbench
from core.domain.image import ImageRef, Size
from core.domain.mask import Mask
from core.domain.request import EditRequest
from core.errors import GessoError
from core.services.editing import Input

FILE_TYPES = ["png", "webp", "gif", "bmp", "tif", "tiff", "jpg", "jpeg"]


def picture_of(input: Input) -> Picture:
    """An input as the painter takes it."""
    ref = input.ref
    size = Size(ref.width, ref.height)
    return Picture(id=ref.sha256, size=size, display=display_source(ref), original=whole_source(ref))


def mask_of(input: Input) -> Mask:
    """What is painted on a picture, with the file it is painted on and what is done to the whole."""
    file: ImageRef | None = chosen("mask_file")
    return Mask(
        width=input.ref.width,
        height=input.ref.height,
        operations=painted(picture_of(input)),
        file=file,
        fill_holes=chosen("fill_holes", False),
        grow=chosen("grow", 0),
        invert=chosen("invert", False),
    )


def use_mask(input: Input, mask: Mask) -> None:
    """Paint this mask on a picture of its size, in place of what is there. For callbacks."""
    replace_painted(picture_of(input), mask.operations)
    for name in ("fill_holes", "grow", "invert"):
        choose(name, getattr(mask, name))
    choose("mask_file", mask.file)
    choose("mask_said", None)


def mask_tools(input: Input, board: Board) -> None:
    """One row under the canvas: what is done to the whole mask, regions without a mouse, and files."""
    with st.container(horizontal=True, gap="small", key=key("mask_tools")):
        with st.popover(_adjusted(), icon=":material/tune:", key=key("adjust")):
            number(
                "grow", "Grow by pixels (less than 0 shrinks)", -500, 500, 0, step=4,
                help="To remove a thing, grow the selection a little beyond it: its shadow and outline go too.",
            )  # fmt: skip
            switch("fill_holes", "Fill holes", False)
            switch("invert", "Invert: select what is not selected", False)
        with st.popover("Regions", icon=":material/select_all:", key=key("regions")):
            quick_regions(picture_of(input), key=key("regions_of"))
        with st.popover("Mask file", icon=":material/texture:", key=key("mask_files")):
            _last_mask(input, board)
            _import(input)
            _export(input)
    if said := chosen("mask_said"):
        st.caption(plain(f"Mask file: {said}"))
    show_whole_mask(input.ref, mask_of(input))


def _adjusted() -> str:
    """What is done to the whole mask, on the button that folds it away."""
    grow = chosen("grow", 0)
    said = [
        *([f"{'grown' if grow > 0 else 'shrunk'} {abs(grow)} px"] if grow else []),
        *(["holes filled"] if chosen("fill_holes", False) else []),
        *(["inverted"] if chosen("invert", False) else []),
    ]
    return f"Adjusted: {', '.join(said)}" if said else "Adjust the mask"


def _last_mask(input: Input, board: Board) -> None:
    size = Size(input.ref.width, input.ref.height)
    masks = (job.request.mask for job in board.recent if isinstance(job.request, EditRequest))
    last = next((mask for mask in masks if mask is not None and mask.size == size), None)
    st.button(
        "Use the last mask again", key=key("last_mask"), icon=":material/history:", width="stretch",
        disabled=last is None, on_click=use_mask, args=(input, last),
        help=None if last else f"There is none yet for a picture of {size}.",
    )  # fmt: skip


def _import(input: Input) -> None:
    """Take a mask file; once there is one, offer to read it the other way round or to let go of it."""
    file: ImageRef | None = chosen("mask_file")
    if file is None:
        name = key(f"mask_upload_{chosen('mask_uploads', 0)}")
        st.file_uploader(
            "Import a mask of this picture's size (black and white, or with transparency)", FILE_TYPES,
            key=name, on_change=_read, args=(input, name), max_upload_size=workbench().settings.max_image_size_mb,
        )  # fmt: skip
        return
    turning, removing = st.columns(2, gap="small")
    turning.button("Edit the other part", key=key("mask_turn"), width="stretch", on_click=_turn, args=(input, file))
    removing.button("Remove the file", key=key("mask_remove"), width="stretch", on_click=_remove)


def _read(input: Input, widget: str) -> None:
    upload = st.session_state[widget]
    if upload is not None:
        _keep(input, upload.getvalue(), None)
        choose("mask_uploads", chosen("mask_uploads", 0) + 1)


def _turn(input: Input, file: ImageRef) -> None:
    """What we keep has white for the part to edit: read as black it is the other part."""
    _keep(input, workbench().editor.read(file), False)


def _keep(input: Input, data: bytes, white_is_edit: bool | None) -> None:
    try:
        taken = workbench().editor.take_in_mask(
            data, Size(input.ref.width, input.ref.height), white_is_edit=white_is_edit
        )
    except GessoError as error:
        tell(str(error))
        return
    choose("mask_file", taken.ref)
    choose("mask_said", taken.said if white_is_edit is None else "The other part will be edited, as you chose.")


def _remove() -> None:
    choose("mask_file", None)
    choose("mask_said", None)


def _export(input: Input) -> None:
    mask = mask_of(input)
    request = EditRequest(prompt="mask", model="any", images=(input.ref,), mask=mask)
    has_any = bool(mask.operations or mask.file or mask.invert)
    st.caption("Export the mask at the picture's own size:")
    for place, (form, words) in zip(st.columns(2, gap="small"), EXPORTS.items(), strict=True):
        place.download_button(
            words, mask_file(request, form), f"mask-{input.ref.sha256[:8]}-{form}.png", "image/png",
            key=key(f"export_{form}"), disabled=not has_any, on_click="ignore", width="stretch",
        )  # fmt: skip
