"""What a provider returned: the raw answer as it came, and what was read from it."""

from dataclasses import dataclass

from core.domain.job import Delivered
from core.domain.usage import Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class RawAnswer:
    """An answer's bytes exactly as received, before anyone decoded them.

    ``media_type`` is "application/json" for a whole answer, or "application/x-ndjson" for
    the completed events of a stream, one JSON object a line.
    """

    media_type: str
    request_id: str | None
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class EditInputs:
    """The files of an edit as they are to be sent: each image's encoded bytes with its media type.

    ``mask`` is a black-and-white PNG (L, 255 = edit) of the first image's size; a provider turns
    it into its own form. ``markup`` is a transparent PNG of that size.
    """

    images: tuple[tuple[bytes, str], ...]
    mask: bytes | None = None
    markup: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerImage:
    """One image of an answer: the provider's own bytes, never re-encoded."""

    data: bytes
    revised_prompt: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an answer holds. ``problems`` has one sentence for each image that could not be read."""

    images: tuple[AnswerImage, ...]
    usage: Usage | None
    delivered: Delivered = Delivered()
    problems: tuple[str, ...] = ()
