"""Jobs over HTTP: submitted at once, looked at, cancelled; the answer never has to be waited for."""

import asyncio
from base64 import b64encode
from statistics import median
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from app.api.answers import encoded, metadata_of, usage_of
from app.api.asked import Asked, read_edit, read_generation
from app.api.callers import caller
from app.api.described import ASKED, EDIT, GENERATION
from app.api.errors import job_error_body
from app.api.links import base_of, file_url
from app.api.submitting import submitted
from app.workbench import workbench
from core.domain.job import Job, JobState, StoredImage
from core.domain.visitor import Visitor

router = APIRouter(prefix="/images", tags=["Jobs"])
LOOKED_BACK = 30
"""So many of the newest jobs say how long one takes."""


@router.post("/generate", status_code=202, openapi_extra=GENERATION, responses=ASKED, summary="Start a generation")
async def generate(request: Request) -> Response:
    """The body is that of ``/v1/images/generations``; the answer comes at once."""
    visitor = await caller(request)
    return await _accepted(request, await read_generation(request), visitor)


@router.post("/edit", status_code=202, openapi_extra=EDIT, responses=ASKED, summary="Start an edit")
async def edit(request: Request) -> Response:
    """The body is that of ``/v1/images/edits``; the answer comes at once."""
    visitor = await caller(request)
    return await _accepted(request, await read_edit(request), visitor)


@router.get("/tasks", summary="List jobs, newest first")
async def tasks(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    before: Annotated[
        str | None, Query(description="The `before` of the page before.", pattern="^[0-9a-f]{32}$")
    ] = None,
) -> dict[str, Any]:
    visitor = await caller(request)
    found = await asyncio.to_thread(lambda: workbench().studio.jobs(visitor, before=before, limit=limit))
    return {"tasks": [_summary(job) for job in found], "before": found[-1].id if len(found) == limit else None}


@router.get("/tasks/{task_id}/status", summary="How a job stands")
async def status(
    request: Request,
    task_id: str,
    data: Annotated[bool, Query(description="false leaves image data and previews out: cheaper to poll.")] = True,
) -> dict[str, Any]:
    """Status, progress in percent, the newest preview of each image while it runs, the images when it is done."""
    visitor = await caller(request)
    base = base_of(request)

    def told() -> dict[str, Any]:
        job = workbench().studio.job(task_id, visitor)
        shown = _summary(job) | {"images": [_image(image, base, data=data) for image in job.kept_images]}
        if data and not job.state.is_final:
            shown["previews"] = _previews(job)
        if job.state.is_final and not job.images:
            shown |= {"error": job_error_body(job)["error"]}
        return shown | {"usage": usage_of(job.usage)}

    return await asyncio.to_thread(told)


@router.post("/tasks/{task_id}/cancel", summary="Stop a job")
async def cancel(request: Request, task_id: str) -> dict[str, Any]:
    """A queued job ends at once, a running one within about a second; what had been sent may have been billed.

    One that is over stays as it is, and its status is told.
    """
    visitor = await caller(request)
    return _summary(await asyncio.to_thread(lambda: workbench().studio.cancel(task_id, visitor)))


async def _accepted(request: Request, asked: Asked, visitor: Visitor) -> Response:
    job = await submitted(request, asked, visitor)
    seconds = await asyncio.to_thread(_usual_seconds, job, visitor)
    told = {
        "task_id": job.id,
        "status": job.state.value,
        "estimated_time": seconds,
        "estimated_cost_usd": None if job.estimate_high is None else float(job.estimate_high),
    }
    where = f"{base_of(request)}/images/tasks/{job.id}/status"
    return JSONResponse(told, 202, headers={"Location": where, "x-gesso-job": job.id})


def _usual_seconds(job: Job, visitor: Visitor) -> float | None:
    """How long the visitor's newest jobs with this model took, in the middle; None if there are none."""
    newest = workbench().studio.jobs(visitor, states=[JobState.SUCCEEDED], limit=LOOKED_BACK)
    took = [
        (one.finished_at - one.started_at).total_seconds()
        for one in newest
        if one.request.model == job.request.model and one.finished_at and one.started_at
    ]
    return round(median(took), 1) if took else None


def _summary(job: Job) -> dict[str, Any]:
    return {
        "task_id": job.id,
        "status": job.state.value,
        "stage": job.stage,
        "progress": _progress(job),
        "prompt": job.request.prompt,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at and job.finished_at.isoformat(),
        "estimated_cost_usd": None if job.estimate_high is None else float(job.estimate_high),
        "may_have_been_billed": job.may_have_been_billed,
        "metadata": metadata_of(job),
    }


def _progress(job: Job) -> int:
    if job.state.is_final:
        return 100
    expected = job.request.partial_images * job.request.n
    return min(95, round(100 * job.previews / (expected + 1))) if expected else 0


def _previews(job: Job) -> list[dict[str, Any]]:
    found = [(call.number, workbench().library.preview(job, call.number)) for call in job.calls]
    return [{"call": number, "b64_json": b64encode(data).decode("ascii")} for number, data in found if data]


def _image(image: StoredImage, base: str, *, data: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"id": image.id, "url": file_url(image.id, base), "revised_prompt": image.revised_prompt}
    told |= {"width": image.ref.width, "height": image.ref.height, "media_type": image.ref.media_type}
    return told | ({"b64_json": encoded(image)} if data else {})
