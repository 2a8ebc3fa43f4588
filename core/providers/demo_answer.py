"""What the demo provider answers: the body that the OpenAI Images API would send, with painted pictures."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log
from typing import Any

from core.domain.answer import EditInputs
from core.domain.estimate import billed_size, expected_usage
from core.domain.image import Size
from core.domain.model import Model
from core.domain.request import EditRequest, Request
from core.domain.tokens import STANDARD_SIZES, gif_sheet
from core.domain.usage import Usage
from core.errors import InvalidImageError
from core.imaging.codec import decode
from core.imaging.sketch import Sketch
from core.imaging.sketch_words import shape_of, wants_transparency
from core.providers.demo_edit import Edit
from core.providers.demo_pictures import EditedPicture, NewPicture, Picture

SVG_AUTHOR = "demo-svg-author"
SVG_INPUT, SVG_BYTES_PER_TOKEN = 1_500, 24
WEB_PAGE = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """A request with everything decided that it left to the provider."""

    request: Request
    inputs: EditInputs | None
    model: Model
    size: Size
    quality: str
    background: str
    output_format: str
    error: str | None
    first: int
    """The number of the first image, so that images asked for one by one differ as those of one request do."""

    @property
    def frames(self) -> int:
        return self.request.frame_count or (self.model.gif.default_frames if self.model.gif else 1)

    @property
    def event(self) -> str:
        """The family of a stream's events."""
        return "image_edit" if isinstance(self.request, EditRequest) else "image_generation"

    def picture(self, number: int) -> Picture:
        if isinstance(self.request, EditRequest) and self.inputs is not None:
            return EditedPicture(edit=self._edit(self.request, self.inputs, self.first + number))
        sketch = Sketch(
            prompt=self.request.prompt,
            size=self.size,
            quality=self.quality,
            transparent=self.background == "transparent",
            number=self.first + number,
            complexity=self.request.complexity,
        )
        return NewPicture(sketch=sketch)

    def _edit(self, request: EditRequest, inputs: EditInputs, number: int) -> Edit:
        return Edit(
            prompt=request.prompt,
            size=self.size,
            number=number,
            quality=self.quality,
            background=self.background,
            fidelity=request.input_fidelity,
            images=tuple(data for data, _ in inputs.images),
            mask=inputs.mask,
            markup=inputs.markup,
            extends=request.extension is not None,
            split=request.split,
        )


def choose(model: Model, request: Request, error: str | None, first: int, inputs: EditInputs | None = None) -> Choices:
    """Decide by the prompt's words what the request leaves open; ``error`` is the directive's."""
    output_format = request.output_format or "png"
    return Choices(
        request=request,
        inputs=inputs,
        model=model,
        size=request.pixel_size or _auto_size(model, request),
        quality=request.quality if request.quality not in (None, "auto") else _auto_quality(request.prompt),
        background=_background(request, inputs, output_format),
        output_format=output_format,
        error=error,
        first=first,
    )


def check_inputs(inputs: EditInputs) -> None:
    """Raise InvalidImageError for files that no provider would take."""
    first, *_ = (decode(data) for data, _ in inputs.images)
    for name, data in (("mask", inputs.mask), ("markup", inputs.markup)):
        if data is not None and decode(data).size != first.size:
            raise InvalidImageError(f"The {name} must have the size of the first picture.")


def _background(request: Request, inputs: EditInputs | None, output_format: str) -> str:
    """As asked; else by the words, and for an edit by the picture: what is clear stays clear."""
    if request.background not in (None, "auto"):
        return str(request.background)
    if output_format == "jpeg":
        return "opaque"
    if inputs is not None:
        return "transparent" if decode(inputs.images[0][0]).mode == "RGBA" else "opaque"
    return "transparent" if wants_transparency(request.prompt) else "opaque"


def _auto_size(model: Model, request: Request) -> Size:
    """One of the standard sizes by the prompt's words or the picture's shape; for a GIF, frames that fill one."""
    if request.output_format == "gif" and model.gif is not None:
        sheet = gif_sheet(Size(1, 1), request.frame_count or model.gif.default_frames)
        return Size(1024 // sheet.width // 16 * 16, 1024 // sheet.height // 16 * 16)
    if isinstance(request, EditRequest):
        shape = log(request.source.width / request.source.height)
        return min(STANDARD_SIZES, key=lambda size: abs(log(size.width / size.height) - shape))
    square, wide, tall = STANDARD_SIZES
    return {"square": square, "wide": wide, "tall": tall}[shape_of(request.prompt)]


def _auto_quality(prompt: str) -> str:
    """The more a prompt describes, the more quality it gets."""
    words = len(prompt.split())
    return "low" if words < 4 else "medium" if words < 25 else "high"


def partial_image(choices: Choices, progress: float) -> bytes:
    """The first image on its way, ``progress`` from 0 to below 1."""
    return choices.picture(0).early(progress, choices.output_format, choices.request.output_compression)


def whole_answer(choices: Choices, created: int) -> bytes:
    """The answer's bytes: one JSON object, or one ``completed`` event a line for a stream."""
    if choices.error == "html":
        return WEB_PAGE
    images = [] if choices.error == "empty" else list(_images(choices))
    if not choices.request.stream:
        data = [{"b64_json": image} for image in images]
        return json.dumps({"created": created, **_facts(choices, choices.request, images), "data": data}).encode()
    single = replace(choices.request, n=1)
    events = [
        {"type": f"{choices.event}.completed", "created_at": created, "b64_json": image}
        | _facts(choices, single, [image])
        for image in images
    ]
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def _images(choices: Choices) -> Iterator[str]:
    for number in range(choices.request.n):
        text = base64.b64encode(_image(choices, number)).decode()
        last = number == choices.request.n - 1
        yield "%" + text if choices.error == "bad_base64" or (choices.error == "partial_failure" and last) else text


def _image(choices: Choices, number: int) -> bytes:
    picture = choices.picture(number)
    if choices.error == "wrong_size":
        picture = picture.resized(Size(choices.size.width // 2, choices.size.height // 2))
    if choices.output_format == "gif":
        data = picture.animation(choices.frames, _frame_duration(choices))
    else:
        data = picture.still(choices.output_format, choices.request.output_compression)
    return data[: len(data) // 2] if choices.error == "truncated_image" else data


def _frame_duration(choices: Choices) -> int:
    """Milliseconds, in the steps of 10 that GIF has."""
    default = choices.model.gif.default_duration_ms if choices.model.gif else 200
    return max((choices.request.frame_duration_ms or default) + 5, 10) // 10 * 10


def _facts(choices: Choices, request: Request, images: list[str]) -> dict[str, Any]:
    """What an answer says beside its images, usage included."""
    facts: dict[str, Any] = {
        "background": choices.background,
        "output_format": choices.output_format,
        "quality": choices.quality,
        "size": str(choices.size),
        "usage": _usage(choices, request),
    }
    if choices.output_format == "svg":
        facts["svg_usage"] = _svg_usage(sum(len(image) for image in images), choices.request.svg_model)
    return facts


def usage_of(choices: Choices, request: Request) -> Usage:
    """The tokens that an answer bills, by the formulas of the estimate."""
    size = billed_size(choices.model, request, choices.size)
    return expected_usage(choices.model, request, size, choices.quality)


def _usage(choices: Choices, request: Request) -> dict[str, Any]:
    usage = usage_of(choices, request)
    return {
        "input_tokens": usage.text_input + usage.image_input,
        "input_tokens_details": {"text_tokens": usage.text_input, "image_tokens": usage.image_input},
        "output_tokens": usage.image_output + usage.text_output,
        "output_tokens_details": {"image_tokens": usage.image_output, "text_tokens": usage.text_output},
        "total_tokens": usage.total,
    }


def _svg_usage(encoded_bytes: int, model: str | None) -> dict[str, Any]:
    output = encoded_bytes // SVG_BYTES_PER_TOKEN
    return {
        "model": model or SVG_AUTHOR,
        "input_tokens": SVG_INPUT,
        "output_tokens": output,
        "reasoning_tokens": 0,
        "total_tokens": SVG_INPUT + output,
    }
