"""What ``GET /models`` of each service says: fetched in the background, kept for minutes, a failure told once."""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.providers.configured import Service

log = logging.getLogger(__name__)

FRESH_SECONDS = 600.0
"""How long a list holds; a failure holds as long, lest a dead server slow every page."""
PATIENCE_SECONDS = 1.0
"""How long somebody who asks first waits; the list then comes with a later look."""
TIMEOUT_SECONDS = 10.0
MAX_BYTES = 4 * 1024 * 1024
MAX_MODELS, MAX_ID = 500, 200


class ListingError(Exception):
    """No list came; the text completes a sentence that begins with the service's name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A list as it was fetched at a time (seconds since 1970), or the sentence that says why there is none."""

    base_url: str
    at: float
    models: tuple[str, ...] = ()
    problem: str = ""


class ModelLists:
    """The lists of all services; safe to use from many threads. ``file`` keeps them from one process to the next."""

    def __init__(self, file: Path | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._lists: dict[str, Listed] | None = None
        self._fetching: dict[str, threading.Thread] = {}

    def models_of(self, service: Service, *, patience: float = PATIENCE_SECONDS) -> tuple[str, ...]:
        """The image models it lists, as known now; a list that is missing or old is fetched meanwhile.

        Waits for a first list for ``patience`` seconds at most and only once, and never for a newer one.
        """
        self.begin([service], patience=patience)
        known = self._known(service)
        return () if known is None else known.models

    def begin(self, services: Iterable[Service], *, patience: float = PATIENCE_SECONDS) -> None:
        """Fetch what is missing or old; wait, for all together, only for lists that nobody has waited for yet."""
        until, awaited = time.monotonic() + patience, []
        for service in services:
            if self._is_due(service):
                is_first = self._known(service) is None and service.name not in self._fetching
                thread = self._fetch_in_background(service)
                awaited += [thread] if is_first else []
        for thread in awaited:
            thread.join(max(until - time.monotonic(), 0))

    def problem_of(self, service: Service) -> str:
        """Why there is no list, as a sentence; empty if there is one, or nobody has looked yet."""
        known = self._known(service)
        return "" if known is None else known.problem

    def look(self, services: Iterable[Service], *, anew: bool = False) -> None:
        """Fetch the lists that are missing or old, or all of them ``anew``, and wait for them."""
        for thread in [self._fetch_in_background(service) for service in services if self._is_due(service, anew=anew)]:
            thread.join()

    def _is_due(self, service: Service, *, anew: bool = False) -> bool:
        known = self._known(service)
        return service.preset.lists_models and (anew or known is None or self._clock() - known.at > FRESH_SECONDS)

    def _fetch_in_background(self, service: Service) -> threading.Thread:
        with self._lock:
            thread = self._fetching.get(service.name)
            if thread is None or not thread.is_alive():
                name = f"gesso-models-{service.name}"
                thread = threading.Thread(target=self._take, args=(service,), name=name, daemon=True)
                self._fetching[service.name] = thread
                thread.start()
            return thread

    def _take(self, service: Service) -> None:
        before = self._known(service)
        try:
            found = Listed(base_url=service.base_url, at=self._clock(), models=fetch(service))
        except ListingError as error:
            problem = f"{service.title} {error}"
            models = before.models if before else ()
            found = Listed(base_url=service.base_url, at=self._clock(), models=models, problem=problem)
            if before is None or before.problem != problem:
                log.warning("%s", problem)
        with self._lock:
            self._read()[service.name] = found
            self._write()

    def _known(self, service: Service) -> Listed | None:
        with self._lock:
            known = self._read().get(service.name)
        return known if known is not None and known.base_url == service.base_url else None

    def _read(self) -> dict[str, Listed]:
        """All lists, from the file at the first look; a file that cannot be read is as good as none."""
        if self._lists is None:
            self._lists = {}
            try:
                data = json.loads(self._file.read_bytes()) if self._file is not None else {}
                self._lists = {name: Listed(**{**one, "models": tuple(one["models"])}) for name, one in data.items()}
            except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                log.debug("No lists of models are kept: %s", error)
        return self._lists

    def _write(self) -> None:
        if self._file is None or self._lists is None:
            return
        partial = self._file.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps({name: asdict(one) for name, one in self._lists.items()}), encoding="utf-8")
            partial.replace(self._file)
        except OSError as error:
            log.debug("The lists of models cannot be kept: %s", error)


def fetch(service: Service) -> tuple[str, ...]:
    """Ask a service for its models and return those that make images; raises ListingError."""
    import httpx2  # a third of a second to import, and most commands never ask

    headers = {"Authorization": f"Bearer {service.api_key}"} if service.api_key else {}
    url = f"{service.base_url.rstrip('/')}/models"
    try:
        with httpx2.stream("GET", url, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=False) as response:
            if response.status_code != httpx2.codes.OK:
                raise ListingError(f"did not list its models: it answered with {response.status_code}.")
            body = _whole(response.iter_bytes())
        ids = _ids(json.loads(body))
    except (httpx2.RequestError, httpx2.InvalidURL) as error:
        raise ListingError("did not list its models: it could not be reached.") from error
    except (ValueError, RecursionError) as error:
        raise ListingError("did not list its models: what it answered is no list.") from error
    return tuple(id for id in ids if service.preset.is_for_images(id))


def _whole(chunks: Any) -> bytes:
    """A body of bounded size, that arrives within bounded time; raises ValueError or ListingError."""
    body, until = b"", time.monotonic() + TIMEOUT_SECONDS
    for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            raise ValueError("too large")
        if time.monotonic() > until:
            raise ListingError("did not list its models in time.")
    return body


def _ids(data: Any) -> list[str]:
    """The ids of OpenAI's form of a list; entries that are none are left out. Raises ValueError for another form."""
    entries = data.get("data") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise ValueError("no list")
    ids = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    usable = [id for id in ids if isinstance(id, str) and 0 < len(id) <= MAX_ID and id.isprintable()]
    return list(dict.fromkeys(usable))[:MAX_MODELS]
