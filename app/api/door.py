"""The API as routes of the server that also serves the pages; the real application is made at its first request.

FastAPI and our API take 0.4 s to import, nearly as long as the rest of the server's start.
"""

import asyncio
from functools import cache

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

PATHS = ("/v1", "/images", "/docs", "/openapi.json", "/health", "/ready", "/metrics")


def api_routes(base: str = "") -> list[Route]:
    """A route for each of our paths and all below it, under the server's base path.

    Who looks after the process need not know that path: health is told at the root too.
    """
    at_root = [Route(path, Door("")) for path in ("/health", "/ready")] if base else []
    return at_root + [Route(f"{base}{path}{rest}", Door(base)) for path in PATHS for rest in ("", "/{rest:path}")]


class Door:
    """An ASGI application that hands on to the API, which has ``base`` as its root path."""

    def __init__(self, base: str) -> None:
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await asyncio.to_thread(_app)
        await app({**scope, "root_path": scope.get("root_path", "") + self._base}, receive, send)


@cache
def _app() -> ASGIApp:
    from app.api.main import create_api
    from app.api.proxies import Forwarded

    return Forwarded(create_api())
