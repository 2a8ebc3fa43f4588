"""The password before the pages: the middleware that asks for it, and the route that takes it.

/gesso/sign-in    GET the form, or for who is in the way out; POST password=...&next=/where, or leave=yes

Everything is guarded but what ``open_paths`` names: a page answers with the form, anything else with 401,
a websocket is not opened.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.ui import access
from app.ui.prefix import base, prefix
from core.errors import GessoError

HERE = Path(__file__).parent
MAX_BODY = 8192
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
FORM = Template("""<p>This workbench asks for a password before it shows anything.</p>
$problem<form method="post" action="$action">
<input type="hidden" name="next" value="$next">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<button>Sign in</button>
</form>""")
WAY_OUT = Template("""<p>You are signed in in this browser. Signing out closes Gesso in all its tabs.</p>
<form method="post" action="$action"><input type="hidden" name="leave" value="yes"><button>Sign out</button></form>""")


def sign_in_url() -> str:
    """Where one signs in, and out."""
    return f"{prefix()}/sign-in"


class PasswordGate:
    """Lets through whom ``access`` admits; put it around everything else the server answers."""

    def __init__(self, app: ASGIApp, open_paths: Sequence[str] = ()) -> None:
        self.app = app
        self._open = tuple(f"{start}{path}" for start in {base(), ""} for path in ("/_stcore/health", *open_paths))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or self._is_open(scope):
            await self.app(scope, receive, send)
            return
        answer = await _answer_instead(scope, receive)
        if answer is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return any(path == start or path.startswith(f"{start}/") for start in self._open)


async def _answer_instead(scope: Scope, receive: Receive) -> Response | None:
    """What to answer in place of the app; None to let the request through."""
    # Request is for HTTP only; a websocket's headers and cookies are read alike. Its ``url`` is not asked:
    # the Host header, which anybody can write, is part of that.
    request = Request({**scope, "type": "http", "method": scope.get("method", "GET")}, receive)
    if not access.is_from_elsewhere(request.headers):
        return None if request.scope["path"] != sign_in_url() else RedirectResponse(base() or "/", 303)
    try:
        guarded, known = await asyncio.to_thread(_look, request.cookies.get(access.COOKIE))
    except GessoError as error:
        # Nobody can know the password; pages cannot show anything then either, but they say it better.
        return None if _is_page(request) or scope["type"] == "websocket" else _refusal(503, str(error))
    if not guarded:
        return None if request.scope["path"] != sign_in_url() else RedirectResponse(base() or "/", 303)
    if request.scope["path"] == sign_in_url() and scope["type"] == "http":
        return await _sign_in(request, known)
    if known:
        return None
    return _form(_here(request)) if _is_page(request) else _refusal(401, "Sign in first.")


def _look(cookie: str | None) -> tuple[bool, bool]:
    """Whether there is a password, and whether this cookie's owner knew it."""
    return access.password() is not None, access.admits(cookie)


async def _sign_in(request: Request, known: bool) -> Response:
    if request.method != "POST":
        return _way_out() if known else _form("")
    fields = await _fields(request)
    if "leave" in fields:
        return await _left(request)
    next_ = _safe(fields.get("next", ""))
    client = request.client.host if request.client else ""
    word = fields.get("password", "")
    problem = await asyncio.to_thread(access.throttle().attempt, client, lambda: access.is_password(word))
    if problem is not None:
        return _form(next_, problem)
    answer = RedirectResponse(next_ or base() or "/", 303, HEADERS)
    _set_cookie(request, answer, await asyncio.to_thread(access.new_token), access.GOOD_FOR_SECONDS)
    return answer


async def _left(request: Request) -> Response:
    if token := request.cookies.get(access.COOKIE):
        await asyncio.to_thread(access.sign_out, token)
    answer = RedirectResponse(base() or "/", 303, HEADERS)
    _set_cookie(request, answer, "", 0)
    return answer


def _set_cookie(request: Request, answer: Response, value: str, age: int) -> None:
    secure = request.scope["scheme"] == "https" or request.headers.get("x-forwarded-proto", "").startswith("https")
    answer.set_cookie(access.COOKIE, value, max_age=age, httponly=True, samesite="lax", secure=secure)


async def _fields(request: Request) -> dict[str, str]:
    """A small form's fields; nothing of a body that is larger or no text."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return {}
    try:
        found = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def _safe(target: str) -> str:
    """Where to go afterwards: a path of this server below its base, or nothing."""
    begins = target.startswith(f"{base()}/") and not target.startswith("//")
    parts = urlsplit(target) if begins and target.isprintable() and "\\" not in target else None
    return target if parts is not None and not parts.scheme and not parts.netloc else ""


def _here(request: Request) -> str:
    query = request.scope["query_string"].decode("ascii", "replace")
    return _safe(quote(request.scope["path"], safe="/-_.~") + (f"?{query}" if query else ""))


def _is_page(request: Request) -> bool:
    return request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")


def _refusal(status: int, sentence: str) -> Response:
    return PlainTextResponse(sentence, status, HEADERS)


def _form(next_: str, problem: str = "") -> Response:
    said = f'<p class="wrong" role="alert">{escape(problem)}</p>\n' if problem else ""
    return _page("Sign in", FORM, 401, problem=said, next=escape(next_), action=escape(sign_in_url()))


def _way_out() -> Response:
    return _page("Signed in", WAY_OUT, 200, action=escape(sign_in_url()))


def _page(title: str, body: Template, status: int, **values: str) -> Response:
    mark, around = _files()
    return HTMLResponse(around(title=title, mark=mark, body=body.substitute(values)), status, HEADERS)


@cache
def _files() -> tuple[str, Callable[..., str]]:
    mark = (HERE / "gesso-mark.svg").read_text(encoding="utf-8")
    return mark, Template((HERE / "sign_in.html").read_text(encoding="utf-8")).substitute
