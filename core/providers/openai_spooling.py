"""Takes an HTTP answer of the Images API to the line's spool as it arrives, whole or as stream events."""

import base64
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import openai
from openai import AsyncAPIResponse, AsyncStream

from core.domain.request import Request
from core.errors import ContentRejectedError, OutcomeUnknownError, ProviderError
from core.providers.openai_answer import EVENTS
from core.providers.openai_complaints import Caller, complaint_from
from core.providers.openai_errors import broken_off, explain, translate, web_page
from core.services.ports import Line

JSON = "application/json"
PAGE_BYTES = 64 * 1024

Response = AsyncAPIResponse[Any]

log = logging.getLogger(__name__)


async def take(response: Response, request: Request, line: Line, caller: Caller) -> None:
    """Spool an answer of status 200 and commit it.

    A server that ignores ``stream`` is taken at its word: its JSON is spooled as such.
    Raises a ProviderError.
    """
    if _media_type(response) == "text/event-stream":
        await _take_events(response, request, line, caller)
        return
    try:
        await _take_whole(response, line, caller)
    except httpx2.RequestError as error:
        raise translate(error, caller, request_id=response.request_id) from error


async def _take_whole(response: Response, line: Line, caller: Caller) -> None:
    """Spool a JSON answer chunk by chunk as it comes, undecoded."""
    chunks = response.iter_bytes()
    first = await anext(chunks, b"")
    is_json = _media_type(response).endswith("json") or first.lstrip().startswith((b"{", b"["))
    if not first or not is_json:
        raise web_page(await _page_text(first, chunks), caller, request_id=response.request_id)
    with line.answering(media_type=JSON, request_id=response.request_id) as spool:
        spool.write(first)
        async for chunk in chunks:
            spool.write(chunk)
        spool.commit()


async def _page_text(first: bytes, chunks: AsyncIterator[bytes]) -> str:
    page = first
    while len(page) < PAGE_BYTES and (chunk := await anext(chunks, b"")):
        page += chunk
    return page[:PAGE_BYTES].decode("utf-8", "replace")


async def _take_events(response: Response, request: Request, line: Line, caller: Caller) -> None:
    """Pass previews on and spool each completed event as one line, until all images have come.

    What breaks after the last image changes nothing: it is here and paid for.
    """
    completed = previews = 0
    with line.answering(media_type=EVENTS, request_id=response.request_id) as spool:
        try:
            async for event in _events(response, caller):
                kind = str(event.get("type"))
                if kind.endswith(".completed"):
                    spool.write(json.dumps(event, separators=(",", ":")).encode() + b"\n")
                    completed += 1
                elif kind.endswith(".partial_image"):
                    previews += await _pass_on(event, line)
                if completed == request.n:
                    break
        except ProviderError as error:
            if not completed:
                raise _undecided(error, previews) from error.__cause__
            log.warning("the stream broke after %d of %d images", completed, request.n)
        if not completed:
            raise broken_off(caller, "ended its stream without a finished image", request_id=response.request_id)
        spool.commit()


async def _events(response: Response, caller: Caller) -> AsyncIterator[dict[str, Any]]:
    """The stream's events as they are; raises the house's errors."""
    request_id = response.request_id
    try:
        stream = await response.parse(to=AsyncStream[object])
        async for event in stream:
            if not isinstance(event, dict):
                continue
            if event.get("type") == "error":
                raise explain(complaint_from(event, caller, request_id=request_id), caller)
            yield event
    except (openai.APIError, httpx2.RequestError) as error:
        raise translate(error, caller, request_id=request_id) from error
    except ValueError as error:
        raise broken_off(caller, "sent an event that cannot be read", request_id=request_id) from error


async def _pass_on(event: dict[str, Any], line: Line) -> bool:
    """Show a preview; one that cannot be decoded is no reason to lose the picture that follows."""
    try:
        data = base64.b64decode(str(event.get("b64_json") or ""), validate=True)
    except ValueError:
        log.debug("a preview could not be decoded")
        return False
    await line.preview(data)
    return True


def _undecided(error: ProviderError, previews: int) -> ProviderError:
    """After a preview something has been drawn, and who pays for it the error does not tell."""
    if not previews or isinstance(error, ContentRejectedError | OutcomeUnknownError):
        return error
    return OutcomeUnknownError(
        f"{error} Previews had already come, so it may have been billed.",
        provider=error.provider,
        request_id=error.request_id,
    )


def _media_type(response: Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()
