"""OpenAI's image endpoints: generations and edits, whole or as a stream."""

import asyncio

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import Response, StreamingResponse

from app.api.answers import images_answer
from app.api.asked import Asked, read_edit, read_generation
from app.api.callers import caller
from app.api.described import ANSWER, ASKED, AWAITED, EDIT, GENERATION
from app.api.errors import job_error_answer
from app.api.events import HEADERS, Feed, events_of
from app.api.links import base_of
from app.api.submitting import submitted
from app.api.waiting import ended
from core.domain.job import Job
from core.domain.visitor import Visitor

router = APIRouter(prefix="/v1/images", tags=["OpenAI's images"])
ANSWERS = ANSWER | ASKED | AWAITED


@router.post("/generations", openapi_extra=GENERATION, responses=ANSWERS, summary="Make images from a prompt")
async def generations(request: Request) -> Response:
    """As OpenAI's, with a ``metadata`` object beside the images: job id, cost, duration."""
    visitor = await caller(request)
    return await _answered(request, await read_generation(request), visitor)


@router.post("/edits", openapi_extra=EDIT, responses=ANSWERS, summary="Change images by a prompt")
async def edits(request: Request) -> Response:
    """As OpenAI's, multipart or JSON; what a mask does not select comes back unchanged, bit for bit."""
    visitor = await caller(request)
    return await _answered(request, await read_edit(request), visitor)


async def _answered(request: Request, asked: Asked, visitor: Visitor) -> Response:
    """Submit, wait, answer. The job goes on if the client leaves: what is paid for is kept, and in the history."""
    feed = Feed() if asked.request.stream else None
    job = await submitted(request, asked, visitor, on_preview=feed.put if feed else None)
    named = {"x-gesso-job": job.id}
    if feed is not None:
        events = events_of(job, visitor, feed, asked.user)
        return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS | named)
    done = await ended(job, visitor)
    if not done.images:
        answer = job_error_answer(done)
    else:
        data = await asyncio.to_thread(_whole, done, base_of(request), form=asked.form, user=asked.user)
        answer = Response(data, media_type="application/json")
    answer.headers.update(named)
    return answer


def _whole(job: Job, base: str, *, form: str | None, user: str | None) -> bytes:
    """The answer as JSON; pydantic's writer takes less than half of json's time over megabytes of base64."""
    return to_json(images_answer(job, base=base, form=form, user=user))
