"""Whether a row of an archive can be: archives come from outside, and a database believes what it is given."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from core.domain.image import EXTENSIONS, ImageRef
from core.domain.legible import legible
from core.domain.library import checked_name, checked_tag
from core.domain.money import ZERO
from core.domain.transfer import CollectedSet, Record, inputs_of
from core.errors import InvalidRequestError

ID = re.compile(r"[0-9a-f]{8,32}", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
LONGEST_NAME = 200
MOST_PLACES = 1_000
LARGEST_EDGE = 1_000_000
LARGEST_FILE = 1 << 40
MOST_USD = Decimal(1_000_000)


def tidied_record(record: Record) -> Record:
    """With legible tags: older versions took control characters, and no picture should be lost over one."""
    filings = {
        id: replace(filing, tags=tuple(sorted({tidy for tag in filing.tags if (tidy := _tidied(tag))})))
        if any(legible(tag) != tag for tag in filing.tags)
        else filing
        for id, filing in record.filings.items()
    }
    return replace(record, filings=filings)


def tidied_set(collected: CollectedSet) -> CollectedSet:
    """With a legible name, as ``tidied_record``."""
    clean = legible(collected.name) == collected.name
    return collected if clean else replace(collected, name=_tidied(collected.name))


def check_record(record: Record) -> None:
    """Raise InvalidRequestError for what cannot be: an open job, rows of another job, money that does not add up."""
    job, images = record.job, record.images
    held, spent = sum((e.held for e in record.entries), ZERO), sum((e.spent for e in record.entries), ZERO)
    ids = [image.id for image in images]
    sound = (
        job.state.is_final,
        all(image.job_id == job.id for image in images) and all(entry.job_id == job.id for entry in record.entries),
        (held, spent) == (job.held, job.charged),
        len(set(ids)) == len(ids) and {*record.filings, *record.gone} <= set(ids),
        all(map(ID.fullmatch, (job.id, *(filter(None, (job.key_id, job.batch_id))), *ids))),
        all(ID.fullmatch(entry.id) for entry in record.entries),
        all(map(_is_name, _names(record))),
        all(moment.tzinfo is not None for moment in _moments(record)),
        all(abs(amount) <= MOST_USD for amount in _amounts(record)),
        all(map(_is_ref, (*(image.ref for image in images), *inputs_of(job.request)))),
        all(0 <= number < MOST_PLACES for number in _numbers(record)),
    )
    if not all(sound):
        raise InvalidRequestError(f"The record of job {job.id[:40]!a} contradicts itself.", param="archive")
    for filing in record.filings.values():
        if [checked_tag(tag) for tag in filing.tags] != list(filing.tags):
            raise InvalidRequestError("A tag of the archive is not written as tags are.", param="archive")


def check_set(collected: CollectedSet) -> None:
    """Raise InvalidRequestError for a collection that cannot be."""
    checked_name(collected.name)
    ids = (collected.id, *collected.images, *filter(None, (collected.cover,)))
    known = all(map(ID.fullmatch, ids)) and (not collected.owner or _is_name(collected.owner))
    if not known or collected.created_at.tzinfo is None or "\0" in collected.notes:
        raise InvalidRequestError(f"The collection {collected.name!a} contradicts itself.", param="archive")


def _tidied(text: str) -> str:
    return " ".join(legible(text).split())


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text.isprintable()


def _is_ref(ref: ImageRef) -> bool:
    return (
        SHA256.fullmatch(ref.sha256) is not None
        and ref.media_type in EXTENSIONS
        and 0 <= min(ref.width, ref.height) <= max(ref.width, ref.height) <= LARGEST_EDGE
        and 0 < ref.bytes <= LARGEST_FILE
    )


def _names(record: Record) -> Iterator[str]:
    job = record.job
    yield from (job.owner, job.account, job.provider, job.request.model, job.stage)
    if job.error is not None:
        yield job.error.code
    for entry in record.entries:
        yield from (entry.account, entry.provider, entry.model)


def _moments(record: Record) -> Iterator[datetime]:
    job = record.job
    yield job.created_at
    maybe = [job.started_at, job.finished_at, job.cancel_requested_at, *(call.sent_at for call in job.calls)]
    maybe += [filing.trashed_at for filing in record.filings.values()]
    yield from filter(None, maybe)
    yield from (image.created_at for image in record.images)
    for entry in record.entries:
        yield from (entry.created_at, entry.counted_at)


def _amounts(record: Record) -> Iterator[Decimal]:
    job = record.job
    yield from filter(None, (job.estimate_low, job.estimate_high, job.held, job.charged, job.cost))
    for entry in record.entries:
        yield from (entry.held, entry.spent)


def _numbers(record: Record) -> Iterator[int]:
    yield from (image.position for image in record.images)
    yield record.job.previews
    for call in record.job.calls:
        yield from (call.number, call.attempts)
