"""One job that has ended: its picture, what was asked and delivered, what it cost, and what to do with it."""

from collections.abc import Callable

import streamlit as st

from app.ui.choices import key
from app.ui.editing.after import show_after
from app.ui.editing.lineage import show_lineage
from app.ui.editing.opening import edit_buttons, reopen_button
from app.ui.facts import facts_table
from app.ui.feedback import errors_shown, plain
from app.ui.gallery import image_of, siblings
from app.ui.offer import price_of
from app.ui.pictures import show_large
from app.ui.resolving import ask_what_became
from app.ui.selection import select, selected_image
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job, JobState, StoredImage
from core.domain.money import usd_text
from core.domain.request import EditRequest
from core.services.library import Form, file_name

LONG_PROMPT = 600
COPIES = {
    Form.SETTINGS: "Original with settings embedded",
    Form.PNG: "As PNG",
    Form.JPEG: "As JPEG",
    Form.WEBP: "As WebP",
}
MEDIA_TYPES = {Form.PNG: "image/png", Form.JPEG: "image/jpeg", Form.WEBP: "image/webp"}


def show_result(job: Job) -> None:
    """Show a job that has ended."""
    image = image_of(job, selected_image())
    shown = image
    if image is not None:
        shown = show_picture(job, image)
        if isinstance(job.request, EditRequest):
            show_lineage(job.request)
        if len(job.images) > 1:
            siblings(job, image)
    show_verdict(job)
    show_remarks(job)
    if job.may_have_been_billed:
        ask_what_became(job)
    show_actions(job, shown)
    facts_table(job, image)
    show_prompt(job, image)


def show_picture(job: Job, image: StoredImage) -> StoredImage:
    """The picture, for an edit beside what it was; returns the one on show, which the buttons are about."""
    if isinstance(job.request, EditRequest):
        return show_after(job, image, job.request)
    show_large(image, job.request.prompt)
    return image


def show_verdict(job: Job) -> None:
    """The sentence of a job that did not wholly succeed, and what it did to the money."""
    if job.error is None:
        return
    text = plain(f"{job.error.message} {money_sentence(job)}".strip())
    match job.state:
        case JobState.FAILED:
            st.error(text, icon=":material/error:")
        case JobState.UNKNOWN | JobState.PARTIAL:
            st.warning(text, icon=":material/help:")
        case _:
            st.info(text, icon=":material/info:")


def show_remarks(job: Job) -> None:
    """What the provider did not heed, a line each."""
    for sentence in job.delivered.remarks:
        st.caption(f":material/rule: {plain(sentence)}")


def money_sentence(job: Job) -> str:
    """What was charged and what is held, for a job that did not wholly succeed."""
    if job.held:
        charged = f"{usd_text(job.charged)} was charged and " if job.charged else ""
        return f"{charged}{usd_text(job.held)} is held until it is known whether it was billed.".capitalize()
    if job.charged:
        return f"{usd_text(job.charged)} was charged."
    return "" if "charged" in (job.error.message if job.error else "") else "Nothing was charged."


def show_actions(job: Job, image: StoredImage | None, then: Callable[[Job], None] | None = None) -> None:
    """Download, go on from the picture, run again; ``then`` is what to do with the new job, else it is shown here."""
    with st.container(horizontal=True, gap="small", key=key("actions")):
        if image is not None:
            _download(job, image, Form.ORIGINAL, f"Download {image.ref.extension.upper()}", primary=True)
            with st.popover("Other forms"):
                for form, label in COPIES.items():
                    _download(job, image, form, label)
            edit_buttons(image)
        reopen_button(job)
        again = not job.may_have_been_billed and _again(job)
    if again:
        with errors_shown():
            studio = workbench().studio
            (then or _show_here)(studio.submit(studio.again(job, visitor()), visitor()))


def _show_here(job: Job) -> None:
    select(job.id)
    st.rerun()


def _again(job: Job) -> bool:
    price = price_of(workbench().studio.again(job, visitor()))
    return st.button(
        f"Run again - {price}".replace("$", r"\$") if price else "Run again",
        key=key("again"),
        icon=":material/replay:",
        disabled=price is None,
        help=None if price else "This request cannot be sent any more: its model or an option is gone.",
    )


def _download(job: Job, image: StoredImage, form: Form, label: str, *, primary: bool = False) -> None:
    media_type = MEDIA_TYPES.get(form, image.ref.media_type)
    st.download_button(
        label,
        _data(image.id, form),
        file_name(image, job, media_type),
        media_type,
        key=key(f"download_{form.value}"),
        type="primary" if primary else "secondary",
        icon=":material/download:",
        on_click="ignore",
        width="content" if primary else "stretch",
    )


def _data(image_id: str, form: Form) -> Callable[[], bytes]:
    """Made when somebody clicks, not before."""
    bench, who = workbench(), visitor()
    return lambda: bench.library.download(image_id, form, who).data


def show_prompt(job: Job, image: StoredImage | None) -> None:
    """The prompt as text with a copy button, and what the provider made of it."""
    prompt = job.request.prompt
    st.code(prompt, language=None, wrap_lines=True, height=180 if len(prompt) > LONG_PROMPT else "content")
    if image is not None and image.revised_prompt and image.revised_prompt != prompt:
        with st.expander("The provider drew this revised prompt"):
            st.code(image.revised_prompt, language=None, wrap_lines=True)
