"""Addresses of stored images that need no key: signed, and good for a while."""

import hmac
import time
from hashlib import sha256
from urllib.parse import quote, urlencode

from starlette.requests import Request

from app.workbench import workbench
from core.errors import NotFoundError

GOOD_FOR_SECONDS = 3600
"""As long as OpenAI's own image URLs were."""


def file_url(image_id: str, base: str) -> str:
    """Where an image is for the next hour, for whoever has the address."""
    until = int(time.time()) + GOOD_FOR_SECONDS
    query = urlencode({"expires": until, "signature": _signature(image_id, until)})
    return f"{base}/images/{quote(image_id, safe='')}/file?{query}"


def check_link(request: Request, image_id: str) -> None:
    """Raise NotFoundError unless the address was signed by us and is still good."""
    until, signature = request.query_params.get("expires", ""), request.query_params.get("signature", "")
    known = until.isascii() and until.isdigit() and len(until) < 12
    if not known or not hmac.compare_digest(signature.encode(), _signature(image_id, int(until)).encode()):
        raise NotFoundError("There is no such picture.", kind="image", id=image_id)
    if int(until) < time.time():
        raise NotFoundError("This address has expired. Ask for the picture again.", kind="image", id=image_id)


def base_of(request: Request) -> str:
    """Where this server is, as the client sees it: scheme, host and base path."""
    return str(request.base_url).rstrip("/")


def _signature(image_id: str, until: int) -> str:
    return hmac.new(workbench().secret, f"{image_id} {until}".encode(), sha256).hexdigest()
