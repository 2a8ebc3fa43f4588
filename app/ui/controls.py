"""The controls of a request: each appears only where the chosen model has it, and says its default."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ui.choices import choose, chosen, key, number, one_of, percent
from app.ui.earlier import typed
from app.ui.feedback import plain
from app.ui.rows import row
from app.ui.session import visitor
from app.ui.sizes import choose_size, size_choice, size_remarks
from app.workbench import workbench
from core.domain.model import GifRule, Model
from core.domain.request import MAX_PARTIAL_IMAGES, MAX_PROMPT_CHARACTERS, EditRequest, GenerateRequest, Request
from core.errors import InvalidRequestError, NotFoundError

OPTIONS = (
    "quality",
    "n",
    "output_format",
    "output_compression",
    "background",
    "moderation",
    "partial_images",
    "complexity",
    "frame_count",
    "frame_duration_ms",
)
PLAIN, ANIMATED, DRAWN = "png", "gif", "svg"
COMPRESSED = ("jpeg", "webp")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the controls say now, not yet checked.

    ``options`` are the fields of a request of this ``kind``; ``places`` are where a problem with one is shown.
    """

    model: Model
    options: dict[str, Any]
    places: Mapping[str, DeltaGenerator]
    kind: type[GenerateRequest] | type[EditRequest] = GenerateRequest

    def request(self) -> Request:
        """The request; raises InvalidRequestError."""
        return self.kind(model=self.model.id, **self.options)


def ask(under_the_prompt: Callable[[], None]) -> Wish:
    """Show all controls of the Generate page and read them; ``under_the_prompt`` shows what belongs there."""
    prompt = ask_prompt("Say what the picture should show: subject, place, light, style.", "generates")
    under_the_prompt()
    places = {name: st.container() for name in ("prompt", "model", "size", "output_format")}
    with places["model"]:
        which, count = st.columns([5, 3], gap="small", wrap=False)
        with which:
            model = ask_model(workbench().models(visitor()))
    with places["output_format"]:
        details = {"prompt": prompt, **ask_look(model, model.output_formats)}
    with count:
        details["n"] = ask_count(model, details.get("output_format"))
    with places["model"]:
        say_when_it_stops(model)
    frames = details.get("frame_count")
    is_gif = details.get("output_format") == ANIMATED
    with places["size"]:
        details["size"] = size_choice(model, frames if is_gif else None)
        size_remarks(model, details["size"], is_gif=is_gif)
    places |= {"n": places["model"], "quality": places["output_format"], "background": st.container()}
    details |= ask_more(model, streams=details.get("output_format") not in (ANIMATED, DRAWN))
    return Wish(model=model, options=details, places=places)


def fill(request: Request) -> None:
    """Set the controls to a request, as a starting point; nothing runs. For callbacks."""
    values = request.to_json()
    choose("prompt", request.prompt)
    choose("model", request.model)
    for name in OPTIONS:
        choose(name, values.get(name))
    choose_size(request.size)


def ask_prompt(placeholder: str, verb: str, label: str = "Prompt", height: int = 148) -> str:
    """The prompt, with its length; ``verb`` says what Ctrl+Enter does."""
    prompt = typed(st.text_area, label, "prompt", height=height, placeholder=placeholder)
    st.caption(f"{len(prompt):,} of {MAX_PROMPT_CHARACTERS:,} characters · Ctrl+Enter {verb}")
    return prompt


def ask_model(offered: Sequence[Model]) -> Model:
    """Which of these models; where a provider takes any name, one can be typed.

    Raises InvalidRequestError if there is none to choose from.
    """
    bench, who = workbench(), visitor()
    models = {model.id: model for model in offered}
    can_type = bench.takes_any_model(who)
    typed = [chosen("model")] if can_type and chosen("model") and chosen("model") not in models else []
    if typed and (problem := _problem_with(typed[0])):
        st.caption(f":material/error: {plain(problem)}")
        choose("model", None)
        typed = []
    if not models and not typed:
        raise InvalidRequestError(
            "No provider that is set up here can do this. Set up another one, or use your own key in Settings.",
            param="model",
        )
    id = one_of(
        "model",
        "Model",
        [*typed, *models],
        bench.default_model,
        lambda id: _title(models.get(id), id),
        accept_new_options=can_type,
        help="Choose one, or type a name as your server has it, or as provider/model." if can_type else None,
    )
    return bench.studio.model(id, who)


def _problem_with(name: str) -> str:
    """Why a model that was typed cannot be asked for; empty if it can."""
    try:
        workbench().studio.model(name, visitor())
    except (NotFoundError, InvalidRequestError) as error:
        return str(error)
    return ""


def can_ask(name: str) -> bool:
    """Whether a model of this name can be asked for here."""
    return bool(name) and not _problem_with(name)


def _title(model: Model | None, id: str) -> str:
    if model is None:
        return id
    return f"{model.title}, stopping soon" if model.deprecated else model.title


def say_when_it_stops(model: Model) -> None:
    """A line under a model that has a last day."""
    if sentence := model.explain(workbench().clock().date()):
        st.caption(f":material/schedule: {plain(sentence)}")


def ask_look(model: Model, formats: Sequence[str]) -> dict[str, Any]:
    """Quality, and which of these formats with what belongs to it."""
    found: dict[str, Any] = {}
    with row(bool(model.qualities) + bool(formats) or 1):
        if model.qualities:
            default = model.default_quality or model.qualities[0]
            found["quality"] = one_of("quality", "Quality", model.qualities, default)
        if formats:
            value = one_of("output_format", "Format", formats, PLAIN)
            # Left out where it is the API's own default: not every compatible server knows the option.
            found["output_format"] = None if value == PLAIN else value
    if found.get("output_format") == ANIMATED and model.gif is not None:
        found |= _animation(model.gif)
    elif found.get("output_format") in COMPRESSED:
        found["output_compression"] = percent(
            "output_compression", "Compression (default 100: best quality, largest file)", 100
        )
    return found


def ask_count(model: Model, output_format: str | None) -> int:
    """How many images."""
    if output_format == DRAWN:
        st.number_input("Images", 1, 1, 1, disabled=True, key=key("one"), help="SVG comes one at a time.")
        return 1
    return number("n", "Images", 1, model.max_n, 1)


def _animation(rule: GifRule) -> dict[str, int]:
    with row():
        count = number(
            "frame_count", f"Frames (default {rule.default_frames})", rule.min_frames, rule.max_frames,
            rule.default_frames, help="More frames leave less room for each: all are drawn on one sheet.",
        )  # fmt: skip
        duration = number(
            "frame_duration_ms", f"ms each (default {rule.default_duration_ms})", 10, 655_350,
            rule.default_duration_ms, step=10,
        )  # fmt: skip
    return {"frame_count": count, "frame_duration_ms": duration}


def ask_more(model: Model, *, streams: bool) -> dict[str, Any]:
    """What few people change, folded away; the fold says what differs from the defaults."""
    found: dict[str, Any] = {}
    asks = [
        (name, label, options, default)
        for name, label, options, default in (
            ("background", "Background", model.backgrounds, "auto"),
            ("complexity", "Complexity", model.complexities, model.default_complexity or ""),
            ("moderation", "Moderation", model.moderations, "auto"),
        )
        if options
    ]
    can_stream = streams and model.streaming
    if not asks and not can_stream:
        return found
    with st.expander(_fold_title(asks, can_stream), key=key("more"), icon=":material/tune:"), row():
        for name, label, options, default in asks:
            value = one_of(name, label, options, default)
            found[name] = None if value == default else value
        if can_stream:
            found["partial_images"] = _previews()
            found["stream"] = found["partial_images"] > 0
    return found


def _previews() -> int:
    return number(
        "partial_images", "Previews (default 0)", 0, MAX_PARTIAL_IMAGES, 0,
        help="How many unfinished pictures to show while each image is drawn. Each is billed as 100 tokens.",
    )  # fmt: skip


def _fold_title(asks: list[tuple[str, str, tuple[str, ...], str]], can_stream: bool) -> str:
    said = [
        f"{label.lower()} {value}"
        for name, label, options, default in asks
        if (value := chosen(name, default)) in options and value != default
    ]
    if can_stream and (previews := chosen("partial_images", 0)):
        said.append(f"{previews} preview{'s' if previews > 1 else ''}")
    return f"More: {', '.join(said)}" if said else "More options"
