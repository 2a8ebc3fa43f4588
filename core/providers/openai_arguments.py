"""A request as the Images API's own parameters: plain data, without the SDK and without files."""

from typing import Any

from core.domain.request import EditRequest, Request
from core.providers.presets import Preset

SAME_NAME = (
    *("prompt", "model", "n", "size", "quality", "background", "output_format", "output_compression"),
    *("moderation", "complexity", "frame_count", "frame_duration_ms"),
)


def generate_arguments(request: Request, preset: Preset) -> dict[str, Any]:
    """The API's names, without what is not set (a None would go out as null); ``svg`` is nested."""
    arguments = {name: value for name in SAME_NAME if (value := getattr(request, name)) is not None}
    if request.stream and preset.streaming:
        arguments |= {"stream": True, "partial_images": request.partial_images}
    if request.svg_model is not None:
        effort = {} if request.svg_effort is None else {"reasoning": {"effort": request.svg_effort}}
        arguments["svg"] = {"model": request.svg_model, **effort}
    if preset.asks_for_base64(request.model):
        arguments["response_format"] = "b64_json"
    return arguments


def edit_arguments(request: EditRequest, preset: Preset) -> dict[str, Any]:
    """The fields of an edit beside its files, which ``openai_edit`` names."""
    fidelity = {} if request.input_fidelity is None else {"input_fidelity": request.input_fidelity}
    return generate_arguments(request, preset) | fidelity
