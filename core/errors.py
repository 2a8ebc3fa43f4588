"""Every error Gesso raises on purpose; ``str(error)`` is a sentence a person can act on."""

from decimal import Decimal


class GessoError(Exception):
    """The root: has a stable ``code`` for programs and says whether trying again can help."""

    code = "gesso_error"
    retryable = False


class InvalidRequestError(GessoError):
    """The request is wrong; ``param`` names the option to change."""

    code = "invalid_request"

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class UnsupportedOptionError(InvalidRequestError):
    """The chosen model does not take this option; ``allowed`` lists what it takes."""

    code = "unsupported_option"

    def __init__(self, message: str, *, model: str, param: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(message, param=param)
        self.model = model
        self.allowed = allowed


class InvalidImageError(InvalidRequestError):
    """Not an image, too large, or of the wrong size."""

    code = "invalid_image"


class BudgetExceededError(GessoError):
    """The request's estimate does not fit what is left; amounts are USD."""

    code = "budget_exceeded"

    def __init__(self, message: str, *, limit: Decimal, spent: Decimal, estimate: Decimal) -> None:
        super().__init__(message)
        self.limit = limit
        self.spent = spent
        self.estimate = estimate


class InvalidKeyError(GessoError):
    """An API key is missing where one is needed, or is unknown or revoked."""

    code = "invalid_api_key"


class TooManyRequestsError(GessoError):
    """A key's own limit of requests per minute is reached; ``retry_after`` is the wait in seconds."""

    code = "rate_limited"
    retryable = True

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class IdempotencyConflictError(GessoError):
    """An idempotency key came again with another request."""

    code = "idempotency_conflict"


class NotFoundError(GessoError):
    """There is no such job, image or model."""

    code = "not_found"

    def __init__(self, message: str, *, kind: str, id: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.id = id


class JobStateError(GessoError):
    """The job is not in a state in which this can be done."""

    code = "job_state"


class SettingsError(GessoError):
    """A setting has a value that cannot be used; ``name`` is its environment variable."""

    code = "settings"

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class StorageError(GessoError):
    """The disk is full, the database is locked or a file cannot be written."""

    code = "storage"


class ProviderError(GessoError):
    """The image service refused, failed or could not be reached.

    ``billed`` is what is known about money: False when the request certainly cost
    nothing, True when it was answered and paid for, None when nobody can tell.
    """

    code = "provider_error"
    billed: bool | None = False

    def __init__(self, message: str, *, provider: str, request_id: str | None = None) -> None:
        super().__init__(message)
        self.provider = provider
        self.request_id = request_id


class ProviderRefusedError(ProviderError):
    """The provider understood the request and would not take it (a bad option, no such model)."""

    code = "provider_refused"


class AuthenticationError(ProviderError):
    """No key, a wrong key, or an organisation that is not verified."""

    code = "authentication"


class QuotaExceededError(ProviderError):
    """The account at the provider is out of credit or over its own limit."""

    code = "quota_exceeded"


class RateLimitedError(ProviderError):
    """Too many requests; ``retry_after`` is the wait in seconds if the provider named one."""

    code = "rate_limited"
    retryable = True

    def __init__(
        self,
        message: str,
        *,
        provider: str,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, provider=provider, request_id=request_id)
        self.retry_after = retry_after


class ContentRejectedError(ProviderError):
    """The provider's moderation refused the prompt or the picture."""

    code = "content_rejected"

    def __init__(
        self,
        message: str,
        *,
        provider: str,
        request_id: str | None = None,
        categories: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, provider=provider, request_id=request_id)
        self.categories = categories


class ProviderUnavailableError(ProviderError):
    """No connection, or a 5xx answered before any output: certainly not billed."""

    code = "provider_unavailable"
    retryable = True


class OutcomeUnknownError(ProviderError):
    """The request left and no answer came back: it may have been billed."""

    code = "outcome_unknown"
    billed = None


class ProviderAnswerError(ProviderError):
    """The provider answered, but with nothing that can be used as an image."""

    code = "provider_answer"
    billed = None
