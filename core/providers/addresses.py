"""Says what is wrong with a server's address before anybody tries to reach it."""

import ipaddress
import re
from urllib.parse import urlsplit

HOST_NAME = re.compile(r"[a-z0-9._-]{1,253}", re.ASCII)
PLACEHOLDER = "YOUR-"
"""Stands in a preset's address for what only its owner knows."""


def problem_of_address(url: str) -> str | None:
    """What keeps a base URL from being used, to follow its name in a sentence; None if nothing does."""
    if not url.lower().startswith(("http://", "https://")):
        return "must begin with http:// or https://"
    try:
        parts = urlsplit(url)
        usable = _is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        return "has a host or a port that cannot be"
    if not usable:
        return "has a host or a port that cannot be"
    if parts.query or parts.fragment or not url.isprintable() or " " in url:
        return "must end with the path: no ?, no # and no white space"
    return None


def without_secrets(url: str) -> str:
    """An address as it may be shown: without user, password and query."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _is_host(name: str) -> bool:
    """A name or an IPv4 address in ASCII, or an IPv6 address; raises ValueError for a wrong one."""
    return bool(HOST_NAME.fullmatch(name)) or ipaddress.IPv6Address(name).version == 6
