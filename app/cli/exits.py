"""Exit codes: what a script may rely on.

0 ok   1 another error   2 usage   3 refused by the provider   4 budget
5 outcome unknown        6 partial success                   130 cancelled
"""

from core.domain.job import Job, JobState
from core.errors import (
    BudgetExceededError,
    GessoError,
    InvalidRequestError,
    NotFoundError,
    OutcomeUnknownError,
    ProviderAnswerError,
    ProviderError,
    SettingsError,
)

OK = 0
OTHER = ABORTED = 1
USAGE = 2
REFUSED = 3
BUDGET = 4
UNKNOWN = 5
PARTIAL = 6
CANCELLED = 130

REFUSALS = (
    "provider_error",
    "provider_refused",
    "authentication",
    "quota_exceeded",
    "rate_limited",
    "content_rejected",
    "provider_unavailable",
)
"""Codes of failed jobs for which the provider, certainly without billing, made nothing."""

MISUSES = ("invalid_request", "unsupported_option", "invalid_image")
"""Codes of failed jobs that were refused by ourselves, before anything was sent."""


def exit_of(job: Job) -> int:
    """The exit code of a job that has ended."""
    match job.state:
        case JobState.SUCCEEDED:
            return OK
        case JobState.PARTIAL:
            return PARTIAL
        case _ if job.state is JobState.UNKNOWN or job.may_have_been_billed:
            return UNKNOWN
        case JobState.CANCELLED:
            return CANCELLED
        case _ if job.error is not None and job.error.code in MISUSES:
            return USAGE
        case _:
            return REFUSED if job.error is not None and job.error.code in REFUSALS else OTHER


def exit_of_error(error: GessoError) -> int:
    """The exit code of an error that ended a command."""
    match error:
        case InvalidRequestError() | NotFoundError() | SettingsError():
            return USAGE
        case BudgetExceededError():
            return BUDGET
        case OutcomeUnknownError():
            return UNKNOWN
        case ProviderAnswerError():
            return OTHER
        case ProviderError():
            return REFUSED
        case _:
            return OTHER
