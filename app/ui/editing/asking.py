"""The controls of an edit: those of every request, and those that only a picture has."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app.ui.choices import key, number, one_of, switch
from app.ui.controls import Wish, ask_count, ask_look, ask_model, ask_more, ask_prompt, say_when_it_stops
from app.ui.session import visitor
from app.ui.sizes import size_choice, size_remarks
from app.workbench import workbench
from core.domain.image import ImageRef, Size
from core.domain.model import Model
from core.domain.request import EditRequest
from core.services.editing import Input

RASTER = ("png", "jpeg", "webp", "gif")
AUTOMATIC, NO_CONTEXT, WHOLE_PICTURE = "auto", "none", "whole picture"
CONTEXTS = {
    AUTOMATIC: None,
    NO_CONTEXT: 0,
    "64 px": 64,
    "128 px": 128,
    "256 px": 256,
    "512 px": 512,
    WHOLE_PICTURE: 10_000,
}
PLACES = ("prompt", "model", "output_format", "size", "input_fidelity", "mask", "markup", "background")


def ask_edit(inputs: Sequence[Input], markup: ImageRef | None) -> Wish:
    """The controls of the Edit page."""
    wish, model = _asked("Say what should change, and what should stay.", "edits", needs_mask=False)
    with wish.places["size"]:
        like = Size(inputs[0].ref.width, inputs[0].ref.height) if inputs else None
        is_gif = wish.options.get("output_format") == "gif"
        size = size_choice(model, wish.options.get("frame_count") if is_gif else None, like)
        size_remarks(model, size, is_gif=is_gif)
    return _with(wish, inputs, size=size, markup=markup if model.markup else None)


def say_where_notes_go(model: Model) -> None:
    """What becomes of notes that are drawn; below the button, which must not move from under a hand that presses it.

    Words that are being written are taken in as the mouse goes down, and this line comes with them.
    """
    said = (
        "Your notes go with it as instructions." if model.markup else f"Your notes stay here: {model.title} takes none."
    )
    st.caption(f":material/draw: {said}")


def ask_inpaint(inputs: Sequence[Input], label: str, **region: Any) -> Wish:
    """The controls of the Inpaint page; ``region`` is the request's mask or extension."""
    wish, _ = _asked("An old wooden rowing boat, same light", "runs", label=label, needs_mask=True)
    return _with(wish, inputs, **region, **_composing())


def _asked(placeholder: str, verb: str, *, needs_mask: bool, label: str = "What should change?") -> tuple[Wish, Model]:
    """What every edit asks. The answer of a masked edit is put back into the picture, so it is always a PNG."""
    prompt = ask_prompt(placeholder, verb, label, height=110)
    places = {name: st.container() for name in PLACES}
    with places["model"]:
        which, count = st.columns([5, 3], gap="small", wrap=False)
        with which:
            model = ask_model(
                [model for model in workbench().models(visitor()) if model.edits and (model.mask or not needs_mask)]
            )
        say_when_it_stops(model)
    formats = () if needs_mask else [kind for kind in model.output_formats if kind in RASTER]
    with places["output_format"]:
        options = {"prompt": prompt, **ask_look(model, formats)}
    with count:
        options["n"] = ask_count(model, options.get("output_format"))
    with places["input_fidelity"]:
        options |= _fidelity(model)
    with places["background"]:
        options |= ask_more(model, streams=options.get("output_format") != "gif")
    more = {"n": places["model"], "quality": places["output_format"], "images": places["prompt"]}
    return Wish(model=model, options=options, places={**places, **more}, kind=EditRequest), model


def _with(wish: Wish, inputs: Sequence[Input], **more: Any) -> Wish:
    parents = tuple(input.parent for input in inputs)
    options = {**wish.options, "images": tuple(input.ref for input in inputs), "parents": parents, **more}
    return Wish(model=wish.model, options=options, places=wish.places, kind=wish.kind)


def _fidelity(model: Model) -> dict[str, Any]:
    """How closely faces and details of the input are kept; only older models let one choose."""
    if len(model.input_fidelities) < 2:
        return {}
    default = model.input_fidelities[0]
    value = one_of("input_fidelity", "Input fidelity", model.input_fidelities, default)
    return {"input_fidelity": None if value == default else value}


def _composing() -> dict[str, Any]:
    """How the answer is put back: all of it folded away but the one switch that matters."""
    protect = switch(
        "protect", "Protect everything outside", True,
        help="The model may redraw the whole picture; whatever you did not select is put back, pixel by pixel.",
    )  # fmt: skip
    if not protect:
        st.caption("The model's whole picture is kept: anything in it may change.")
        return {"protect": False}
    with st.expander("How it is put back", key=key("composing"), icon=":material/tune:"):
        left, right = st.columns(2, gap="small", wrap=False)
        with left:
            feather = number(
                "feather", "Edge softness (px)", 0, 512, 8,
                help="Over how many pixels the change fades in, inside the selection.",
            )  # fmt: skip
        with right:
            context = one_of(
                "context", "Context around it", list(CONTEXTS), AUTOMATIC,
                help="How much around the selection the model sees.",
            )  # fmt: skip
        match = switch("match_colours", "Match colours", False, help="Fit the answer's colours to the surroundings.")
        repair = switch(
            "repair_drift", "Undo drift", True, help="Models shift pictures a little; move the answer back."
        )
    return {"feather": feather, "context": CONTEXTS[context], "match_colours": match, "repair_drift": repair}
