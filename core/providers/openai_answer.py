"""Reads what an OpenAI-shaped image service answered, whole or as stream events, into the house's own words."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.answer import Answer, AnswerImage, RawAnswer
from core.domain.job import Delivered
from core.domain.usage import Usage
from core.errors import ProviderAnswerError

EVENTS = "application/x-ndjson"
MAX_COUNT = 10**12
"""No answer has more tokens than this; a larger figure is a mistake and counts as absent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An image that the answer only points to; ``url`` may be relative to the server."""

    url: str
    revised_prompt: str | None = None


Item = AnswerImage | Link | str
"""One entry of the answer: an image, a link to one, or a sentence saying why it cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedAnswer:
    """An answer read as far as that goes without a network: ``items`` are in the provider's order.

    An adapter whose server may answer with links fetches ``links`` and hands the bytes to
    ``answer``; one whose server never does calls ``answer()`` at once.
    """

    items: tuple[Item, ...]
    usage: Usage | None
    delivered: Delivered

    @property
    def links(self) -> tuple[Link, ...]:
        """What still has to be fetched, in order."""
        return tuple(item for item in self.items if isinstance(item, Link))

    def answer(self, fetched: Mapping[str, bytes | str] | None = None) -> Answer:
        """Close the answer: ``fetched`` maps each link's url to its bytes, or to a sentence saying why not.

        A link that is missing from ``fetched`` becomes a problem.
        """
        items = [self._resolved(item, fetched or {}) for item in self.items]
        return Answer(
            images=tuple(item for item in items if isinstance(item, AnswerImage)),
            problems=tuple(item for item in items if isinstance(item, str)),
            usage=self.usage,
            delivered=self.delivered,
        )

    @staticmethod
    def _resolved(item: Item, fetched: Mapping[str, bytes | str]) -> AnswerImage | str:
        if not isinstance(item, Link):
            return item
        found = fetched.get(item.url, "An image was answered as a link that was not followed.")
        return found if isinstance(found, str) else AnswerImage(data=found, revised_prompt=item.revised_prompt)


def parse(raw: RawAnswer, *, provider: str) -> ParsedAnswer:
    """Read a raw answer; for stream events (``application/x-ndjson``) images and usage add up.

    Whatever single images lack becomes a sentence among ``items``. Raises ProviderAnswerError,
    with ``billed`` None, if the body is no answer at all: not JSON, an HTML page, an error, or
    JSON without a list of images. An empty list is an answer without images.
    """
    if raw.media_type.partition(";")[0].strip().lower() == EVENTS:
        return _from_events(raw, provider)
    try:
        body = _loads(raw.body)
    except ValueError as error:
        raise _unusable(raw, provider, _described(raw.body)) from error
    if not isinstance(body, dict):
        raise _unusable(raw, provider, "The provider's answer is JSON, but not an object with images.")
    if not isinstance(body.get("data"), list):
        raise _unusable(raw, provider, _complaint(body) or "The provider's answer has no list of images.")
    return ParsedAnswer(
        items=tuple(_item(entry, number) for number, entry in enumerate(body["data"], 1)),
        usage=_usage(body),
        delivered=_delivered(body),
    )


def _from_events(raw: RawAnswer, provider: str) -> ParsedAnswer:
    lines = [_event(line) for line in raw.body.splitlines() if line.strip()]
    events = [line for line in lines if isinstance(line, dict)]
    if not events:
        raise _unusable(raw, provider, "The provider's stream ended without a finished image.")
    usages = [usage for event in events if (usage := _usage(event)) is not None]
    return ParsedAnswer(
        items=tuple(_item(line, number) for number, line in enumerate(lines, 1)),
        # One event without usage makes the sum a lie, so then nothing is claimed.
        usage=sum(usages, Usage()) if len(usages) == len(lines) else None,
        delivered=_delivered(events[-1]),
    )


def _event(line: bytes) -> Any:
    try:
        return _loads(line)
    except ValueError:
        return None


def _loads(body: bytes) -> Any:
    """Parse JSON; raises ValueError for everything that is not JSON, however odd."""
    try:
        return json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _described(body: bytes) -> str:
    if not body.strip():
        return "The provider's answer is empty."
    if body.lstrip()[:1] == b"<":
        return "The provider answered with a web page instead of images. Check the base URL and any proxy in between."
    return "The provider's answer is not JSON."


def _complaint(body: Mapping[str, Any]) -> str | None:
    """The message of an error that came with status 200, if this is one."""
    error = body.get("error")
    message = _text(error.get("message") if isinstance(error, dict) else error)
    return message and f"The provider answered with an error instead of images: {message[:300]}"


def _unusable(raw: RawAnswer, provider: str, message: str) -> ProviderAnswerError:
    return ProviderAnswerError(message, provider=provider, request_id=raw.request_id)


def _item(entry: Any, number: int) -> Item:
    if not isinstance(entry, dict):
        return f"Image {number} of the answer is not in a form that can be read."
    revised_prompt = _text(entry.get("revised_prompt"))
    encoded, url = _text(entry.get("b64_json")), _text(entry.get("url"))
    if encoded is None and url is not None and not url.startswith("data:"):
        return Link(url=url, revised_prompt=revised_prompt)
    if encoded is None and url is None:
        return f"Image {number} of the answer is empty."
    try:
        return AnswerImage(data=_decoded(encoded or url or ""), revised_prompt=revised_prompt)
    except ValueError:
        return f"Image {number} of the answer is damaged: its base64 text cannot be decoded."


def _decoded(text: str) -> bytes:
    """Base64, bare or as a data URL; raises ValueError (binascii.Error is one)."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:  # some wrap their lines
        data = base64.b64decode("".join(text.split()), validate=True)
    if not data:
        raise ValueError("no bytes")
    return data


def _usage(body: Mapping[str, Any]) -> Usage | None:
    """Tokens by kind. What the details leave open is text on the way in and image on the way out."""
    usage = body.get("usage")
    if not isinstance(usage, dict) or all(_count(usage, side) is None for side in ("input_tokens", "output_tokens")):
        return None
    text_in, image_in, open_in = _split(usage, "input_tokens")
    text_out, image_out, open_out = _split(usage, "output_tokens")
    svg = body.get("svg_usage")
    return Usage(
        text_input=text_in + open_in,
        image_input=image_in,
        text_output=text_out,
        image_output=image_out + open_out,
        svg_input=_count(svg, "input_tokens") or 0,
        svg_output=_count(svg, "output_tokens") or 0,
    )


def _split(usage: Mapping[str, Any], side: str) -> tuple[int, int, int]:
    """(text, image, not said) tokens of one side."""
    details = usage.get(f"{side}_details")
    text, image = _count(details, "text_tokens") or 0, _count(details, "image_tokens") or 0
    return text, image, max((_count(usage, side) or 0) - text - image, 0)


def _count(data: Any, name: str) -> int | None:
    value = data.get(name) if isinstance(data, dict) else None
    return value if type(value) is int and 0 <= value <= MAX_COUNT else None


def _delivered(body: Mapping[str, Any]) -> Delivered:
    told = dict(_texts(body, ("size", "quality", "background", "output_format")))
    return Delivered(
        size=told.get("size"),
        quality=told.get("quality"),
        background=told.get("background"),
        output_format=told.get("output_format"),
    )


def _texts(body: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        if (text := _text(body.get(name))) is not None:
            yield name, text


def _text(value: Any) -> str | None:
    """A non-empty string that any database takes: no NUL, no half of a surrogate pair."""
    if not isinstance(value, str) or not value:
        return None
    return value.replace("\x00", "").encode("utf-8", "replace").decode() or None
