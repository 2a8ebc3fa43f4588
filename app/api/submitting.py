"""From a client's request to a job: the same studio as every other door's, and no second job for a repeated request."""

import asyncio

from starlette.requests import Request

from app.api.asked import Asked
from app.workbench import workbench
from core.domain.job import Job
from core.domain.once import Once
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError
from core.services.ports import OnPreview

RETRIES = "x-stainless-retry-count"
"""OpenAI's SDKs number their own retries here; a retry takes part in the job that the first try began."""
LONGEST_KEY = 255


async def submitted(request: Request, asked: Asked, visitor: Visitor, *, on_preview: OnPreview | None = None) -> Job:
    """The job of this request, which may be an earlier one."""
    once = _once(request, asked)
    return await asyncio.to_thread(
        lambda: workbench().studio.submit(asked.request, visitor, once=once, on_preview=on_preview)
    )


def _once(request: Request, asked: Asked) -> Once:
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise InvalidRequestError(
            f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters.", param="Idempotency-Key"
        )
    return Once(key=key, body=asked.digest, retried=request.headers.get(RETRIES, "0") not in ("", "0"))
