"""The way to all pictures as one route, which loads the real ones when the first picture is asked for.

They need the imaging library, whose import would be a quarter of the server's start.
"""

import asyncio
from functools import cache

from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from app.ui.prefix import prefix


def pictures_route() -> Route:
    """One route in place of ``picture_routes()``."""
    return Route(f"{prefix()}/{{rest:path}}", Pictures(), methods=["GET"])


class Pictures:
    """An ASGI application that hands on to the picture routes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        router = await asyncio.to_thread(_router)
        await router(scope, receive, send)


@cache
def _router() -> Router:
    from app.ui.routes import picture_routes

    return Router(picture_routes())
