"""Asks a service whether it is there and takes the key: one ``GET /models``, which costs nothing anywhere."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from core.providers.configured import Service

TIMEOUT_SECONDS = 10.0
KEY_REFUSED = (401, 403)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """What came of it, as a sentence; ``usable`` is None where the service does not say whether it takes the key."""

    usable: bool | None
    sentence: str


def reach(service: Service) -> Reached:
    """Ask once, without following redirects; nothing of the answer's body is read."""
    import httpx2  # a third of a second to import, for one option of one command

    headers = {"Authorization": f"Bearer {service.api_key}"} if service.api_key else {}
    url = f"{service.base_url.rstrip('/')}/models"
    try:
        with httpx2.stream("GET", url, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=False) as answer:
            return _told(service, answer.status_code)
    except (httpx2.RequestError, httpx2.InvalidURL):
        host = urlsplit(service.base_url).hostname or "its address"
        return Reached(usable=False, sentence=f"{service.title} could not be reached at {host}.")


def _told(service: Service, status: int) -> Reached:
    if status == 200:
        sentence = "answers and accepts the key." if service.api_key else "answers, without a key."
        return Reached(usable=True, sentence=f"{service.title} {sentence}")
    if status in KEY_REFUSED:
        what = "does not accept the key" if service.api_key else "wants a key"
        return Reached(usable=False, sentence=f"{service.title} answers but {what} ({status}).")
    return Reached(
        usable=None,
        sentence=f"{service.title} answers, with {status} to the question for its models: whether it takes the key "
        "is not known.",
    )
