"""``GET /v1/models``: what can be asked for, in OpenAI's form."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request

from app.api.callers import caller
from app.workbench import workbench
from core.domain.model import Model
from core.errors import NotFoundError

router = APIRouter(prefix="/v1/models", tags=["OpenAI's models"])


@router.get("", summary="List the models")
async def models(request: Request) -> dict[str, Any]:
    """The models one can choose from now; each says when it will be shut down, if that is known.

    The default provider's have their own ids, those of others are `provider/model`.
    """
    await caller(request)
    found = await asyncio.to_thread(lambda: workbench().models())
    return {"object": "list", "data": [_told(model) for model in found]}


@router.get("/{id:path}", summary="One model")
async def model(request: Request, id: str) -> dict[str, Any]:
    """By either of its names: what a request may ask for is found here too."""
    visitor = await caller(request)

    def listed() -> Model | None:
        router = workbench().studio.router
        name = router.name_of(router.route(id, visitor), visitor)
        return next((one for one in workbench().models() if one.id == name), None)

    found = await asyncio.to_thread(listed)
    if found is None:
        raise NotFoundError(f"The model {id[:100]!a} does not exist.", kind="model", id=id)
    return _told(found)


def _told(model: Model) -> dict[str, Any]:
    released = model.released_on
    created = (
        0 if released is None else int(datetime(released.year, released.month, released.day, tzinfo=UTC).timestamp())
    )
    told: dict[str, Any] = {"id": model.id, "object": "model", "created": created, "owned_by": "gesso"}
    return told | ({"shutdown_date": model.shuts_down_on.isoformat()} if model.shuts_down_on else {})
