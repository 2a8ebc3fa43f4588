"""The cookie that names a visitor across reloads and tabs, and the middleware that sets it.

The history belongs to a hash of the cookie: who reads the database cannot take anybody's place.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from secrets import token_urlsafe

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "gesso_visitor"
YEAR_SECONDS = 365 * 24 * 3600
VALUE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def owner_of(cookies: Mapping[str, str]) -> str | None:
    """The owner that a visitor's cookies name, 32 hexadecimal characters; None without ours."""
    value = cookies.get(COOKIE)
    # Streamlit's AppTest has no cookies and hands out a mock in their place.
    if not isinstance(value, str) or not VALUE.fullmatch(value):
        return None
    return sha256(value.encode()).hexdigest()[:32]


class VisitorCookie:
    """Gives every HTML page of the app, whatever its path, the visitor's cookie for another year."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                _name_visitor(scope, MutableHeaders(raw=message["headers"]))
            await send(message)

        await self.app(scope, receive, send_named)


def _name_visitor(scope: Scope, answer: MutableHeaders) -> None:
    if not answer.get("content-type", "").startswith("text/html"):
        return
    asked = Headers(scope=scope)
    answer.append("set-cookie", _set_cookie(_known(asked) or token_urlsafe(32), secure=_is_https(scope, asked)))
    # A page kept by a browser or a proxy would come without its cookie, or with somebody else's.
    answer["cache-control"] = "private, no-store"


def _known(asked: Headers) -> str | None:
    try:
        morsel = SimpleCookie(asked.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel is not None and VALUE.fullmatch(morsel.value) else None


def _set_cookie(value: str, *, secure: bool) -> str:
    text = f"{COOKIE}={value}; Path=/; Max-Age={YEAR_SECONDS}; HttpOnly; SameSite=Lax"
    return f"{text}; Secure" if secure else text


def _is_https(scope: Scope, asked: Headers) -> bool:
    forwarded = asked.get("x-forwarded-proto", "").split(",")[0].strip().lower()
    return (forwarded or scope.get("scheme", "http")) == "https"
