"""What an archive of the library holds, and what came of exporting or importing one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from hashlib import sha256

from core.domain.image import ImageRef
from core.domain.job import Job, StoredImage
from core.domain.ledger import Entry
from core.domain.request import EditRequest, Request

IMPORTED = "imported"
"""The account of what a visitor imported is ``imported:<owner>``: no budget counts it."""
_TIME_OF_ID = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """How a picture is filed."""

    favourite: bool = False
    trashed_at: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A finished job with its ledger entries, and how its pictures are filed, by image id.

    The bytes of the images in ``gone`` are not part of the archive: they were deleted for good, were
    not chosen, or their file is lost. Their rows are, so that each picture's share of the cost stays right.
    """

    job: Job
    entries: tuple[Entry, ...] = ()
    filings: dict[str, Filing] = field(default_factory=dict)
    gone: tuple[str, ...] = ()

    @property
    def images(self) -> tuple[StoredImage, ...]:
        """Results and answers."""
        return (*self.job.images, *self.job.answers)

    @property
    def present(self) -> Iterator[StoredImage]:
        """The images whose bytes are there."""
        return (image for image in self.images if image.id not in self.gone)

    def without(self, ids: Iterable[str]) -> "Record":
        """The same, without the bytes of these images."""
        return replace(self, gone=tuple(dict.fromkeys((*self.gone, *ids))))

    def only(self, chosen: frozenset[str]) -> "Record":
        """The same with the bytes of these results alone, and of the answers that they were composed from."""
        places = {image.position for image in self.job.images if image.id in chosen}
        others = {image.id for image in self.job.images if image.id not in chosen}
        return self.without(others | {image.id for image in self.job.answers if image.position not in places})


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectedSet:
    """A collection as an archive has it: its pictures' ids in their order."""

    id: str
    owner: str
    name: str
    notes: str
    created_at: datetime
    cover: str | None = None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How far an export or import has come, in pictures of ``total``.

    ``done`` counts what was looked at, ``new`` what was written, ``there`` what the library had
    already; ``problems`` are sentences about what could not be used, each with its name.
    """

    done: int = 0
    total: int = 0
    new: int = 0
    there: int = 0
    collections: int = 0
    problems: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)})


def inputs_of(request: Request) -> tuple[ImageRef, ...]:
    """The pictures somebody brought that a request needs: inputs, the mask's file, the markup."""
    if not isinstance(request, EditRequest):
        return ()
    mask = request.mask.file if request.mask else None
    return (*request.images, *(ref for ref in (mask, request.markup) if ref is not None))


def derived(id: str, owner: str) -> str:
    """The id for a copy of what somebody else has under this id: always the same one, and as old."""
    return id[:_TIME_OF_ID] + sha256(f"{owner} {id}".encode()).hexdigest()[: 32 - _TIME_OF_ID]


def copied(record: Record, owner: str) -> Record:
    """The same job under ids of its own; parents keep theirs."""

    def renamed(image: StoredImage) -> StoredImage:
        return replace(image, id=derived(image.id, owner), job_id=job_id)

    job_id = derived(record.job.id, owner)
    job = replace(
        record.job,
        id=job_id,
        images=tuple(map(renamed, record.job.images)),
        answers=tuple(map(renamed, record.job.answers)),
    )
    return Record(
        job=job,
        entries=tuple(replace(e, id=derived(e.id, owner), job_id=job_id) for e in record.entries),
        filings={derived(id, owner): filing for id, filing in record.filings.items()},
        gone=tuple(derived(id, owner) for id in record.gone),
    )


def owned_by(record: Record, owner: str) -> Record:
    """The same as a visitor's import: theirs, and outside every budget."""
    account = f"{IMPORTED}:{owner}"
    return replace(
        record,
        job=replace(record.job, owner=owner, account=account, key_id=None, batch_id=None),
        entries=tuple(replace(entry, account=account) for entry in record.entries),
    )
