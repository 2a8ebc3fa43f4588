"""Who calls: the owner of the API key, or on a server that only this machine reaches, whoever is at it."""

import asyncio

from starlette.requests import Request

from app.api.access import comes_from_here, listens_on_loopback
from app.workbench import workbench
from core.domain.api_key import PREFIX
from core.domain.visitor import Visitor
from core.errors import InvalidKeyError

LOCAL = "local"
MAKE = "Make one on the Settings page, or with `gesso keys create NAME` on the server."


async def caller(request: Request) -> Visitor:
    """The visitor behind a request; raises InvalidKeyError where a key is needed and none is good.

    Where none is needed a key of ours is checked all the same. Any other counts as none: OpenAI's
    clients do not start without one.
    """
    text, free = _sent(request), listens_on_loopback() and comes_from_here(request)
    if text.startswith(PREFIX) or (text and not free):
        key = await asyncio.to_thread(lambda: workbench().keys.find(text))
        if key is None:
            raise InvalidKeyError(f"This API key is unknown or was revoked. {MAKE}")
        return key.visitor
    if not free:
        raise InvalidKeyError(f"{_why()} Send `Authorization: Bearer {PREFIX}...`. {MAKE}")
    return Visitor(owner=LOCAL)


def _why() -> str:
    if listens_on_loopback():
        return "What a proxy or another site's page sends needs an API key."
    return "This server can be reached from other machines, so it needs an API key."


def _sent(request: Request) -> str:
    """The key that came with the request, or an empty text."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""
