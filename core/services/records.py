"""The rows of an archive as JSON: dataclasses written by their fields, and read back with every type checked."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from core.domain.record_checks import check_record, check_set, tidied_record, tidied_set
from core.domain.transfer import CollectedSet, Record
from core.errors import InvalidRequestError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Row = TypeVar("Row")


def record_line(record: Record) -> bytes:
    """A record as one line of JSON; what has its default is left out."""
    return _records().dump_json(record, exclude_defaults=True)


def read_record(line: bytes) -> Record:
    """What ``record_line`` wrote; raises InvalidRequestError for anything else."""
    return _read(_records(), line, tidied_record, check_record)


def set_line(collected: CollectedSet) -> bytes:
    return _sets().dump_json(collected, exclude_defaults=True)


def read_set(line: bytes) -> CollectedSet:
    """What ``set_line`` wrote; raises InvalidRequestError for anything else."""
    return _read(_sets(), line, tidied_set, check_set)


def _read(adapter: "TypeAdapter[Row]", line: bytes, tidied: Callable[[Row], Row], check: Callable[[Row], None]) -> Row:
    from pydantic import ValidationError

    try:
        row = tidied(adapter.validate_json(line))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the line"
        raise InvalidRequestError(f"A row cannot be read: {where}: {first['msg']}.", param="archive") from error
    check(row)
    return row


@cache
def _records() -> "TypeAdapter[Record]":
    from pydantic import TypeAdapter  # takes a tenth of a second; most commands need none of it

    return TypeAdapter(Record)


@cache
def _sets() -> "TypeAdapter[CollectedSet]":
    from pydantic import TypeAdapter

    return TypeAdapter(CollectedSet)
