"""A job: one request and what became of it.

    queued ──> running ──> succeeded   every image is stored
      │           ├──────> partial     some are, the rest failed or stayed unknown
      │           ├──────> failed      none is, and the provider's word on it is definite
      │           ├──────> cancelled   somebody stopped it
      │           └──────> unknown     it left, no answer arrived: it may have been billed
      └──────────────────> cancelled | failed

A job's request leaves as one or more calls (one HTTP request each):

    planned ──> sent ──> answered      the raw answer is on disk
                  ├────> rejected      certainly not billed
                  └────> unknown       no answer: counted as spent until somebody resolves it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.domain.ids import new_id
from core.domain.image import ImageRef
from core.domain.ledger import Entry, EntryKind
from core.domain.money import ZERO
from core.domain.protection import Protection
from core.domain.request import EditRequest, Request
from core.domain.usage import Usage


class JobState(StrEnum):
    """Where a job stands; ``is_final`` states never change again by the machine."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        return self not in (JobState.QUEUED, JobState.RUNNING)


FINAL_STATES = tuple(state for state in JobState if state.is_final)


class CallState(StrEnum):
    """Where one HTTP request of a job stands."""

    PLANNED = "planned"
    SENT = "sent"
    ANSWERED = "answered"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One HTTP request of a job; ``number`` counts from 0."""

    number: int
    state: CallState = CallState.PLANNED
    attempts: int = 0
    sent_at: datetime | None = None
    request_id: str | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JobError:
    """Why a job did not wholly succeed: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """What the provider says it made, beside what was asked; None where it did not say.

    ``remarks`` are sentences about options that it did not heed, found by comparing. ``retry_after`` is how many
    seconds it asked to be left alone, where it refused because it was asked too often.
    """

    size: str | None = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None
    retry_after: float | None = None
    remarks: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Delivered":
        return cls(**{**data, "remarks": tuple(str(one) for one in data.get("remarks", ()))})


class ImageRole(StrEnum):
    """What an image of a job is: what the person gets, or the provider's answer it was composed from."""

    RESULT = "result"
    ANSWER = "answer"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredImage:
    """One image of a job: where its bytes are (``ref``) and its place in the answer.

    A composed result has the position of the answer it was made from, and its proof; tiles of a grid are
    numbered in reading order. ``trashed``
    says that its owner threw it away; what was deleted for good is no image of its job any more.
    """

    id: str
    job_id: str
    position: int
    ref: ImageRef
    revised_prompt: str | None
    created_at: datetime
    role: ImageRole = ImageRole.RESULT
    protection: Protection | None = None
    trashed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """All that is written when a job ends, in one transaction.

    ``row_waits``: it was not sent, and the batch's row that it was for waits to be sent again.
    """

    state: JobState
    finished_at: datetime
    calls: tuple[Call, ...] = ()
    images: tuple[StoredImage, ...] = ()
    entry: Entry | None = None
    cost: Decimal | None = None
    cost_is_estimated: bool = False
    usage: Usage | None = None
    delivered: Delivered = Delivered()
    error: JobError | None = None
    row_waits: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One row of the journal. Amounts are USD.

    ``account`` is whose money it is: "demo", the provider's name for the server's key, or
    "visitor:<owner>" for a visitor's own key. ``held`` is what the budget still sets aside;
    on a final job it means that the request may have been billed. ``cost`` is None until
    settled, and stays None where no price is known (``charged`` then has the assumed figure).
    ``images`` are the results; ``answers`` are what the provider sent where results were composed.
    ``key_id`` is the API key that the request came with, ``batch_id`` the batch that it belongs to, if any.
    """

    id: str
    owner: str
    account: str
    provider: str
    request: Request
    state: JobState
    stage: str
    created_at: datetime
    estimate_low: Decimal | None
    estimate_high: Decimal | None
    held: Decimal
    charged: Decimal = ZERO
    cost: Decimal | None = None
    cost_is_estimated: bool = False
    usage: Usage | None = None
    delivered: Delivered = Delivered()
    error: JobError | None = None
    worker: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cancel_requested_at: datetime | None = None
    previews: int = 0
    calls: tuple[Call, ...] = ()
    images: tuple[StoredImage, ...] = ()
    answers: tuple[StoredImage, ...] = ()
    key_id: str | None = None
    batch_id: str | None = None

    def answer_behind(self, image: StoredImage) -> StoredImage | None:
        """The provider's own image that a result was composed from, or cut out of; None if it is that image."""
        if isinstance(self.request, EditRequest) and self.request.split is not None:
            return next(iter(self.answers), None)
        return next((answer for answer in self.answers if answer.position == image.position), None)

    @property
    def kept_images(self) -> tuple[StoredImage, ...]:
        """The results that were not thrown away."""
        return tuple(image for image in self.images if not image.trashed)

    @property
    def is_thrown_away(self) -> bool:
        """Whether it had results and all of them lie in the trash."""
        return bool(self.images) and not self.kept_images

    @property
    def may_have_been_billed(self) -> bool:
        return self.state.is_final and self.held > ZERO

    @property
    def request_ids(self) -> tuple[str, ...]:
        return tuple(call.request_id for call in self.calls if call.request_id)

    def entry(self, kind: EntryKind, *, now: datetime, **values: Any) -> Entry:
        """An entry of the ledger; it counts on the day that the job was submitted."""
        return Entry(
            id=new_id(), job_id=self.id, account=self.account, provider=self.provider, model=self.request.model,
            kind=kind, created_at=now, counted_at=self.created_at, **values,
        )  # fmt: skip

    def unsent(self, state: JobState, error: JobError, *, now: datetime, note: str, row_waits: bool = False) -> Ending:
        """How the job ends before anything of it was sent: what it held is free."""
        release = self.entry(EntryKind.RELEASE, now=now, held=-self.held, note=note)
        return Ending(
            state=state, finished_at=now, entry=release, cost=ZERO, error=error, row_waits=row_waits,
        )  # fmt: skip
