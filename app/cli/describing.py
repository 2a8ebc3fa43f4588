"""An edit in words and as JSON: what is sent, what was asked, what was proved."""

from typing import TYPE_CHECKING, Any

from core.domain.estimate import sent_sizes
from core.domain.frame import Box
from core.domain.protection import Protection
from core.domain.request import EditRequest, Request
from core.providers.presets import Preset

if TYPE_CHECKING:
    from core.imaging.edit import Selection


def sending_line(request: EditRequest) -> str:
    """What of the pictures leaves, and at which size; the request is planned."""
    if request.frame is None:
        sizes = ", ".join(str(size) for size in sent_sizes(request))
        return f"Sends {_count(len(request.images), 'picture')} whole: {sizes}"
    box, canvas = request.frame.box, request.canvas
    part = f"a {box.size} part of {canvas}, from {box.left},{box.top}"
    if box.holds(Box(left=0, top=0, width=canvas.width, height=canvas.height)):
        edge = "" if box.size == canvas else f" with an edge around it, {box.size}"
        part = f"the whole {'canvas' if request.extension else 'picture'}, {canvas}{edge}"
    scaled = "" if request.frame.size == box.size else f", scaled to {request.frame.size}"
    return f"Sends {part}{scaled}"


def result_line(request: EditRequest) -> str:
    """What comes back."""
    if request.composes:
        return f"Result: {request.canvas} as PNG; nothing outside the selection changes"
    return f"Result: the model's own image, {request.size}"


def selection_line(selection: "Selection") -> str:
    bounds = selection.bounds
    return f"Selected: {selection.percent:.1f} %, within {bounds.size} at {bounds.left},{bounds.top}"


def sending_json(request: EditRequest, selection: "Selection | None", preset: Preset) -> dict[str, Any]:
    """What a dry run adds about an edit: the files that would go out, the frame, the selection."""
    data = request.to_json()
    field = "image" if len(request.images) == 1 else preset.images_field
    files = [{"field": field, "width": size.width, "height": size.height} for size in sent_sizes(request)]
    if selection is not None:
        files.append({"field": preset.mask_field, "width": files[0]["width"], "height": files[0]["height"]})
    return {
        "files": files,
        "frame": data.get("frame"),
        "result": {"width": request.canvas.width, "height": request.canvas.height} if request.composes else None,
        "selection": None if selection is None else selection_json(selection),
    }


def selection_json(selection: "Selection") -> dict[str, Any]:
    bounds = selection.bounds
    return {
        "percent": round(selection.percent, 4),
        "bounds": {"left": bounds.left, "top": bounds.top, "width": bounds.width, "height": bounds.height},
    }


def protection_line(protection: Protection) -> str:
    """The proof, for a person."""
    x, y = protection.drift
    moved = f"; it had moved by {x:g}, {y:g} pixels" if (x, y) != (0, 0) else ""
    return (
        f"{protection.unchanged_pixels:,} of {protection.protected_pixels:,} protected pixels unchanged; "
        f"the model had visibly changed {protection.changed_by_model_percent:g} % of those it was sent{moved}"
    )


def asked(request: Request) -> dict[str, Any]:
    """What was asked beside the prompt, each in a few characters."""
    told = request.to_json()
    del told["prompt"]
    if not isinstance(request, EditRequest):
        return told
    told["images"] = "+".join(f"{image.width}x{image.height}" for image in request.images)
    if request.parents:
        told["parents"] = "+".join(parent or "none" for parent in request.parents)
    if request.mask is not None:
        drawn = _count(len(request.mask.operations), "operation")
        told["mask"] = f"file+{drawn}" if request.mask.file else drawn
    if request.markup is not None:
        told["markup"] = "yes"
    if request.extension is not None:
        sides = (f"{side}:{pixels}" for side, pixels in told["extension"].items() if pixels)
        told["extension"] = "+".join(sides)
    if request.frame is not None:
        box = request.frame.box
        told["frame"] = f"{box.size} from {box.left},{box.top}"
    return told


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
