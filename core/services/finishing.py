"""The end of the road: the job's last state and the ledger's entry for it, in one transaction."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.answer import Answer
from core.domain.job import Call, CallState, Delivered, Ending, Job, JobError, JobState
from core.domain.ledger import Entry, EntryKind
from core.domain.model import Model
from core.domain.settlement import CallBill, Settlement, settle
from core.domain.unheeded import remarks
from core.domain.usage import Usage
from core.errors import GessoError, InvalidImageError, RateLimitedError
from core.imaging.codec import is_opaque
from core.services.keeping import Keeper, Kept
from core.services.ports import Clock, FileStore, Journal

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadCall:
    """A call that has ended: what was asked of it, and the answer or the error it brought."""

    call: Call
    asked: int
    answer: Answer | None
    error: GessoError | None
    may_clear: bool
    """Whether what lies on disk of it is no longer needed: it was read, or will not be written to any more."""


class Finisher:
    """Turns ended calls into stored images and one transaction."""

    def __init__(
        self,
        *,
        journal: Journal,
        files: FileStore,
        find_model: Callable[[str, str], Model],
        keeper: Keeper,
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._files = files
        self._find_model = find_model
        self._keeper = keeper
        self._clock = clock

    def finish(self, job: Job, reads: Sequence[ReadCall], *, cancelled: bool) -> None:
        """Store first, then write everything in one transaction, then clear the spool.

        An answer of which something could not be read is moved aside before, as evidence.
        """
        kept = self._keeper.keep(job, [(read.asked, read.answer) for read in reads])
        settled = self._settle(job, reads)
        unread = any(read.call.state is CallState.ANSWERED and read.answer is None for read in reads)
        if kept.problems or unread:
            log.warning("Job %s: the raw answer is kept in %s", job.id, self._files.keep_spool(job.id))
        while not _is_done(current := self._journal.get(job.id), kept):
            ending = self._ending(current, reads, kept, settled, cancelled)
            if self._journal.finish(job.id, ending, expected={current.state}):
                break
        self._files.clear_spool(job.id, [read.call.number for read in reads if read.may_clear])
        self._files.clear_previews(job.id)

    def _settle(self, job: Job, reads: Sequence[ReadCall]) -> Settlement:
        model = self._find_model(job.provider, job.request.model)
        bills = [
            CallBill(
                state=_billed_state(read),
                asked=read.asked,
                images=len(read.answer.images) if read.answer else 0,
                usage=read.answer.usage if read.answer else None,
            )
            for read in reads
        ]
        author = Decimal(model.svg_author_usd or 0)
        return settle(bills, reserved=job.held, prices=model.prices, svg_author=author, image_price=model.image_price)

    def _ending(
        self,
        job: Job,
        reads: Sequence[ReadCall],
        kept: Kept,
        settled: Settlement,
        cancelled: bool,
    ) -> Ending:
        usages = [read.answer.usage for read in reads if read.answer and read.answer.usage]
        usage = sum(usages[1:], usages[0]) if usages else None
        state = _final_state(job, reads, len(kept.results), cancelled)
        return Ending(
            state=state,
            finished_at=self._clock(),
            calls=tuple(replace(read.call, state=_billed_state(read)) for read in reads),
            images=kept.images,
            entry=self._entry(job, settled, usage),
            cost=settled.cost if settled.charged or not settled.held else None,
            cost_is_estimated=settled.estimated,
            usage=usage,
            delivered=_delivered(job, reads, kept),
            error=_error(job, state, reads, kept.problems, len(kept.results)),
        )

    def _entry(self, job: Job, settled: Settlement, usage: Usage | None) -> Entry | None:
        freed = job.held - settled.held
        if not freed and not settled.charged:
            return None
        model = self._find_model(job.provider, job.request.model)
        return job.entry(
            EntryKind.SETTLE if settled.charged else EntryKind.RELEASE,
            now=self._clock(),
            held=-freed,
            spent=settled.charged,
            usage=usage.to_json() if usage else None,
            prices=model.prices.to_json() if model.prices else None,
            note="counted at the estimate" if settled.estimated else "",
        )


def _delivered(job: Job, reads: Sequence[ReadCall], kept: Kept) -> Delivered:
    """What the provider says it made, and what it did not heed."""
    answers = [read.answer for read in reads if read.answer is not None]
    told = answers[0].delivered if answers else Delivered()
    counts = [(read.asked, len(read.answer.images)) for read in reads if read.answer and not read.answer.problems]
    opaque = job.request.background == "transparent" and _all_opaque(answers)
    unheeded = remarks(job.request, told, kept.results, kept.answers, counts=counts, opaque=opaque)
    waits = [read.error.retry_after or 0 for read in reads if isinstance(read.error, RateLimitedError)]
    return replace(told, remarks=(*unheeded, *kept.remarks), retry_after=max(waits, default=0) or None)


def _all_opaque(answers: Sequence[Answer]) -> bool:
    """Whether no image of these lets anything through; False as well where one cannot be read."""
    images = [image.data for answer in answers for image in answer.images]
    try:
        return bool(images) and all(is_opaque(data) for data in images)
    except InvalidImageError:
        return False


def _is_done(current: Job, kept: Kept) -> bool:
    """Whether another process has ended the job meanwhile and nothing can be added to it."""
    return bool(current.images) or (current.state.is_final and not kept.results)


def _billed_state(read: ReadCall) -> CallState:
    """An answer that is no answer, or an empty one without usage, leaves open whether it was billed."""
    if read.call.state is not CallState.ANSWERED:
        return read.call.state
    if read.answer is None:
        return CallState.UNKNOWN
    return CallState.ANSWERED if read.answer.images or read.answer.usage else CallState.UNKNOWN


def _final_state(job: Job, reads: Sequence[ReadCall], images: int, cancelled: bool) -> JobState:
    if images:
        return JobState.SUCCEEDED if images >= job.request.n else JobState.PARTIAL
    if cancelled:
        return JobState.CANCELLED
    answered = any(read.answer is not None for read in reads)
    unknown = any(_billed_state(read) is CallState.UNKNOWN for read in reads)
    return JobState.UNKNOWN if unknown and not answered else JobState.FAILED


def _error(
    job: Job, state: JobState, reads: Sequence[ReadCall], problems: Sequence[str], images: int
) -> JobError | None:
    if state is JobState.SUCCEEDED and not problems:
        return None
    errors = [read.error for read in reads if read.error is not None]
    sentences = list(dict.fromkeys([*(str(error) for error in errors), *problems]))
    if state is JobState.PARTIAL:
        sentences.insert(0, f"{images} of {job.request.n} images arrived.")
    elif not sentences and state is JobState.FAILED:
        sentences.append("The provider answered without an image.")
    elif not sentences:
        sentences.append("The program stopped while it waited for the answer: the request may have been billed.")
    if problems:
        sentences.append("The raw answer is kept, so nothing that was paid for is thrown away.")
    code = errors[0].code if errors else {JobState.UNKNOWN: "outcome_unknown"}.get(state, "provider_answer")
    return JobError(code=code, message=" ".join(sentences))
