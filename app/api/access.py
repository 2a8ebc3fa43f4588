"""Whether a caller needs an API key: unless the server listens where only this machine reaches it.

The client's address decides nothing: behind a proxy on this machine everybody comes from here. For the same reason
a request that a proxy passed on, or that another site's page sent from somebody's browser, needs a key everywhere.
"""

from ipaddress import ip_address

from starlette.requests import Request

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
_listening: str | None = None


def set_listening(host: str | None) -> None:
    """Say which address a server that is not Streamlit's listens on; an empty one is every address.

    None leaves it to Streamlit's own setting again.
    """
    global _listening  # a process has one server
    _listening = host


def listens_on_loopback() -> bool:
    """Whether only this machine reaches the server; False where nobody said."""
    if _listening is not None:
        return _is_loopback(_listening)
    import streamlit as st  # not for a server without pages

    return _is_loopback(st.get_option("server.address") or "")


def comes_from_here(request: Request) -> bool:
    """Whether a program of this machine, or our own page, sent the request: not a proxy, nor another site's page.

    A browser names the page that sends (``Origin``, ``Sec-Fetch-Site``), and the name under which it
    reached us (``Host``), which a site can point at this machine.
    """
    headers = request.headers
    if any(name in headers for name in FORWARDED) or not _is_loopback(request.url.hostname or ""):
        return False
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
    # Compared as it stands, for what is no address must not be taken apart; "null" is a page that hides its own.
    same = origin is None or origin.partition("://")[2] == headers.get("host")
    return same and site in ("none", "same-origin")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
