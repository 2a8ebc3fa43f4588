"""Start from a picture's settings: what its file says fills the form, and nothing that was there before is lost."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.controls import OPTIONS, can_ask
from app.ui.feedback import plain
from app.ui.session import visitor
from app.ui.sizes import choose_size
from app.workbench import workbench
from core.domain.found import FoundSettings
from core.domain.found_use import Use, use_of
from core.domain.model import Model
from core.errors import InvalidImageError
from core.imaging.found_settings import find_settings

TYPES = ["png", "jpg", "jpeg", "webp", "gif", "svg"]
FORM = ("prompt", "model", *OPTIONS, "shape", "tier", "custom_size")
"""The choices that a picture may change, and that come back."""
MOST_TOLD = 12
NONE_FOUND = (
    "carries no settings that can be read here. Messengers, websites and screenshots leave them out: "
    "take the file as the program saved it."
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What came of a picture: a line, what was not used, and the form before, if it was changed.

    ``undone`` says that the form was brought back already, and ``before`` is what the picture had made of it.
    """

    line: str
    unused: str = ""
    before: dict[str, Any] | None = None
    undone: bool = False


def start_from_a_picture() -> None:
    """The way to bring a picture, and what came of the last one."""
    number: int = chosen("found_number", 0)
    with st.popover(
        "Start from a picture's settings", type="tertiary", icon=":material/image_search:", key=key(f"found_{number}")
    ):
        widget = key(f"found_file_{number}")
        st.file_uploader(
            "A picture that Gesso, AUTOMATIC1111, InvokeAI or ComfyUI saved",
            TYPES, key=widget, on_change=_read, args=(widget,),
        )  # fmt: skip
        st.caption(
            "Browse, drop or paste. Only its settings are read, into this form: nothing runs, and it is not kept."
        )
    said: Said | None = chosen("found_said")
    if said is not None:
        _tell(said)


def _tell(said: Said) -> None:
    with st.container(gap="xsmall", key=key("found_told")):
        st.caption(plain(f"{said.line}\nNot used: {said.unused}." if said.unused else said.line))
        with st.container(horizontal=True, gap="small"):
            if said.before is not None:
                words, icon = ("Redo", "redo") if said.undone else ("Undo", "undo")
                st.button(words, key=key("found_undo"), type="tertiary", icon=f":material/{icon}:", on_click=_swap,
                          args=(said.before,), kwargs={"undone": not said.undone},
                          help="Brings the form back as it was, your prompt too")  # fmt: skip
            st.button("Close", key=key("found_close"), type="tertiary", icon=":material/close:",
                      on_click=choose, args=("found_said", None))  # fmt: skip


def _read(widget: str) -> None:
    """Take up what the picture's file says; the uploader is emptied and its fold closes."""
    file = st.session_state[widget]
    if file is None:
        return
    choose("found_number", chosen("found_number", 0) + 1)
    choose("found_said", _taken_up(file.name, file.getvalue()))


def _taken_up(name: str, data: bytes) -> Said:
    try:
        found = find_settings(data)
    except InvalidImageError as error:
        return Said(line=f"{name}: {error}")
    if found is None:
        return Said(line=f"{name} {NONE_FOUND}")
    model, is_theirs = _model_for(found)
    use = use_of(found, model, model_is_theirs=is_theirs, streams=model.streaming)
    line = f"{name}, made with {found.source}"
    unused = _listed(use.unused)
    if not use.used:
        return Said(line=f"{line}, says nothing that this form takes.", unused=unused)
    before = _form()
    _fill(found, use)
    return Said(line=f"{line}. Filled in: {', '.join(use.used)}.", unused=unused, before=before)


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_TOLD
    return ", ".join(names[:MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def _model_for(found: FoundSettings) -> tuple[Model, bool]:
    """The model that the file names if it is offered here, else the one that is chosen."""
    bench, who = workbench(), visitor()
    offered = {model.id: model for model in bench.models(who)}
    named = bench.studio.router.name_in(found, who)
    if named in offered or (found.is_ours and bench.takes_any_model(who) and can_ask(named)):
        return bench.studio.model(named, who), True
    now = chosen("model", bench.default_model)
    return (bench.studio.model(now, who) if can_ask(now) else bench.default_for(who)), False


def _fill(found: FoundSettings, use: Use) -> None:
    """Our own files say all that was asked, so what they leave out goes back to its default."""
    if found.is_ours:
        for name in OPTIONS:
            choose(name, None)
    for name, value in use.choices.items():
        choose(name, value)
    if use.size or found.is_ours:
        choose_size(use.size)


def _form() -> dict[str, Any]:
    return {name: chosen(name) for name in FORM}


def _swap(form: dict[str, Any], *, undone: bool) -> None:
    """Bring a form back; what stands there now can be brought back in turn."""
    now = _form()
    for name, value in form.items():
        choose(name, "" if name == "prompt" and value is None else value)
    line = "The form is as it was before." if undone else "The picture's settings are back in the form."
    choose("found_said", Said(line=line, before=now, undone=undone))
