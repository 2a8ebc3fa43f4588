"""A job that ended without its picture, as the error that a caller of a function expects."""

from core.domain.job import Job
from core.errors import (
    AuthenticationError,
    ContentRejectedError,
    GessoError,
    InvalidImageError,
    InvalidRequestError,
    JobStateError,
    OutcomeUnknownError,
    ProviderAnswerError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    QuotaExceededError,
    RateLimitedError,
    StorageError,
)

OF_PROVIDERS: dict[str, type[ProviderError]] = {
    kind.code: kind
    for kind in (
        ProviderRefusedError,
        AuthenticationError,
        QuotaExceededError,
        RateLimitedError,
        ContentRejectedError,
        ProviderUnavailableError,
        ProviderAnswerError,
    )
}
OF_OURS: dict[str, type[GessoError]] = {
    "invalid_request": InvalidRequestError,
    "unsupported_option": InvalidRequestError,
    "invalid_image": InvalidImageError,
    "storage": StorageError,
    "cancelled": JobStateError,
}


def error_of(job: Job) -> GessoError:
    """Why a job that has ended made no picture: the error it ended with, or OutcomeUnknownError where money is open."""
    code = job.error.code if job.error else job.state.value
    sentence = job.error.message if job.error else f"The request ended as {job.state.value}."
    request_id = next(reversed(job.request_ids), None)
    if job.may_have_been_billed:
        settle = f"`gesso jobs resolve {job.id}` settles it."
        return OutcomeUnknownError(f"{sentence} {settle}", provider=job.provider, request_id=request_id)
    if code in OF_OURS:
        return OF_OURS[code](sentence)
    return OF_PROVIDERS.get(code, ProviderError)(sentence, provider=job.provider, request_id=request_id)
