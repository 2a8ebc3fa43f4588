"""Turns what the OpenAI SDK raises into the house's errors: a sentence for people, and what is known about money."""

import httpx2
import openai

from core.errors import (
    AuthenticationError,
    ContentRejectedError,
    OutcomeUnknownError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    QuotaExceededError,
    RateLimitedError,
)
from core.providers.openai_complaints import Caller, Complaint, complaint_from, retry_after, visible_text

MODERATION = frozenset({"moderation_blocked", "content_policy_violation", "content_filter", "contentFilter"})
QUOTA = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
    }
)
RATE = frozenset({"rate_limit_exceeded", "rate_limit_error", "slow_down", "requests", "tokens"})
REFUSED = frozenset({"invalid_request_error", "image_generation_user_error"})
GAVE_UP_WAITING = frozenset({408, 502, 504, 520, 524})
"""A gateway speaks here, not the service: the request may have been carried out, and billed, behind it."""

NEVER_LEFT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)


Saying = tuple[type[ProviderError], str, str]
"""An error, what happened, and what to do about it."""

QUOTA_SAYING: Saying = (
    QuotaExceededError,
    "{title}'s account is out of credit or over its limit",
    "Check billing there.",
)
WRONG_KEY: Saying = (
    AuthenticationError,
    "{title} did not accept the API key",
    "Check the key in the settings.",
)
UNVERIFIED: Saying = (
    AuthenticationError,
    "{title} wants your organisation verified before it may use {model}",
    "Verify it in the settings of your organisation there; it takes up to 15 minutes to count.",
)
FORBIDDEN: Saying = (
    AuthenticationError,
    "{title} does not let this key do that",
    "Check the key's project and permissions.",
)
GATEWAY: Saying = (
    OutcomeUnknownError,
    "{title}'s gateway gave up waiting{status}",
    "The request may have been carried out and billed.",
)
TROUBLE: Saying = (
    ProviderUnavailableError,
    "{title} has trouble at the moment{status}",
    "Try again later.",
)
REFUSAL: Saying = (ProviderRefusedError, "{title} refused the request", "")
NO_MODEL: Saying = (
    ProviderRefusedError,
    "{title} has no model called {model} for this key",
    "Choose another model.",
)
NO_API: Saying = (
    ProviderRefusedError,
    "{title} has no images API at this address{status}",
    "Check the base URL.",
)
REDIRECT: Saying = (
    ProviderRefusedError,
    "{title}'s address redirects elsewhere{status}",
    "Set the base URL to where it leads.",
)


def translate(error: Exception, caller: Caller, *, request_id: str | None = None) -> ProviderError:
    """The house's error for one of the SDK's or its HTTP library's; to be raised ``from`` it.

    The original's own text is redacted as well, because a traceback prints it.
    """
    if isinstance(error, openai.APIConnectionError | httpx2.RequestError):
        return _lost(error, caller, request_id)
    complaint = _complaint(error, caller, request_id)
    error.args = tuple(caller.redacted(str(argument)) for argument in error.args)
    return explain(complaint, caller)


def explain(complaint: Complaint, caller: Caller) -> ProviderError:
    """Decide by the code where there is one, since statuses differ between services, else by the status."""
    status = complaint.status
    if complaint.names & MODERATION:
        return _rejected(complaint, caller)
    if complaint.names & QUOTA or status == 402:
        return _said(QUOTA_SAYING, complaint, caller)
    if status == 429 or (status is None and complaint.names & RATE):
        return _limited(complaint, caller)
    if status is None:
        return _refused(complaint, caller) if complaint.names & REFUSED else _said(TROUBLE, complaint, caller)
    if status == 401:
        return _said(WRONG_KEY, complaint, caller)
    if status == 403:
        return _said(UNVERIFIED if "verif" in complaint.message.lower() else FORBIDDEN, complaint, caller)
    if status in GAVE_UP_WAITING:
        return _said(GATEWAY, complaint, caller)
    return _said(TROUBLE, complaint, caller) if status >= 500 else _refused(complaint, caller)


def web_page(text: str, caller: Caller, *, request_id: str | None) -> OutcomeUnknownError:
    """For a body that is neither JSON nor a stream: a login page or a proxy's page."""
    shown = caller.redacted(visible_text(text))[:120]
    what = f"a web page: “{shown}”" if shown else "an empty page"
    return OutcomeUnknownError(
        f"{caller.title} sent {what} where an answer was due. "
        "Check the base URL and any proxy in between; whether the request was billed is not known.",
        provider=caller.provider,
        request_id=request_id,
    )


def broken_off(caller: Caller, what: str, *, request_id: str | None) -> OutcomeUnknownError:
    """For a request that was taken without a whole answer coming back; ``what`` completes "It took the request and"."""
    return OutcomeUnknownError(
        f"{caller.title} took the request and then {what}. It may have been carried out and billed.",
        provider=caller.provider,
        request_id=request_id,
    )


def _lost(error: Exception, caller: Caller, request_id: str | None) -> ProviderError:
    cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
    if isinstance(cause, NEVER_LEFT):
        return ProviderUnavailableError(
            f"{caller.title} could not be reached, so nothing was sent. Check the network and the base URL.",
            provider=caller.provider,
        )
    silent = isinstance(cause, httpx2.TimeoutException)
    what = "did not answer in time" if silent else "broke the connection off before its answer was complete"
    return broken_off(caller, what, request_id=request_id)


def _rejected(complaint: Complaint, caller: Caller) -> ContentRejectedError:
    named = f" ({', '.join(complaint.categories)})" if complaint.categories else ""
    return ContentRejectedError(
        f"{caller.title}'s safety system refused this request{named}: {_stop(complaint.message)} Change the prompt.",
        provider=caller.provider,
        request_id=complaint.request_id,
        categories=complaint.categories,
    )


def _limited(complaint: Complaint, caller: Caller) -> RateLimitedError:
    wait = f" Try again in {complaint.retry_after:.0f} s." if complaint.retry_after else " Try again in a moment."
    return RateLimitedError(
        f"{caller.title} limits how often it may be asked: {_stop(complaint.message)}{wait}",
        provider=caller.provider,
        request_id=complaint.request_id,
        retry_after=complaint.retry_after,
    )


def _refused(complaint: Complaint, caller: Caller) -> ProviderError:
    saying = REFUSAL
    if complaint.code == "model_not_found" or (complaint.status == 404 and "model" in complaint.message.lower()):
        saying = NO_MODEL
    elif complaint.status == 404:
        saying = NO_API
    elif complaint.status is not None and complaint.status < 400:
        saying = REDIRECT
    return _said(saying, complaint, caller)


def _said(saying: Saying, complaint: Complaint, caller: Caller) -> ProviderError:
    """The saying, with the service's own words in the middle."""
    kind, what, todo = saying
    status = "" if complaint.status is None else f" ({complaint.status})"
    said = what.format(title=caller.title, model=caller.model, status=status)
    sentences = f"{said}: {_stop(complaint.message)}" if complaint.message else f"{said}."
    return kind(f"{sentences} {todo}".strip(), provider=caller.provider, request_id=complaint.request_id)


def _stop(message: str) -> str:
    message = message or "no reason was given"
    return message if message.endswith((".", "!", "?")) else f"{message}."


def _complaint(error: Exception, caller: Caller, request_id: str | None) -> Complaint:
    body = getattr(error, "body", None)
    if not isinstance(error, openai.APIStatusError):
        return complaint_from(body, caller, request_id=request_id, otherwise=str(error))
    return complaint_from(
        body,
        caller,
        status=error.status_code,
        request_id=error.request_id,
        retry_after=retry_after(error.response.headers),
    )
