"""Makes the HTTP application: its routes, its errors in OpenAI's form, and a request id on every answer."""

import logging
import time
from secrets import token_hex

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import logs
from app.api import health, images, library, models, tasks
from app.api.described import REFUSALS, Described, docs_page
from app.api.errors import INVALID, SERVER, body, error_answer
from app.api.heads import Heads
from app.api.metrics import count_request
from core.errors import GessoError

access = logging.getLogger("app.api.access")

QUIET = ("/health", "/ready", "/metrics")
"""Asked every few seconds by machines."""
ABOUT = """
OpenAI's image endpoints field for field: point a client's `base_url` at this server's `/v1`, and its pictures gain a
price before they are made, a budget, a history, and masks that hold. Gesso's own jobs are below `/images`.
"""


def create_api() -> ASGIApp:
    """The application; paths are absolute, so it can stand alone or behind the pages' server."""
    api = Described(title="Gesso", version=_version(), description=ABOUT, docs_url=None, redoc_url=None)
    api.add_route("/docs", docs_page, include_in_schema=False)
    for module in (images, models, tasks, library):
        api.include_router(module.router, responses=REFUSALS)
    api.include_router(health.router)
    api.add_middleware(Heads)
    api.add_exception_handler(GessoError, _told)
    api.add_exception_handler(HTTPException, _refused)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(Exception, _broken)
    return RequestIds(api)


class RequestIds:
    """Numbers requests for logs and people, and tells how each was answered; a client's own id is not taken over."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["request_id"] = request_id = f"req_{token_hex(12)}"
        logs.request_id.set(request_id)  # never taken back: the server itself logs for this request until its end
        status, begun = 500, time.perf_counter()

        async def send_numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_numbered)
        finally:
            _note(scope, status, time.perf_counter() - begun)


def _note(scope: Scope, status: int, seconds: float) -> None:
    """One line in the log and one more in the figures; a query may hold a prompt or a signature and is left out."""
    count_request(scope, status, seconds)
    told = {"method": scope["method"], "path": scope["path"], "status": status, "seconds": round(seconds, 4)}
    level = logging.DEBUG if scope["path"].endswith(QUIET) else logging.INFO
    access.log(level, "%(method)s %(path)s %(status)s in %(seconds).3f s", told, extra=told)


async def _told(_request: Request, error: Exception) -> Response:
    if not isinstance(error, GessoError):
        raise error
    return error_answer(error)


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    kind = INVALID if error.status_code < 500 else SERVER
    return JSONResponse(
        body(str(error.detail), kind, f"http_{error.status_code}", None), error.status_code, headers=error.headers
    )


async def _invalid(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    param = ".".join(map(str, first["loc"][1:]))[:100]
    return JSONResponse(body(f"Invalid value for {param!a}: {first['msg']}.", INVALID, "invalid_request", param), 400)


async def _broken(_request: Request, _error: Exception) -> Response:
    """A mistake of ours: Starlette raises it again after this answer, so that the server logs it.

    Nobody knows how far the request came, so a client must not send it again by itself.
    """
    told = body("Something went wrong in this server; its log says what.", SERVER, "internal_error", None)
    return JSONResponse(told, 500, headers={"x-should-retry": "false"})


def _version() -> str:
    from importlib.metadata import version

    return version("gesso")
