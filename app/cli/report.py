"""How jobs, images and usage are told: to programs as JSON, to people in a line."""

from collections.abc import Mapping
from typing import Any

from app.cli.output import dollars, number
from core.domain.breakdown import Breakdown, exact_usd
from core.domain.job import Job, JobState, StoredImage
from core.domain.request import EditRequest
from core.domain.usage import Usage


def job_json(job: Job) -> dict[str, Any]:
    """The ``job`` object of every answer; amounts in USD, null where unknown."""
    return {
        "id": job.id,
        "state": job.state.value,
        "model": job.request.model,
        "estimate_usd": number(job.estimate_high),
        "cost_usd": number(job.cost),
        "usage": _api_usage(job.usage) if job.usage else None,
        "request_id": ", ".join(job.request_ids) or None,
    }


def job_details(job: Job) -> dict[str, Any]:
    """All that Gesso knows of a job."""
    return job_json(job) | {
        "provider": job.provider,
        "account": job.account,
        "owner": job.owner,
        "stage": job.stage,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "estimate_low_usd": number(job.estimate_low),
        "charged_usd": number(job.charged),
        "held_usd": number(job.held),
        "cost_is_estimated": job.cost_is_estimated,
        "may_have_been_billed": job.may_have_been_billed,
        "delivered": {name: value for name, value in _delivered(job).items() if value is not None},
        "remarks": list(job.delivered.remarks),
        "error": error_json(job),
        "request": job.request.to_json(),
    }


def money_parts(job: Job, parts: Breakdown) -> list[tuple[str, str]]:
    """What was used and what each kind of it cost, as names and texts for a person."""
    used = ", ".join(f"{k}={v}" for k, v in job.usage.to_json().items() if v) if job.usage else "-"
    priced = [part for part in parts.parts if part.cost is not None]
    together = [("together", exact_usd(parts.total))] if len(priced) > 1 else []
    return [("usage", used), *(("of which", part.text) for part in priced), *together]


def parts_json(parts: Breakdown) -> dict[str, Any]:
    """The charge in parts, for a job of which everything is told; amounts in USD."""
    return {"cost_parts": parts.to_json()}


def image_json(image: StoredImage, path: str) -> dict[str, Any]:
    """One entry of ``images``; ``path`` is where the file was written, or where the original is stored."""
    return {
        "path": path,
        "sha256": image.ref.sha256,
        "width": image.ref.width,
        "height": image.ref.height,
        "media_type": image.ref.media_type,
    }


def result_json(job: Job, image: StoredImage, path: str) -> dict[str, Any]:
    """One entry of ``images`` where a job has just ended; an edit's also has the proof and an id to go on from."""
    told = image_json(image, path)
    return told | facts_json(image) if isinstance(job.request, EditRequest) else told


def facts_json(image: StoredImage) -> dict[str, Any]:
    """An image's id, by which a command can name it, and its proof; null where nothing was protected."""
    return {"id": image.id, "protection": protection_json(image)}


def protection_json(image: StoredImage) -> dict[str, Any] | None:
    """The counts of the written file, the shift that was found (pixels, x and y), and what the model had done."""
    return None if image.protection is None else image.protection.to_json()


def error_json(job: Job) -> dict[str, str] | None:
    """Why a job did not wholly succeed; None if it did."""
    return None if job.error is None else {"code": job.error.code, "message": job.error.message}


def raw_json(job: Job, images: Mapping[str, StoredImage]) -> dict[str, Any]:
    """The provider's answer in the API's shape, from what is kept of it: all but the image data."""
    told = {name: value for name, value in _delivered(job).items() if value is not None}
    data = [{"revised_prompt": image.revised_prompt} if image.revised_prompt else {} for image in images.values()]
    usage = {"usage": _api_usage(job.usage)} if job.usage else {}
    return told | usage | {"data": data, "request_ids": list(job.request_ids)}


def summary(job: Job) -> str:
    """One line about a job that has ended, for a person."""
    count = len(job.images)
    made = f"{count} image{'' if count == 1 else 's'} by {job.request.model}"
    if job.state is JobState.CANCELLED:
        made = "Cancelled"
    if job.cost is not None:
        cost = f", {'about ' if job.cost_is_estimated else ''}{dollars(job.cost)}"
    else:
        cost = f", price unknown ({dollars(job.charged)} counted)" if job.charged else ""
    held = f", {dollars(job.held)} held because it may have been billed" if job.may_have_been_billed else ""
    seconds = (job.finished_at - job.created_at).total_seconds() if job.finished_at else 0.0
    return f"{made}{cost}{held}, {seconds:.1f} s, job {job.id}"


def _delivered(job: Job) -> dict[str, str | None]:
    told = job.delivered
    return {
        "background": told.background,
        "output_format": told.output_format,
        "quality": told.quality,
        "size": told.size,
    }


def _api_usage(usage: Usage) -> dict[str, Any]:
    """Usage under the API's own names; an SVG's author tokens are apart, as there."""
    told: dict[str, Any] = {
        "input_tokens": usage.text_input + usage.image_input,
        "input_tokens_details": {"text_tokens": usage.text_input, "image_tokens": usage.image_input},
        "output_tokens": usage.text_output + usage.image_output,
        "output_tokens_details": {"text_tokens": usage.text_output, "image_tokens": usage.image_output},
        "total_tokens": usage.text_input + usage.image_input + usage.text_output + usage.image_output,
    }
    if usage.svg_output:
        told["svg_usage"] = {"input_tokens": usage.svg_input, "output_tokens": usage.svg_output}
    return told
