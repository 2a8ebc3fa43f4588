"""Rows of a batch from JSON: a list, one value a line, or the files of OpenAI's Batch API."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from core.domain.draft_row import DraftRow, read_row
from core.errors import InvalidRequestError

IMAGE_ENDPOINTS = ("/v1/images/generations", "/v1/images/edits")


def rows_from_json(text: str) -> Iterator[DraftRow]:
    """A list of prompts and rows, alone or as ``rows``, or one row; raises InvalidRequestError for anything else."""
    data = _parsed(text)
    if isinstance(data, dict):
        inner = next((data[key] for key in ("rows", "prompts") if isinstance(data.get(key), list)), None)
        data = [data] if inner is None else inner
    if not isinstance(data, list):
        raise InvalidRequestError(
            'Write a list of prompts or of rows, such as ["a red fox", {"prompt": "a blue fox"}].'
        )
    return _rows(data)


def rows_from_jsonl(text: str) -> Iterator[DraftRow]:
    """A prompt, a row or a request of the Batch API a line; a line that is no JSON is a row with a problem."""
    lines = (line for line in text.split("\n") if line.strip())
    return _rows(_line(line) for line in lines)


def _line(line: str) -> Any:
    """A line's value, or what is wrong with it: a bad line is one bad row."""
    try:
        return _parsed(line)
    except InvalidRequestError as error:
        return error


def _rows(items: Iterable[Any]) -> Iterator[DraftRow]:
    return (_row(number, item) for number, item in enumerate(items, 1))


def _row(number: int, item: Any) -> DraftRow:
    match item:
        case str():
            return read_row(number, {"prompt": item})
        case {"body": dict(body)} if "url" in item or "custom_id" in item:
            if (url := item.get("url", IMAGE_ENDPOINTS[0])) not in IMAGE_ENDPOINTS:
                problem = (
                    f"Row {number}, column url: {url!r} makes no images; it must be {' or '.join(IMAGE_ENDPOINTS)}."
                )
                return DraftRow(number=number, problem=problem)
            return read_row(number, {**body, "custom_id": item.get("custom_id")})
        case dict():
            return read_row(number, item)
        case InvalidRequestError():
            return DraftRow(number=number, problem=f"Row {number}: {item}")
        case _:
            return DraftRow(number=number, problem=f"Row {number} is neither a prompt in quotes nor an object.")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, character {error.colno}"
        raise InvalidRequestError(f"This is no JSON: {error.msg} ({where}).") from error
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(
            "This is no JSON that can be read: a number or a nesting is far too large."
        ) from error


def is_json(text: str) -> bool:
    """Whether this is one whole JSON value."""
    return not isinstance(_line(text), InvalidRequestError)
