"""The API as a server of its own, without pages: ``gesso serve --api-only``."""

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app.api.access import set_listening
from app.api.door import Door, api_routes
from app.api.errors import INVALID, body
from app.logs import set_up
from app.workbench import shutdown, workbench
from core.errors import InvalidRequestError

log = logging.getLogger("app.api")


def alone(base: str = "") -> Starlette:
    """The API below a base path; its lifespan starts the workbench's queue and lets running jobs finish."""
    app = Starlette(routes=api_routes(base), lifespan=_lifespan)
    app.router.default = _Below(base)
    return app


class _Below:
    """What no route takes: below the base path the API refuses it; a route's pattern would not match a line break.

    Outside there is nothing of ours, nor does the API hear of it: it would take the path as it stands.
    """

    def __init__(self, base: str) -> None:
        self._base, self._door = base, Door(base)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(f"{self._base}/"):
            nothing = body(f"There is nothing here; the API is below {self._base}.", INVALID, "http_404", None)
            await JSONResponse(nothing, 404)(scope, receive, send)
            return
        await self._door(scope, receive, send)


def run(host: str, port: int, base: str = "") -> None:
    """Serve until somebody says stop.

    Raises InvalidRequestError for an address that cannot be had, and as ``workbench``.
    """
    settings = workbench().settings
    set_up(settings)
    set_listening(host)
    with listening(host, port) as taken:
        config = uvicorn.Config(
            alone(base), log_config=None, access_log=False, timeout_graceful_shutdown=int(settings.drain_seconds) + 1
        )
        log.info("The API listens on http://%s%s", _shown(taken), base)
        _Server(config).run(sockets=[taken])


class _Server(uvicorn.Server):
    """Takes no new work from the moment it is told to stop, while answers that are awaited still come."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        threading.Thread(target=workbench().drain, name="gesso-drain", daemon=True).start()
        super().handle_exit(sig, frame)


@asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncIterator[None]:
    yield
    await asyncio.to_thread(shutdown)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there until the end; raises InvalidRequestError for an address that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        taken = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = str(error.strerror or error).partition(" (while")[0]  # Python adds the address once more
        raise InvalidRequestError(
            f"{host}:{port} cannot be listened on: {reason}. Choose another --host or --port.",
            param="port",
        ) from error
    with taken:
        yield taken


def _shown(taken: socket.socket) -> str:
    host, port = taken.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
