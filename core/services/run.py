"""The road from a queued job to stored, settled images (steps 5 to 10 of the one road).

    claim ─> send each call ─> spool its raw answer ─> read ─> store images ─> settle
               │                    ▲
               └── killed here: unknown, unless the spool has it ──┘

What is on disk decides: ``finish`` works from the spool alone, so a restart goes on where a
kill stopped it and pays for nothing twice.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256

from core.domain.answer import Answer, EditInputs, RawAnswer
from core.domain.image import ImageRef
from core.domain.job import Call, CallState, Job
from core.domain.model import Model
from core.domain.request import EditRequest, GenerateRequest, Request
from core.errors import (
    GessoError,
    InvalidRequestError,
    JobStateError,
    NotFoundError,
    OutcomeUnknownError,
    ProviderAnswerError,
    ProviderError,
    ProviderUnavailableError,
    StorageError,
)
from core.services.calls import CallLoop
from core.services.editing import Editor
from core.services.finishing import Finisher, ReadCall
from core.services.keeping import Keeper
from core.services.ports import Clock, FileStore, Journal, Line, OnPreview, Provider, Spool

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How one call ended, as this process saw it."""

    call: Call
    error: GessoError | None = None
    cancelled: bool = False

    @property
    def waits_for_storage(self) -> bool:
        """Whether nothing was sent, because the journal could not be written at that moment."""
        return isinstance(self.error, StorageError) and self.call.state is CallState.REJECTED


class Runner:
    """Runs jobs of this process; several threads may call its methods at once.

    ``limit`` says how many seconds a provider may take for a job's requests, tries and pauses included.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        files: FileStore,
        providers: Mapping[str, Provider],
        find_model: Callable[[str, str], Model],
        editor: Editor,
        calls: CallLoop,
        clock: Clock,
        worker: str,
        lease: timedelta,
        thumbnail_soon: Callable[[ImageRef], None],
        limit: Callable[[Job], float | None],
    ) -> None:
        self._limit = limit
        self._journal = journal
        self._files = files
        self._providers = providers
        self._calls = calls
        self._clock = clock
        self._worker = worker
        self._lease = lease
        self._editor = editor
        keeper = Keeper(files=files, editor=editor, clock=clock, thumbnail_soon=thumbnail_soon)
        self._finisher = Finisher(journal=journal, files=files, find_model=find_model, keeper=keeper, clock=clock)

    def send(
        self, job_id: str, *, api_key: str | None = None, on_preview: OnPreview | None = None
    ) -> Callable[[], None] | None:
        """Take the job if it is still queued and ask its provider; returns once the answers are on disk.

        What is returned finishes the job and needs no provider, so that the next job may be sent
        meanwhile. None if the job is not ours to run, or is over already.
        """
        now = self._clock()
        job = self._journal.claim(job_id, self._worker, now=now, lease_until=now + self._lease)
        if job is None:
            return None
        try:
            self._files.ensure_room(job.request.n)
            inputs = self._editor.prepare(job.request) if isinstance(job.request, EditRequest) else None
        except (StorageError, NotFoundError, InvalidRequestError) as error:
            self._refuse(job, error)
            return None
        try:
            outcomes = self._ask(job, inputs, api_key, on_preview)
        except JobStateError as error:
            # Another process took this one for dead and has the job now, or this one is closing. The journal lets
            # nothing out twice, and whoever sweeps next brings the job to a truthful state.
            log.warning("Job %s is left as the journal has it: %s", job_id, error)
            return None
        if all(outcome.waits_for_storage for outcome in outcomes) and self._journal.requeue(job_id):
            log.warning("Job %s waits again, because nothing of it was sent: %s", job_id, outcomes[0].error)
            return None
        return partial(self.finish, job, outcomes)

    def beat(self, job_ids: Collection[str]) -> None:
        """Keep the leases of these jobs and cancel those somebody asked to."""
        for job_id in self._journal.beat(job_ids, lease_until=self._clock() + self._lease):
            self._calls.cancel(job_id)

    def let_go(self, job_ids: Collection[str]) -> None:
        """Leave these queued jobs to whoever sweeps next, without the wait for our lease to run out."""
        self._journal.beat(job_ids, lease_until=self._clock())

    def cancel(self, job_id: str) -> None:
        """Cancel the calls of a job this process runs."""
        self._calls.cancel(job_id)

    def recover(self, job: Job) -> None:
        """Bring a job whose worker died to a truthful state; nothing is sent."""
        spooled = self._files.spooled(job.id)
        sent = [call for call in job.calls if call.state in (CallState.SENT, CallState.ANSWERED)]
        if not spooled and not sent:
            self._journal.requeue(job.id)
            return
        self.finish(job, [Outcome(call=call) for call in job.calls], wrote_it=False)

    def look_again(self, job: Job) -> bool:
        """Finish a job from its spool after all; False if no answer lies there."""
        if job.images or not self._files.spooled(job.id):
            return False
        self.finish(job, [Outcome(call=call) for call in job.calls], wrote_it=False)
        return True

    def finish(self, job: Job, outcomes: Sequence[Outcome], *, wrote_it: bool = True) -> None:
        """Read the spooled answers, store their images and settle the job.

        What another process wrote (``wrote_it`` is False) stays on disk unless it could be read: who was taken for
        dead may be alive after all, and its answer be arriving.
        """
        spooled = self._files.spooled(job.id)
        provider = self._providers[job.provider]
        raws = [spooled.get(outcome.call.number) for outcome in outcomes]
        answers = self._calls.run(f"{job.id}/read", [_read(provider, raw) for raw in raws], to_the_end=True)
        parts: tuple[Request, ...] = job.request.calls()
        reads = [
            ReadCall(
                call=_as_on_disk(outcome.call, raw),
                asked=part.n,
                answer=answer,
                error=error if raw is not None else outcome.error,
                may_clear=wrote_it or raw is not None,
            )
            for outcome, part, raw, (answer, error) in zip(outcomes, parts, raws, answers, strict=True)
        ]
        self._finisher.finish(job, reads, cancelled=any(outcome.cancelled for outcome in outcomes))

    def _ask(
        self, job: Job, inputs: EditInputs | None, api_key: str | None, on_preview: OnPreview | None
    ) -> list[Outcome]:
        """Send all calls side by side and wait for them."""
        parts: tuple[Request, ...] = job.request.calls()
        lines = [
            JournalLine(self._journal, self._files, job, call, api_key, self._clock, on_preview) for call in job.calls
        ]
        sending = [self._send(job, part, inputs, line) for line, part in zip(lines, parts, strict=True)]
        outcomes = self._calls.run(job.id, sending)
        self._journal.set_stage(job.id, "storing")
        return outcomes

    def _refuse(self, job: Job, error: GessoError) -> None:
        """End a job that was not sent: its answer could not be kept, or its pictures are gone."""
        rejected = [replace(call, state=CallState.REJECTED) for call in job.calls]
        reads = [ReadCall(call=call, asked=1, answer=None, error=error, may_clear=True) for call in rejected]
        self._finisher.finish(job, reads, cancelled=False)

    async def _send(self, job: Job, part: Request, inputs: EditInputs | None, line: "JournalLine") -> Outcome:
        seconds = self._limit(job)
        try:
            async with asyncio.timeout(seconds) as clock:
                await _call(self._providers[job.provider], part, inputs, line)
        except TimeoutError:
            if not clock.expired():
                raise
            told = f"{job.provider} gave no answer within {seconds:.0f} s."
            lost = OutcomeUnknownError(f"{told} The request may have been billed.", provider=job.provider)
            given_up = ProviderUnavailableError(f"{told} Nothing was charged.", provider=job.provider)
            return Outcome(call=line.ended(CallState.UNKNOWN), error=lost if line.sent else given_up)
        except asyncio.CancelledError:
            # Swallowed on purpose: this task is ours, and how the call stands must be kept.
            error = JobStateError(
                "Cancelled after it had been sent: it may have been billed." if line.sent else "Cancelled."
            )
            return Outcome(call=line.ended(CallState.UNKNOWN), error=error, cancelled=True)
        except ProviderError as error:
            state = CallState.REJECTED if error.billed is False else CallState.UNKNOWN
            return Outcome(call=replace(line.ended(state), request_id=error.request_id), error=error)
        except StorageError as error:
            return Outcome(call=line.ended(CallState.UNKNOWN), error=error)
        return Outcome(call=line.ended(CallState.ANSWERED))


class JournalLine:
    """A call's line to the journal and the spool (the ``Line`` port)."""

    def __init__(
        self, journal: Journal, files: FileStore, job: Job, call: Call, api_key: str | None, clock: Clock,
        on_preview: OnPreview | None,
    ) -> None:  # fmt: skip
        self._journal = journal
        self._files = files
        self._job_id = job.id
        self.safety_identifier = sha256(f"gesso:{job.owner}".encode()).hexdigest()
        self._call = call
        self._clock = clock
        self._on_preview = on_preview
        self.api_key = api_key
        self.position = call.number  # several calls ask for one image each
        self.sent = False

    async def sending(self) -> None:
        now = self._clock()
        self._call = replace(self._call, attempts=self._call.attempts + 1, sent_at=now)
        await asyncio.to_thread(self._journal.mark_sent, self._job_id, self._call.number, now=now)
        self.sent = True

    async def rejected(self, error: ProviderError, retry_in: float) -> None:
        self.sent = False
        stage = f"{error} Trying again in {retry_in:.0f} s."
        await asyncio.to_thread(
            self._journal.mark_unsent, self._job_id, self._call.number, error=error.code, stage=stage
        )

    async def preview(self, data: bytes) -> None:
        await asyncio.to_thread(self._keep_preview, data)

    def answering(self, *, media_type: str, request_id: str | None) -> AbstractContextManager[Spool]:
        self._call = replace(self._call, request_id=request_id)
        return self._files.spool(self._job_id, self._call.number, media_type=media_type, request_id=request_id)

    def ended(self, state: CallState) -> Call:
        """The call in its last state; what never left was rejected, whatever stopped it."""
        return replace(self._call, state=state if self.sent else CallState.REJECTED)

    def _keep_preview(self, data: bytes) -> None:
        self._files.put_preview(self._job_id, self._call.number, data)
        self._journal.count_preview(self._job_id)
        if self._on_preview is not None:
            self._on_preview(self._call.number, data)


async def _call(provider: Provider, request: Request, inputs: EditInputs | None, line: Line) -> None:
    match request:
        case GenerateRequest():
            await provider.generate(request, line)
        case EditRequest() if inputs is not None:
            await provider.edit(request, inputs, line)
        case _:
            raise ValueError("an edit without its files")


async def _read(provider: Provider, raw: RawAnswer | None) -> tuple[Answer | None, ProviderAnswerError | None]:
    if raw is None:
        return None, None
    try:
        return await provider.read(raw), None
    except ProviderAnswerError as error:
        return None, error


def _as_on_disk(call: Call, raw: RawAnswer | None) -> Call:
    """What the spool holds was answered; what was sent and is not there has an unknown outcome.

    Nor is an answer there that another process took, when it thought that this one was dead; then the job is over.
    """
    if raw is not None:
        return replace(call, state=CallState.ANSWERED, request_id=raw.request_id)
    return replace(call, state=CallState.UNKNOWN) if call.state in (CallState.SENT, CallState.ANSWERED) else call
