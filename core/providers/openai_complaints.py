"""Reads what an image service said was wrong, in whatever shape, without its secrets."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

MAX_MESSAGE = 500
KEY = re.compile(r"\b(?:sk|sess|rk|pk)[-_][\w*.\-]{3,}|(?<=Bearer )\S+", re.IGNORECASE)
DATA = re.compile(r"[A-Za-z0-9+/=_-]{120,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asked whom for what, as far as sentences need it; ``keys`` are never to be shown."""

    provider: str
    title: str
    model: str
    keys: tuple[str, ...] = ()

    def redacted(self, text: str) -> str:
        """The text without keys and image data, on one line, at most 500 characters."""
        for key in self.keys:
            text = text.replace(key, "[key]")
        text = DATA.sub("[data]", KEY.sub("[key]", text))
        return " ".join(text.split())[:MAX_MESSAGE]


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """What the service said was wrong; ``status`` is None inside a stream."""

    status: int | None
    code: str
    type: str
    message: str
    categories: tuple[str, ...] = ()
    request_id: str | None = None
    retry_after: float | None = None

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.code, self.type})


def complaint_from(
    body: object,
    caller: Caller,
    *,
    status: int | None = None,
    request_id: str | None = None,
    retry_after: float | None = None,
    otherwise: str = "",
) -> Complaint:
    """Read an error body of any shape: OpenAI's, ``{"detail": …}``, plain text, a web page."""
    fields = body if isinstance(body, Mapping) else {}
    return Complaint(
        status=status,
        code=str(fields.get("code") or ""),
        type=str(fields.get("type") or ""),
        message=caller.redacted(_message(body) or otherwise),
        categories=tuple(_categories(fields)),
        request_id=request_id,
        retry_after=retry_after,
    )


def _message(body: object) -> str:
    if isinstance(body, str):
        return visible_text(body)
    if not isinstance(body, Mapping):
        return ""
    for name in ("message", "detail", "error"):
        if isinstance(body.get(name), str) and body[name]:
            return str(body[name])
    return str(dict(body)) if body else ""


def _categories(fields: Mapping[str, Any]) -> Iterator[str]:
    """OpenAI lists what was flagged; Azure says per category whether it was."""
    details = fields.get("moderation_details")
    if isinstance(details, Mapping) and isinstance(details.get("categories"), list):
        yield from (str(category) for category in details["categories"])
    inner = fields.get("inner_error") or fields.get("innererror")
    results = inner.get("content_filter_results") if isinstance(inner, Mapping) else None
    for category, result in results.items() if isinstance(results, Mapping) else ():
        if isinstance(result, Mapping) and result.get("filtered"):
            yield str(category)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the service asks to wait: ``retry-after-ms``, or ``retry-after`` in seconds or as a date."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        text = headers.get(name, "")
        if re.fullmatch(r"\d{1,9}(\.\d*)?", text.strip()):
            return float(text) / unit
    try:
        at = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max((at - datetime.now(UTC)).total_seconds(), 0.0)


def visible_text(html: str) -> str:
    """What a person would read on a page; plain text comes back as it is."""
    page = _Page()
    page.feed(html)
    page.close()
    return " ".join(" ".join(page.words).split())


class _Page(HTMLParser):
    """Collects text outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self._hidden = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = self._hidden and tag not in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)
