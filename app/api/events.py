"""Server-sent events as OpenAI sends them: partial images as they come, then each image, or an error.

A comment every fifteen seconds keeps proxies from closing a stream that waits.
"""

import asyncio
import json
import logging
from base64 import b64encode
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from app.api.answers import encoded, looks_of, metadata_of, usage_of
from app.api.errors import error_body, job_error_body
from app.api.waiting import ended
from core.domain.job import Job
from core.domain.request import EditRequest
from core.domain.usage import Usage
from core.domain.visitor import Visitor
from core.errors import GessoError

log = logging.getLogger("app.api")

SILENCE_SECONDS = 15.0
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


class Feed:
    """Brings partial images from the job's thread to the stream's loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue()

    def put(self, call: int, data: bytes) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self._waiting.put_nowait, (call, data))

    async def get(self) -> tuple[int, bytes]:
        return await self._waiting.get()

    def rest(self) -> list[tuple[int, bytes]]:
        """What has come and was not taken."""
        return [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]


async def events_of(job: Job, visitor: Visitor, feed: Feed, user: str | None) -> AsyncIterator[bytes]:
    """The stream of a job; the job goes on whether or not somebody reads it."""
    kind = "image_edit" if isinstance(job.request, EditRequest) else "image_generation"
    seen: Counter[int] = Counter()
    end = asyncio.ensure_future(ended(job, visitor))
    try:
        while not end.done():
            coming = asyncio.ensure_future(feed.get())
            await asyncio.wait({coming, end}, timeout=SILENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                yield _partial(kind, job, *coming.result(), seen)
                continue
            coming.cancel()
            if not end.done():
                yield b": still at work\n\n"
        for call, data in feed.rest():
            yield _partial(kind, job, call, data, seen)
        async for event in _last(kind, end.result(), user):
            yield event
    except GessoError as error:  # such as a file that cannot be read; it is too late for another status
        log.error("Job %s: its stream broke off: %s", job.id, error)
        yield _event("error", {"type": "error", **error_body(error)})
    finally:
        end.cancel()


async def _last(kind: str, job: Job, user: str | None) -> AsyncIterator[bytes]:
    for number in range(len(job.images)):
        yield await asyncio.to_thread(_completed, kind, job, number, user)
    if not job.images:
        yield _event("error", {"type": "error", **job_error_body(job)})


def _partial(kind: str, job: Job, call: int, data: bytes, seen: Counter[int]) -> bytes:
    request = job.request
    said = {
        "background": request.background or "auto",
        "output_format": request.output_format or "png",
        "quality": request.quality or "auto",
        "size": request.size or "auto",
    }
    name, index = f"{kind}.partial_image", seen[call]
    seen[call] += 1
    encoded_data = b64encode(data).decode("ascii")
    created = int(job.created_at.timestamp())
    return _event(
        name, {"type": name, "b64_json": encoded_data, "created_at": created, "partial_image_index": index} | said
    )


def _completed(kind: str, job: Job, number: int, user: str | None) -> bytes:
    image, name = job.images[number], f"{kind}.completed"
    told: dict[str, Any] = {"type": name, "b64_json": encoded(image), "created_at": int(image.created_at.timestamp())}
    told |= {name: value or "auto" for name, value in looks_of(job, image).items()}
    told["usage"] = usage_of(_share(job.usage or Usage(), number, len(job.images)))
    if user is not None:
        told["safety_identifier"] = user
    return _event(name, told | {"metadata": metadata_of(job)})


def _share(usage: Usage, number: int, count: int) -> Usage:
    """One image's part of the tokens; parts add up to the whole."""
    whole = usage.to_json()
    return Usage(**{kind: tokens // count + (number < tokens % count) for kind, tokens in whole.items()})


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
