"""How the image endpoints are described in OpenAPI: their bodies are read by hand, so their schemas are given here."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import Response

from app.api.schemas import Edit, EditFields, Generation, ImagesAnswer, Refusal

_TOLD = {
    400: "The request is wrong; `param` names what to change.",
    401: "No key, or none that is known.",
    402: "It does not fit the budget; nothing was sent.",
    404: "It is not there, or not yours.",
    409: "The idempotency key was used for something else.",
    413: "The body is too large.",
    424: "Nobody knows whether it was billed. It is not sent again by itself.",
    429: "Too many requests; `Retry-After` says how long to wait, where that is known.",
    502: "The provider failed or answered with nothing usable.",
    503: "This server cannot take it now.",
    "4XX": "Another mistake in the request.",
}
Responses = dict[int | str, dict[str, Any]]


def _refusals(*statuses: int | str) -> Responses:
    return {status: {"model": Refusal, "description": _TOLD[status]} for status in statuses}


REFUSALS = _refusals(400, 401, 404, 503, "4XX")
"""How every endpoint refuses."""
ASKED = _refusals(402, 409, 413, 429)
"""How those refuse besides that take a request for images."""
AWAITED: Responses = _refusals(424, 502) | {
    409: {"model": Refusal, "description": f"{_TOLD[409]} Or the job was cancelled before it made anything."}
}
"""How those do that wait for the images."""
KEY, HEALTH = "GessoKey", "Health"
_KEY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of `gesso keys create`, or of Settings: `gesso_...`. "
    "A program on the machine of a server that listens there alone needs none.",
}
_EXAMPLE = {"prompt": "a red fox in the snow", "size": "1024x1024", "quality": "low"}
_EDIT_EXAMPLE = {"prompt": "a red fox in the snow", "quality": "low"}
_PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQAAAACCEkxzAAAAFElEQVR42mP8"
    "zwABTAyjjFEGyQwAzx8Bf7QK4E8AAAAASUVORK5CYII="
)
"""A white square of 64 pixels."""


class Described(FastAPI):
    """An application whose description says where a key can be sent; callers.py reads the key itself."""

    def openapi(self) -> dict[str, Any]:
        """As FastAPI's, with the key: either it or nothing, since from this machine none is needed."""
        told = super().openapi()
        told["components"]["securitySchemes"] = {KEY: _KEY_SCHEME}
        for operation in (one for path in told["paths"].values() for one in path.values()):
            if HEALTH not in operation["tags"]:
                operation["security"] = [{KEY: []}, {}]
        return told


async def docs_page(request: Request) -> Response:
    """Swagger's page; FastAPI's own would fetch an icon from FastAPI's site as well."""
    where = request.scope.get("root_path", "").rstrip("/") + "/openapi.json"
    return get_swagger_ui_html(openapi_url=where, title="Gesso: the HTTP API", swagger_favicon_url="data:,")


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
    """A form has no null: what is not wanted is left out."""
    schema = _inline(EditFields.model_json_schema())
    fields = {name: _without_null(field) for name, field in schema["properties"].items()}
    for name, field in fields.items():
        field["example"] = _EDIT_EXAMPLE.get(name, "")  # Swagger's page begins with it, and else with "string"
    file = {"type": "string", "format": "binary"}
    several = {"type": "array", "items": file, "example": []}
    files = {"image": file, "image[]": several, "mask": file, "markup": file}
    return schema | {"properties": fields | files}


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in field.pop("anyOf", []) if kind != {"type": "null"}]
    return {name: value for name, value in field.items() if name != "default"} | (kinds[0] if kinds else {})


ANSWER: Responses = {
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
            "multipart/form-data": {"schema": _form(), "example": _EDIT_EXAMPLE},
            "application/json": {
                "schema": _inline(Edit.model_json_schema()),
                "example": _EDIT_EXAMPLE | {"images": [{"image_url": _PICTURE}]},
            },
        },
    }
}
