"""What was asked differently: the settings in which requests for pictures do not agree."""

from collections.abc import Sequence
from typing import Any

from core.domain.request import EditRequest, Request

NAMES = {
    "kind": "kind",
    "prompt": "prompt",
    "model": "model",
    "size": "size",
    "quality": "quality",
    "background": "background",
    "output_format": "format",
    "output_compression": "compression",
    "complexity": "complexity",
    "frame_count": "frames",
    "frame_duration_ms": "frame duration",
    "moderation": "moderation",
    "input_fidelity": "input fidelity",
    "images": "input pictures",
    "mask": "mask",
    "extension": "extension",
    "markup": "notes drawn",
    "protect": "protection",
    "feather": "feather",
    "context": "context",
    "match_colours": "colour matching",
    "repair_drift": "drift repair",
}
"""The settings that shape a picture, as people call them, in the order in which they are told."""
LEFT_OUT = {"output_format": "png", "background": "auto", "moderation": "auto", "size": "auto", "quality": "auto"}
"""What the API does where a setting is left out."""


def differing(requests: Sequence[Request]) -> tuple[str, ...]:
    """The settings, by the names of ``NAMES``' keys, that are not the same in all requests.

    How many pictures were asked for and whether they streamed shapes none of them, and is not told.
    """
    settings = [_settings(request) for request in requests]
    return tuple(name for name in NAMES if any(one[name] != settings[0][name] for one in settings[1:]))


def _settings(request: Request) -> dict[str, Any]:
    said = request.to_json()
    kind = "edit" if isinstance(request, EditRequest) else "generate"
    return {name: said.get(name, LEFT_OUT.get(name)) for name in NAMES} | {"kind": kind}
