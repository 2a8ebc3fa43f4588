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

from app.api.access import set_listening
from app.api.door import Door, api_routes
from app.logs import set_up
from app.workbench import shutdown, workbench
from core.errors import InvalidRequestError

log = logging.getLogger("app.api")


def alone(base: str = "") -> Starlette:
    """The API below a base path; its lifespan starts the workbench's queue and lets running jobs finish."""
    app = Starlette(routes=api_routes(base), lifespan=_lifespan)
    app.router.default = Door(base)  # it also refuses in our form; a route's pattern would not match a line break
    return app


def run(host: str, port: int, base: str = "") -> None:
    """Serve until somebody says stop.

    Raises InvalidRequestError for an address that cannot be had, and as ``workbench``.
    """
    settings = workbench().settings
    set_up(settings)
    set_listening(host)
    with _listening(host, port) as taken:
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
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        taken = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise InvalidRequestError(
            f"{host}:{port} cannot be listened on: {error.strerror or error}. Choose another --host or --port.",
            param="port",
        ) from error
    with taken:
        yield taken


def _shown(taken: socket.socket) -> str:
    host, port = taken.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
