"""What services need from the world outside: implemented by adapters, chosen by bootstrap."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from core.domain.answer import Answer, EditInputs, RawAnswer
from core.domain.costs import Accuracy, By, CostLine, Period
from core.domain.image import ImageRef
from core.domain.job import Ending, Job, JobState, StoredImage
from core.domain.ledger import Budgets, Entry, Spending
from core.domain.once import Once
from core.domain.request import EditRequest, GenerateRequest
from core.domain.stock import Kept
from core.errors import ProviderError

SETTLED = timedelta(hours=1)
"""A younger file may belong to a job that some process is just finishing: it is neither adopted nor removed."""


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def __call__(self) -> datetime: ...


class Spool(Protocol):
    """Takes a raw answer's bytes as they arrive; durable once ``commit`` returns."""

    def write(self, chunk: bytes) -> None: ...

    def commit(self) -> None: ...


class Line(Protocol):
    """One call's line to the journal: a provider tells it what happens, as it happens."""

    @property
    def api_key(self) -> str | None:
        """A visitor's own key, or None for the server's."""

    @property
    def safety_identifier(self) -> str:
        """Who asks, as a hash: stable for one visitor and meaning nothing to anybody else."""

    @property
    def position(self) -> int:
        """The place of this call's first image among the job's images, from 0."""

    async def sending(self) -> None:
        """The request leaves now; returns once that is on disk."""

    async def rejected(self, error: ProviderError, retry_in: float) -> None:
        """It was refused and certainly not billed; it will be sent again in ``retry_in`` seconds."""

    async def preview(self, data: bytes) -> None:
        """A partial image arrived, as encoded bytes."""

    def answering(self, *, media_type: str, request_id: str | None) -> AbstractContextManager[Spool]:
        """The answer begins; without ``commit`` only what is provably whole of it counts (``spooled``)."""


class Provider(Protocol):
    """One image service."""

    @property
    def name(self) -> str: ...

    async def generate(self, request: GenerateRequest, line: Line) -> None:
        """Ask for images; the raw answer has gone to the line's spool when this returns.

        Calls ``line.sending()`` just before the first byte leaves. Raises a ProviderError,
        whose ``billed`` says what is known about money. Cancelling the task closes the
        connection at once.
        """

    async def edit(self, request: EditRequest, inputs: EditInputs, line: Line) -> None:
        """As ``generate``, from images. ``request.size`` is the size of what comes back."""

    async def read(self, raw: RawAnswer) -> Answer:
        """Decode a spooled answer; fetches images that the answer only links to.

        Raises ProviderAnswerError if it is not an answer at all.
        """


class FileStore(Protocol):
    """Bytes on disk: spooled answers, images by content, thumbnails, previews."""

    def ensure_room(self, count: int) -> None:
        """Raise StorageError unless there is room on the disk for this many answers."""

    def spool(
        self, job_id: str, call: int, *, media_type: str, request_id: str | None
    ) -> AbstractContextManager[Spool]:
        """Open the spool of one call; whole once committed (fsynced, renamed)."""

    def spooled(self, job_id: str) -> dict[int, RawAnswer]:
        """The answers of a job that are on disk whole, by call number.

        Also what a kill or an error left uncommitted: a complete JSON document, and the
        complete lines of a stream.
        """

    def clear_spool(self, job_id: str, calls: Collection[int]) -> None:
        """Remove the spools of these calls of a job, once its images are stored."""

    def keep_spool(self, job_id: str) -> str:
        """Move a job's spool aside as evidence; returns the folder for people to look at."""

    def put_image(self, data: bytes, ref: ImageRef) -> None:
        """Write an image by its content hash (temp file, fsync, rename); a second put changes nothing."""

    def read_image(self, ref: ImageRef) -> bytes:
        """The image's bytes; raises NotFoundError if the file is gone."""

    def where(self, ref: ImageRef) -> str:
        """Where the image's bytes lie, as a person would look for them."""

    def put_input(self, data: bytes, ref: ImageRef) -> None:
        """Keep a picture that somebody brought, by its content hash, apart from what providers made."""

    def read_input(self, ref: ImageRef) -> bytes:
        """A picture that somebody brought; raises NotFoundError if its file is gone."""

    def remove_image(self, ref: ImageRef, *, older_than: datetime) -> bool:
        """Remove an image and its thumbnail; False if it is gone already, or was put more lately than that."""

    def kept(self) -> Iterator[Kept]:
        """Files and bytes of each kind, counted one by one: takes as long as the disk takes."""

    def free_bytes(self) -> int:
        """How much room is left where images are kept."""

    def put_thumbnail(self, sha256: str, data: bytes) -> None: ...

    def read_thumbnail(self, sha256: str) -> bytes | None: ...

    def put_preview(self, job_id: str, call: int, data: bytes) -> None:
        """Keep the newest preview of a call, in place of the one before."""

    def read_preview(self, job_id: str, call: int) -> bytes | None: ...

    def clear_previews(self, job_id: str) -> None: ...

    def images_on_disk(self, *, older_than: datetime) -> Iterator[ImageRef]:
        """Stored images written before that moment; their pixel sizes are not read and stand as 0."""

    def stray_images(self, *, older_than: datetime) -> Iterator[str]:
        """Where files written before that moment lie that are named as images are, but not in their places."""

    def jobs_with_spool(self) -> Iterator[str]:
        """The ids of the jobs that have a spool folder."""


class Journal(Protocol):
    """The jobs and the ledger: one database, whole transactions."""

    def open(
        self,
        job: Job,
        reserve: Entry,
        budgets: Budgets,
        *,
        lease_until: datetime,
        once: Once | None = None,
        limits: Budgets | None = None,
        rate: int | None = None,
        row: int | None = None,
    ) -> str:
        """Check the budgets and write job, calls and reservation, all or nothing; returns the job's id.

        It is an earlier job's, and nothing was written, where ``once`` recognises the request.
        ``limits`` and ``rate`` (requests per minute) are those of the job's API key. ``row`` is the place in
        the job's batch, which gets this job; JobStateError if it has one or the batch does not run. The lease says
        how long the process that took the request is trusted to be alive. Concurrent callers in any
        number of processes are served one after the other. Raises BudgetExceededError,
        TooManyRequestsError or IdempotencyConflictError.
        """

    def supersede(self, once: Once, owner: str) -> None:
        """Recognise the body of this new request, which made no job, no longer: its retry finds no older one's."""

    def forget_repeats(self, until: datetime) -> int:
        """Recognise requests no more that were made until then; returns how many."""

    def claim(self, job_id: str, worker: str, *, now: datetime, lease_until: datetime) -> Job | None:
        """Take a queued job and set it running; None if somebody else has it or it is not queued."""

    def mark_sent(self, job_id: str, call: int, *, now: datetime) -> None: ...

    def mark_unsent(self, job_id: str, call: int, *, error: str, stage: str) -> None:
        """The call was refused and will be sent again: it is planned once more."""

    def set_stage(self, job_id: str, stage: str) -> None: ...

    def count_preview(self, job_id: str) -> None:
        """One more preview of this job has arrived."""

    def beat(self, job_ids: Collection[str], *, lease_until: datetime) -> Collection[str]:
        """Extend the leases of these queued or running jobs; returns those somebody wants cancelled."""

    def request_cancel(self, job_id: str, *, now: datetime) -> None: ...

    def finish(self, job_id: str, ending: Ending, *, expected: Collection[JobState]) -> bool:
        """End a job in one transaction: state, calls, images and ledger entry.

        False, and nothing written, if the job is in none of the expected states. The job's
        ``held`` and ``charged`` move by the entry's ``held`` and ``spent``. Images are added
        to those the job has; a call of the ending replaces the call of the same number.
        """

    def adopt(self, job: Job, ending: Ending) -> None:
        """Write a job that never ran, ended and with its images; no money moves."""

    def get(self, job_id: str) -> Job:
        """The job with its calls and images; raises NotFoundError."""

    def jobs(
        self,
        *,
        owner: str | None = None,
        states: Collection[JobState] = (),
        held_only: bool = False,
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[Job, ...]:
        """Newest first; ``before`` is the last id of the previous page; no states means all."""

    def image(self, image_id: str) -> tuple[StoredImage, Job]:
        """An image and its job; raises NotFoundError."""

    def abandoned(self, now: datetime) -> tuple[Job, ...]:
        """Running jobs whose lease has run out."""

    def requeue(self, job_id: str) -> bool:
        """Set a running job that has sent nothing back to queued; False if it is not running."""

    def waiting(self, now: datetime) -> tuple[Job, ...]:
        """Queued jobs whose lease has run out, oldest first: their process died before they began."""

    def spending(self, account: str, *, since: datetime, until: datetime | None = None) -> Spending: ...

    def day_and_month(self, account: str, *, day: datetime, month: datetime) -> tuple[Spending, Spending]:
        """The spending since these two moments, in one look; every page shows it. ``month`` is the earlier one."""

    def entries(
        self, *, account: str | None = None, job_id: str | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Entry, ...]:
        """Ledger entries, newest first."""

    def cost_lines(self, account: str, by: By, period: Period, *, owner: str | None) -> tuple[CostLine, ...]:
        """The account's entries of a period, summed: days in order, all else dearest first.

        ``owner`` is whose collections are named; None means everybody's.
        """

    def accounts(self) -> tuple[str, ...]:
        """Those that have entries, by name."""

    def accuracy(self, account: str, period: Period) -> tuple[Accuracy, ...]:
        """Estimates beside costs, a line per model, dearest first."""

    def doubtful(self, account: str, period: Period, *, limit: int = 50) -> tuple[Job, ...]:
        """Jobs that may have been billed, or whose cost is an estimate."""

    def correct(self, entry: Entry) -> None:
        """Append a correction of a final job, whose charge and pictures' shares follow.

        Raises JobStateError for a job that is not final or holds money.
        """

    def tune(self) -> None:
        """Look at how the rows are spread, so that later reads are planned well; takes milliseconds."""

    def image_refs(self) -> tuple[ImageRef, ...]:
        """The contents of all images that were not deleted for good."""

    def problems(self) -> tuple[str, ...]:
        """What the database itself finds wrong with its file; empty if it is whole."""

    def known_images(self, hashes: Sequence[str]) -> set[str]:
        """Which of these content hashes belong to an image row."""

    def purged_images(self, hashes: Sequence[str]) -> set[str]:
        """Which of them belong only to image rows that were deleted for good."""


OnPreview = Callable[[int, bytes], None]
"""Learns a partial image as it comes: the number of its call, and its encoded bytes."""


class Queue(Protocol):
    """Runs jobs by id; the journal decides whether a job may run."""

    def put(
        self, job_id: str, *, api_key: str | None = None, on_preview: OnPreview | None = None, later: bool = False
    ) -> None:
        """Run a job; one put ``later`` lets all others go first.

        ``on_preview`` is called from another thread, and only if the job runs in this process.
        """

    def cancel(self, job_id: str) -> None:
        """Stop a job this process is running; does nothing for another's."""


class JobQueue(Queue, Protocol):
    """A queue as the workbench keeps it: it watches, and comes to an end."""

    @property
    def draining(self) -> bool:
        """Whether it has been told to stop, and takes nothing any more."""

    def watch(self, sweep: Callable[[], None]) -> None:
        """Call ``sweep`` now and every few seconds from here on, for a process that stays."""

    def holds(self, job_id: str) -> bool:
        """Whether somebody alive looks after this job."""

    def running(self, job_id: str) -> Future[None] | None:
        """What is done when a job of this process has ended; None if it is not here."""

    def drain(self, timeout: float) -> bool:
        """Start nothing new and wait for what runs; True if all of it ended within ``timeout`` seconds."""

    def close(self) -> None: ...
