"""Where a client sees this server: what a trusted proxy says of the host and the path in front of us.

uvicorn decides whom to trust (``FORWARDED_ALLOW_IPS``, this machine unless it says more) and takes scheme and
client from ``X-Forwarded-Proto`` and ``-For``. It puts 0 for the client's port then, which no connection has:
where that is so, ``X-Forwarded-Host`` and ``-Prefix`` come from the same hand.
"""

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]{1,253})(:\d{1,5})?", re.ASCII | re.IGNORECASE)
PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+", re.ASCII)


class Forwarded:
    """Gives the application host and root path as the client sees them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and _by_a_trusted_proxy(scope):
            scope = _as_seen_outside(scope)
        await self.app(scope, receive, send)


def _by_a_trusted_proxy(scope: Scope) -> bool:
    client = scope.get("client")
    return client is not None and client[1] == 0


def _as_seen_outside(scope: Scope) -> Scope:
    headers = Headers(scope=scope)
    seen = dict(scope)
    host = headers.get("x-forwarded-host", "").split(",")[0].strip()
    if HOST.fullmatch(host):
        kept = [(name, value) for name, value in scope["headers"] if name != b"host"]
        seen["headers"] = [*kept, (b"host", host.encode("ascii"))]
    prefix = headers.get("x-forwarded-prefix", "").split(",")[0].strip().rstrip("/")
    root = scope.get("root_path", "")
    if PREFIX.fullmatch(prefix) and not (root == prefix or root.startswith(f"{prefix}/")):
        # The proxy took it off; in ASGI the path has it, as part of root_path.
        seen["root_path"], seen["path"] = prefix + root, prefix + scope["path"]
    return seen
