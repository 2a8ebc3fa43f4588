"""Who may see the pages: anybody at this machine, elsewhere whoever knows ``APP_PASSWORD``.

    nothing is asked    the server listens on loopback, and the request comes from this machine
    the password        everywhere else, if one is set; without one a warning in the log and in Settings

Who knew it gets a signed cookie for two weeks. It is worth nothing after signing out, and nothing once
the password is another. The HTTP API has keys of its own and is not behind the password.
"""

import hmac
import ipaddress
import re
import threading
import time
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from secrets import token_hex

from app.api.access import FORWARDED, listens_on_loopback
from app.ui.throttle import Throttle
from app.workbench import workbench

COOKIE = "gesso_session"
GOOD_FOR_SECONDS = 14 * 24 * 3600
TOKEN = re.compile(r"(?P<until>\d{10,12})\.(?P<id>[0-9a-f]{32})\.(?P<signature>[0-9a-f]{64})", re.ASCII)
WARNING = (
    "This server can be reached from other machines and APP_PASSWORD is not set: whoever finds it can see its pages "
    "and spend its budget. Set APP_PASSWORD, or listen on this machine only (`gesso serve --host 127.0.0.1`, "
    "`streamlit run --server.address localhost`)."
)


def listens_elsewhere() -> bool:
    """Whether other machines may reach the server: it listens on more than a loopback address."""
    return not listens_on_loopback()


def is_from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether a request may come from another machine; ``headers`` are found by names in lower case.

    A proxy on this machine makes every request come from loopback: what it adds, or the host it
    was asked for, tells.
    """
    return listens_elsewhere() or any(name in headers for name in FORWARDED) or not _asks_for_us(headers)


def password() -> str | None:
    """The password that guards the pages, if there is one; raises as ``workbench`` does."""
    return workbench().settings.app_password


def is_password(word: str) -> bool:
    """Whether this is the password, found out in a time that says nothing about it."""
    kept = password()
    return kept is not None and hmac.compare_digest(_digest(word), _digest(kept))


def new_token() -> str:
    """What the cookie of somebody who knew the password holds."""
    until, id = int(time.time()) + GOOD_FOR_SECONDS, token_hex(16)
    return f"{until}.{id}.{_signature(str(until), id)}"


def admits(token: object) -> bool:
    """Whether a cookie's value was made by us, is still good and was not signed out."""
    # Streamlit's AppTest has no cookies and hands out a mock in their place.
    parts = TOKEN.fullmatch(token) if isinstance(token, str) else None
    if parts is None or not hmac.compare_digest(parts["signature"], _signature(parts["until"], parts["id"])):
        return False
    return int(parts["until"]) > time.time() and parts["id"] not in _signed_out()


def sign_out(token: str) -> None:
    """Make a cookie worthless in this process, also where a tab still holds it."""
    if admits(token):  # only what we signed is remembered, so nobody can fill the memory
        with _LOCK:
            _signed_out()[token.split(".")[1]] = time.time() + GOOD_FOR_SECONDS
            for id in [id for id, until in _signed_out().items() if until < time.time()]:
                del _signed_out()[id]


@cache
def throttle() -> Throttle:
    """The one count of wrong passwords of this process."""
    return Throttle()


_LOCK = threading.Lock()


@cache
def _signed_out() -> dict[str, float]:
    return {}


def _signature(until: str, id: str) -> str:
    key = hmac.digest(workbench().secret, b"gesso pages " + _digest(password() or ""), "sha256")
    return hmac.new(key, f"{until}.{id}".encode(), "sha256").hexdigest()


def _digest(word: str) -> bytes:
    return sha256(word.encode("utf-8", "surrogatepass")).digest()


def _asks_for_us(headers: Mapping[str, str]) -> bool:
    host = headers.get("host", "").strip().lower()
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    return _is_loopback(name)


def _is_loopback(name: str) -> bool:
    if name in ("localhost", ""):  # HTTP/1.0 names no host
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
