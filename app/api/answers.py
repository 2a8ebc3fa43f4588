"""Jobs as OpenAI's answers, field for field, with a ``metadata`` object beside them."""

from base64 import b64encode
from typing import Any

from app.api.links import file_url
from app.workbench import workbench
from core.domain.image import MEDIA_TYPES
from core.domain.job import Job, StoredImage
from core.domain.request import EditRequest
from core.domain.usage import Usage

FORMATS = {media_type: name for name, media_type in MEDIA_TYPES.items()}


def images_answer(job: Job, *, base: str, form: str | None, user: str | None) -> dict[str, Any]:
    """The body of a finished generation or edit; reads the images' files."""
    answer = {"created": int(job.created_at.timestamp()), "data": [_image(i, base, form) for i in job.images]}
    said = looks_of(job, job.images[0])
    told: dict[str, Any] = {name: value for name, value in said.items() if value not in (None, "auto")}
    extra = {"safety_identifier": user, "usage": usage_of(job.usage), "svg_usage": svg_usage_of(job)}
    told |= {name: value for name, value in extra.items() if value is not None}
    return answer | told | {"metadata": metadata_of(job)}


def looks_of(job: Job, image: StoredImage) -> dict[str, str | None]:
    """How an image is, as the provider or, where it is silent, the file says."""
    delivered, request = job.delivered, job.request
    composed = isinstance(request, EditRequest) and request.composes
    size = f"{image.ref.width}x{image.ref.height}"
    return {
        "background": delivered.background or request.background,
        "output_format": FORMATS[image.ref.media_type],
        "quality": delivered.quality or request.quality,
        "size": size if composed or not delivered.size else delivered.size,
    }


def metadata_of(job: Job) -> dict[str, Any]:
    """What Gesso knows besides; ``cost_usd`` is null where no price is known, ``duration`` in milliseconds."""
    ended = job.finished_at or job.created_at
    told = {
        "duration": round((ended - job.created_at).total_seconds() * 1000),
        "provider": job.provider,
        "model": job.request.model,
        "job_id": job.id,
        "cost_usd": None if job.cost is None else float(job.cost),
        "images": [image.id for image in job.images],
    }
    if job.delivered.remarks:
        told["remarks"] = list(job.delivered.remarks)
    if job.error is not None:
        told["problem"] = job.error.message
    proofs = [image.protection for image in job.images if image.protection is not None]
    if proofs:
        told["protected_pixels"] = sum(proof.protected_pixels for proof in proofs)
        told["unchanged_pixels"] = sum(proof.unchanged_pixels for proof in proofs)
    return told


def usage_of(usage: Usage | None) -> dict[str, Any] | None:
    """Tokens as the API groups them."""
    if usage is None:
        return None
    into, out = usage.text_input + usage.image_input, usage.image_output + usage.text_output
    return {
        "input_tokens": into,
        "input_tokens_details": {"text_tokens": usage.text_input, "image_tokens": usage.image_input},
        "output_tokens": out,
        "output_tokens_details": {"image_tokens": usage.image_output, "text_tokens": usage.text_output},
        "total_tokens": into + out,
    }


def svg_usage_of(job: Job) -> dict[str, Any] | None:
    """The tokens of the model that wrote an SVG; its reasoning is part of its output and not known apart."""
    usage = job.usage
    if usage is None or not usage.svg_input + usage.svg_output:
        return None
    return {
        "model": job.request.svg_model or "unknown",
        "input_tokens": usage.svg_input,
        "output_tokens": usage.svg_output,
        "reasoning_tokens": 0,
        "total_tokens": usage.svg_input + usage.svg_output,
    }


def encoded(image: StoredImage) -> str:
    """An image's bytes in base64."""
    return b64encode(workbench().library.original(image)).decode("ascii")


def _image(image: StoredImage, base: str, form: str | None) -> dict[str, str]:
    """As it was asked for; where nothing was, both ways: LangChain's image tool, for one, wants the address."""
    told = {} if form == "url" else {"b64_json": encoded(image)}
    if form != "b64_json":
        told["url"] = file_url(image.id, base)
    return told | ({"revised_prompt": image.revised_prompt} if image.revised_prompt else {})
