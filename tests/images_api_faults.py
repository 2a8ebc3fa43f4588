"""What can go wrong at the local Images API, and the refusals that cost nothing."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.images_api_answers import error_body


class Fault(StrEnum):
    """What can go wrong; call one to give details: ``Fault.RATE_LIMIT(retry_after=0.2)``."""

    NONE = "none"
    RATE_LIMIT = "rate_limit"
    QUOTA = "quota"
    SERVER_ERROR = "server_error"
    OVERLOADED = "overloaded"
    GATEWAY_TIMEOUT = "gateway_timeout"
    UNAUTHORIZED = "unauthorized"
    UNVERIFIED = "unverified"
    MODERATION = "moderation"
    DETAIL = "detail"
    REDIRECT = "redirect"
    RESET_BEFORE = "reset_before"
    RESET_DURING = "reset_during"
    SILENCE = "silence"
    RESET_AFTER = "reset_after"
    CUT_STREAM = "cut_stream"
    BAD_EVENT = "bad_event"
    STREAM_ERROR = "stream_error"
    HTML = "html"
    EMPTY_BODY = "empty_body"
    BAD_BASE64 = "bad_base64"
    TRUNCATED_IMAGE = "truncated_image"
    EMPTY_DATA = "empty_data"
    ONE_IMAGE = "one_image"
    WRONG_SIZE = "wrong_size"
    URL = "url"
    NO_USAGE = "no_usage"
    IGNORES_STREAM = "ignores_stream"

    def __call__(self, **details: Any) -> "Scripted":
        return Scripted(self, details)


@dataclass(frozen=True)
class Scripted:
    """A fault with its details."""

    fault: Fault
    details: dict[str, Any] = field(default_factory=dict)


REFUSALS: dict[Fault, tuple[int, dict[str, Any]]] = {
    Fault.RATE_LIMIT: (
        429,
        error_body("Rate limit reached: 5 images per minute.", type="requests", code="rate_limit_exceeded"),
    ),
    Fault.QUOTA: (
        429,
        error_body("You have no credit left.", type="insufficient_quota", code="credit_balance_exhausted"),
    ),
    Fault.SERVER_ERROR: (500, error_body("The server had an error.", type="server_error")),
    Fault.OVERLOADED: (
        503,
        error_body("Overloaded.", type="service_unavailable_error", code="server_is_overloaded"),
    ),
    Fault.UNVERIFIED: (
        403,
        error_body(
            "Your organization must be verified to use the model. It can take up to 15 minutes.",
            type="invalid_request_error",
        ),
    ),
    Fault.MODERATION: (
        400,
        error_body(
            "Your request was rejected by the safety system.",
            type="image_generation_user_error",
            code="moderation_blocked",
            moderation_details={"moderation_stage": "input", "categories": ["violence"]},
        ),
    ),
    Fault.DETAIL: (400, {"detail": "prompt is in the wrong language"}),
    Fault.REDIRECT: (307, {}),
}
