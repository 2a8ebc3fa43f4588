"""How the image endpoints are described in OpenAPI: their bodies are read by hand, so their schemas are given here."""

from typing import Any

from app.api.schemas import Edit, EditFields, Generation, ImagesAnswer, Refusal

REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "The request is wrong; `param` names what to change."},
    401: {"model": Refusal, "description": "No key, or none that is known."},
    402: {"model": Refusal, "description": "It does not fit the budget; nothing was sent."},
    404: {"model": Refusal, "description": "It is not there, or not yours."},
    409: {"model": Refusal, "description": "The idempotency key was used for something else, or the job is over."},
    413: {"model": Refusal, "description": "The body is too large."},
    424: {"model": Refusal, "description": "Nobody knows whether it was billed. It is not sent again by itself."},
    429: {"model": Refusal, "description": "Too many requests; `Retry-After` says how long to wait."},
    502: {"model": Refusal, "description": "The provider failed or answered with nothing usable."},
    503: {"model": Refusal, "description": "This server cannot take it now."},
    "4XX": {"model": Refusal, "description": "Another mistake in the request."},
}
"""How every endpoint refuses."""
_EXAMPLE = {"prompt": "a red fox in the snow", "size": "1024x1024", "quality": "low"}


def _inline(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without references, which would not resolve inside a path."""
    known = schema.pop("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return resolved(known[node["$ref"].rpartition("/")[2]])
            return {name: resolved(value) for name, value in node.items()}
        return [resolved(item) for item in node] if isinstance(node, list) else node

    inlined: dict[str, Any] = resolved(schema)
    return inlined


def _form() -> dict[str, Any]:
    schema = _inline(EditFields.model_json_schema())
    file = {"type": "string", "format": "binary"}
    schema["properties"] |= {"image": file, "image[]": {"type": "array", "items": file}, "mask": file, "markup": file}
    return schema


ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The images, or with `stream` the events, as OpenAI has them.",
        "content": {"application/json": {"schema": _inline(ImagesAnswer.model_json_schema())}, "text/event-stream": {}},
    }
}
GENERATION: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": _inline(Generation.model_json_schema()), "example": _EXAMPLE}},
    }
}
EDIT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _form()},
            "application/json": {"schema": _inline(Edit.model_json_schema())},
        },
    }
}
