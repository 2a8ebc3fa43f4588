"""What the local Images API answers: strict about the request, real pictures, usage by the published formulas."""

import base64
import hashlib
import io
import json
import zlib
from datetime import date
from functools import lru_cache
from typing import Any

from PIL import Image

from core.domain.estimate import expected_usage
from core.domain.image import Size
from core.domain.model import Model
from core.domain.request import GenerateRequest, Request
from core.errors import InvalidRequestError, NotFoundError
from core.providers.catalogue import catalogue

TODAY = date(2026, 11, 20)
"""The day the models' data was checked: a test must not fail because a model has died since."""

PARAMETERS = {
    "prompt": str,
    "model": str,
    "n": int,
    "size": str,
    "quality": str,
    "background": str,
    "output_format": str,
    "output_compression": int,
    "moderation": str,
    "stream": bool,
    "partial_images": int,
    "complexity": str,
    "frame_count": int,
    "frame_duration_ms": int,
    "svg": dict,
    "safety_identifier": str,
}


class RefusedError(Exception):
    """The request is wrong: an HTTP status and an error body in OpenAI's form."""

    def __init__(self, status: int, message: str, *, code: str | None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = error_body(message, type="invalid_request_error", code=code, param=param)


def error_body(
    message: str, *, type: str, code: str | None = None, param: str | None = None, **more: Any
) -> dict[str, Any]:
    return {"error": {"message": message, "type": type, "param": param, "code": code, **more}}


def checked(body: bytes, *, lenient: bool = False) -> tuple[GenerateRequest, Model]:
    """The request and its model; raises RefusedError for whatever OpenAI would not take.

    A lenient server, as compatible ones are, ignores unknown parameters and knows every model.
    """
    try:
        data = json.loads(body)
    except ValueError:
        raise RefusedError(400, "We could not parse the JSON body of your request.", code=None) from None
    for name, value in data.items():
        if not lenient:
            _check_parameter(name, value)
    try:
        request = _request({name: value for name, value in data.items() if name in PARAMETERS})
        model = catalogue().find(request.model, allow_unknown=lenient)
        model.check(request, TODAY)
    except NotFoundError as error:
        message = f"The model '{error.id}' does not exist or you do not have access to it."
        raise RefusedError(404, message, code="model_not_found") from None
    except InvalidRequestError as error:
        raise RefusedError(400, str(error), code="invalid_value", param=error.param) from None
    except (TypeError, KeyError) as error:
        raise RefusedError(400, f"Missing or wrong parameter: {error}.", code="missing_required_parameter") from None
    return request, model


def _check_parameter(name: str, value: object) -> None:
    expected = PARAMETERS.get(name)
    if expected is None:
        raise RefusedError(400, f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)
    if type(value) is not expected:
        said = "null" if value is None else type(value).__name__
        message = f"Invalid type for '{name}': expected {expected.__name__}, but got {said} instead."
        raise RefusedError(400, message, code="invalid_type", param=name)


def _request(data: dict[str, Any]) -> GenerateRequest:
    data.pop("safety_identifier", None)
    svg = data.pop("svg", None) or {}
    effort = svg.get("reasoning", {}).get("effort")
    return GenerateRequest(**data, svg_model=svg.get("model"), svg_effort=effort)


def answer(request: Request, model: Model, pictures: list[bytes]) -> dict[str, Any]:
    """The whole JSON answer."""
    data = [{"b64_json": base64.b64encode(picture).decode()} for picture in pictures]
    return {"created": 1_795_000_000, "data": data, **described(request, model)}


def described(request: Request, model: Model) -> dict[str, Any]:
    """What an answer says of itself beside the pictures."""
    return {
        "background": request.background if request.background == "transparent" else "opaque",
        "output_format": request.output_format or "png",
        "quality": _quality(request, model),
        "size": str(frame(request)),
        "usage": usage(request, model),
    }


def usage(request: Request, model: Model) -> dict[str, Any] | None:
    """Tokens by the published formulas; None where the model has no token rule."""
    if model.tokens is None:
        return None
    tokens = expected_usage(model, request, frame(request), _quality(request, model))
    return {
        "input_tokens": tokens.text_input + tokens.image_input,
        "input_tokens_details": {"text_tokens": tokens.text_input, "image_tokens": tokens.image_input},
        "output_tokens": tokens.image_output,
        "output_tokens_details": {"image_tokens": tokens.image_output, "text_tokens": 0},
        "total_tokens": tokens.total,
    }


def frame(request: Request) -> Size:
    return request.pixel_size or Size(1024, 1024)


def _quality(request: Request, model: Model) -> str:
    return request.quality if request.quality not in (None, "auto") else model.default_quality or "high"


def picture(request: GenerateRequest, position: int, *, weight: int = 0) -> bytes:
    """A picture of the size and format asked for; prompt and position choose its colour."""
    colour = colour_of(request.prompt, position)
    size, format = frame(request), request.output_format or "png"
    return drawn(size.width, size.height, colour, format, request.background == "transparent", weight)


def colour_of(prompt: str, position: int) -> tuple[int, int, int]:
    """The colour that stands for what a prompt asks for."""
    red, green, blue = hashlib.sha256(f"{prompt}/{position}".encode()).digest()[:3]
    return red, green, blue


@lru_cache(maxsize=64)
def drawn(
    width: int, height: int, colour: tuple[int, ...], format: str, transparent: bool = False, weight: int = 0
) -> bytes:
    """One colour, with a clear corner if transparent; bytes after the end of the picture make up the weight."""
    if format == "svg":
        fill = "#{:02x}{:02x}{:02x}".format(*colour)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
            f'<rect width="100%" height="100%" fill="{fill}"/></svg>'
        ).encode()
    image = Image.new("RGBA" if transparent else "RGB", (width, height), (*colour, 255) if transparent else colour)
    if transparent:
        image.paste((0, 0, 0, 0), (0, 0, width // 2, height // 2))
    buffer = io.BytesIO()
    image.save(buffer, format, **({"compress_level": 1} if format == "png" else {}))
    return weighed(buffer.getvalue(), weight) if format == "png" else buffer.getvalue()


def weighed(png: bytes, weight: int) -> bytes:
    """Insert a private chunk before the last one, so that a plain picture weighs what a real one does."""
    if weight <= len(png):
        return png
    chunk = b"geSo" + hashlib.shake_256(png).digest(weight - len(png))
    packed = (len(chunk) - 4).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    return png[:-12] + packed + png[-12:]
