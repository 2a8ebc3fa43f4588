"""Reads what a chat model answered: its text, its tokens and their price, or why it is of no use."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.domain.usage import Prices, Usage
from core.errors import ProviderAnswerError
from core.providers.openai_complaints import Caller


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the model answered, its tokens if they were told, and their price in USD if that is known."""

    text: str
    usage: Usage | None
    cost: Decimal | None


def read_said(body: bytes, caller: Caller, request_id: str | None, prices: Prices | None) -> Said:
    """The text of a whole answer. Raises ProviderAnswerError or, for no answer at all, OutcomeUnknownError."""
    from core.providers.openai_errors import web_page  # with the SDK behind it, half a second to import

    try:
        data = json.loads(body)
    except ValueError:
        raise web_page(body.decode(errors="replace"), caller, request_id=request_id) from None
    choice = _first_choice(data)
    told = choice.get("message")
    message: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    if problem := _problem_of(choice, message):
        raise ProviderAnswerError(
            f"{caller.title} {caller.redacted(problem)}. Its answer may have been billed.",
            provider=caller.provider,
            request_id=request_id,
        )
    usage = _usage(data)
    return Said(text=str(message["content"]), usage=usage, cost=prices.cost(usage) if usage and prices else None)


def _first_choice(data: object) -> Mapping[str, Any]:
    choices = data.get("choices") if isinstance(data, Mapping) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, Mapping) else {}


def _problem_of(choice: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    """What is wrong with an answer, to follow the model's name; empty if nothing is."""
    if message.get("refusal"):
        return f"declined: {str(message['refusal']).rstrip('.')}"
    match choice.get("finish_reason"):
        case "length":
            return "was cut off, because its answer is longer than asked for"
        case "content_filter":
            return "had its answer withheld by a content filter"
    return "" if isinstance(message.get("content"), str) else "answered without a text"


def _usage(data: Mapping[str, Any]) -> Usage | None:
    told = data.get("usage")
    if not isinstance(told, Mapping):
        return None
    counts = [told.get(name) for name in ("prompt_tokens", "completion_tokens")]
    if not all(isinstance(count, int) and not isinstance(count, bool) and count >= 0 for count in counts):
        return None
    return Usage(text_input=counts[0] or 0, text_output=counts[1] or 0)
