"""Our errors as OpenAI's: its body, its statuses, and a word on whether sending again is safe.

OpenAI's SDKs send again by themselves after 408, 409, 429 and 5xx unless ``x-should-retry`` says no: what may
have been billed therefore has a status that nobody repeats (424), and says so in the header too.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

from starlette.responses import JSONResponse, Response

from core.domain.job import Job, JobState
from core.errors import GessoError, InvalidRequestError, NotFoundError, RateLimitedError, TooManyRequestsError

INVALID, SERVER = "invalid_request_error", "server_error"


@dataclass(frozen=True, slots=True)
class Told:
    """How an error of one code is told; ``again`` says whether sending it again costs nothing."""

    status: int
    type: str
    again: bool = False


CODES = {
    "invalid_request": Told(400, INVALID),
    "unsupported_option": Told(400, INVALID),
    "invalid_image": Told(400, INVALID),
    "provider_refused": Told(400, INVALID),
    "content_rejected": Told(400, "image_generation_user_error"),
    "invalid_api_key": Told(401, "authentication_error"),
    "budget_exceeded": Told(402, "insufficient_quota"),
    "not_found": Told(404, INVALID),
    "job_state": Told(409, INVALID),
    "idempotency_conflict": Told(409, INVALID),
    "cancelled": Told(409, INVALID),
    "too_large": Told(413, INVALID),
    "outcome_unknown": Told(424, "outcome_unknown"),
    "rate_limited": Told(429, "rate_limit_error", again=True),
    "authentication": Told(502, SERVER),
    "quota_exceeded": Told(502, SERVER),
    "provider_answer": Told(502, SERVER),
    "provider_error": Told(502, SERVER),
    "provider_unavailable": Told(502, SERVER, again=True),
    "storage": Told(503, SERVER, again=True),
    "settings": Told(503, SERVER),
}
"""Errors by their codes; OpenAI's own name of a refusal by moderation is put in ``RENAMED``."""
RENAMED = {"content_rejected": "moderation_blocked"}
UNKNOWN = Told(500, SERVER)


def error_answer(error: GessoError) -> Response:
    """An error as an HTTP answer."""
    told = CODES.get(error.code, UNKNOWN)
    answer = JSONResponse(error_body(error), told.status, headers=_retrying(told))
    if isinstance(error, RateLimitedError | TooManyRequestsError) and error.retry_after is not None:
        answer.headers["Retry-After"] = str(ceil(error.retry_after))
    if told.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def error_body(error: GessoError) -> dict[str, Any]:
    """An error as OpenAI's object."""
    code = "model_not_found" if isinstance(error, NotFoundError) and error.kind == "model" else error.code
    param = error.param if isinstance(error, InvalidRequestError) else None
    return body(str(error), CODES.get(error.code, UNKNOWN).type, code, param)


def job_error_answer(job: Job) -> Response:
    """A job that made nothing as an HTTP answer."""
    told, code = told_of(job)
    answer = JSONResponse(job_error_body(job), told.status, headers=_retrying(told))
    if code == "rate_limited" and job.delivered.retry_after is not None and job.finished_at is not None:
        passed = (datetime.now(UTC) - job.finished_at).total_seconds()
        answer.headers["Retry-After"] = str(max(0, ceil(job.delivered.retry_after - passed)))
    return answer


def job_error_body(job: Job) -> dict[str, Any]:
    """The body of OpenAI's errors, with the job beside it."""
    told, code = told_of(job)
    message = job.error.message if job.error else f"The request ended as {job.state.value}."
    return body(message, told.type, code, None) | {"metadata": {"job_id": job.id, "status": job.state.value}}


def told_of(job: Job) -> tuple[Told, str]:
    """How a job's ending is told, and its code; what may have been billed is never worth a retry."""
    if job.may_have_been_billed or job.state is JobState.UNKNOWN:
        return CODES["outcome_unknown"], "outcome_unknown"
    code = job.error.code if job.error else job.state.value
    return CODES.get(code, UNKNOWN), RENAMED.get(code, code)


def body(message: str, type: str, code: str, param: str | None) -> dict[str, Any]:
    return {"error": {"message": message, "type": type, "param": param, "code": RENAMED.get(code, code)}}


def _retrying(told: Told) -> dict[str, str]:
    return {"x-should-retry": "true" if told.again else "false"}
