"""The studio: submit a request, watch its job, cancel it, resolve what stayed unknown.

Steps 1 to 4 of the one road: check, estimate, reserve, enqueue. Every door comes through here.
"""

import time
from collections.abc import Callable, Collection
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from core.domain.batch import RowRef
from core.domain.estimate import estimate
from core.domain.ids import new_id
from core.domain.job import Call, CallState, Ending, Job, JobError, JobState
from core.domain.ledger import Budgets, EntryKind
from core.domain.model import Model
from core.domain.money import ZERO, usd_text
from core.domain.once import Once
from core.domain.request import EditRequest, Request
from core.domain.usage import Estimate
from core.domain.visitor import Visitor
from core.errors import BudgetExceededError, JobStateError, NotFoundError, TooManyRequestsError
from core.services.editing import Editor
from core.services.ports import Clock, Journal, OnPreview, Queue
from core.services.routing import Router
from core.services.run import Runner


class Resolution(StrEnum):
    """What somebody says became of a request whose outcome is unknown."""

    LOOK_AGAIN = "look-again"
    NOT_BILLED = "not-billed"
    BILLED = "billed"
    SEND_AGAIN = "send-again"


class Studio:
    """What people do with jobs; safe to use from many threads."""

    def __init__(
        self,
        *,
        journal: Journal,
        queue: Queue,
        runner: Runner,
        router: Router,
        editor: Editor,
        budgets: Budgets,
        unknown_price: Decimal,
        shared: bool,
        lease: timedelta,
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._queue = queue
        self._runner = runner
        self.router = router
        self._editor = editor
        self._budgets = budgets
        self._unknown_price = unknown_price
        self._shared = shared
        self._lease = lease
        self._clock = clock

    def provider_of(self, visitor: Visitor) -> str:
        """Which provider serves this visitor where a request names none: their own key goes to the real one."""
        return self.router.provider_of(visitor)

    def account_of(self, visitor: Visitor, model_name: str | None = None) -> str:
        """Whose money this visitor spends, on a model of this name."""
        provider = self.provider_of(visitor) if model_name is None else self.router.route(model_name, visitor).provider
        return visitor.account(provider)

    def model(self, name: str, visitor: Visitor) -> Model:
        """The model of this name (``provider/model``, or an id alone) as its provider has it; raises NotFoundError."""
        return self.router.model(name, visitor)

    def again(self, job: Job, visitor: Visitor) -> Request:
        """A job's request, to be asked once more of the provider that it went to."""
        return self.router.again(job, visitor)

    def plan(self, request: Request, visitor: Visitor) -> Request:
        """The request as it will be sent: an edit learns its frame, that is, which part goes out at which size.

        Raises InvalidRequestError if nothing is selected.
        """
        if isinstance(request, EditRequest):
            return self._editor.plan(request, self.model(request.model, visitor))
        return request

    def estimate(self, request: Request, visitor: Visitor) -> Estimate:
        """Check a request against its model and price it; nothing is written."""
        return self._price(self.plan(request, visitor), visitor)

    def _price(self, planned: Request, visitor: Visitor) -> Estimate:
        model = self.model(planned.model, visitor)
        model.check(planned, self._clock().date())
        return estimate(model, planned, unknown_price=self._unknown_price)

    def submit(
        self,
        request: Request,
        visitor: Visitor,
        *,
        max_cost: Decimal | None = None,
        on_preview: OnPreview | None = None,
        once: Once | None = None,
        row: RowRef | None = None,
    ) -> Job:
        """Check, price, reserve and enqueue; returns the queued job at once.

        Raises UnsupportedOptionError, NotFoundError (model), BudgetExceededError,
        TooManyRequestsError, IdempotencyConflictError or JobStateError (the ``row`` of a batch that
        the job is for has one already), and then nothing was written. ``max_cost``
        is a limit in USD for this one request; ``on_preview`` learns partial images from another
        thread, if the job runs in this process. Where ``once`` recognises the request, the job
        that it made before is returned as it stands now.
        """
        request = self.plan(request, visitor)
        price = self._price(request, visitor)
        if max_cost is not None and price.held > max_cost:
            raise BudgetExceededError(
                f"This may cost up to {usd_text(price.held)}, more than the {usd_text(max_cost)} you allowed.",
                limit=max_cost,
                spent=ZERO,
                estimate=price.held,
            )
        job = self._new_job(request, visitor, price, row)
        reserve = job.entry(EntryKind.RESERVE, now=job.created_at, held=price.held, note=price.text)
        try:
            opened = self._journal.open(
                job,
                reserve,
                self._budgets,
                lease_until=job.created_at + self._lease,
                once=once,
                limits=visitor.limits,
                rate=visitor.rate,
                row=row.position if row else None,
            )
        except (BudgetExceededError, TooManyRequestsError):
            if once is not None:
                self._journal.supersede(once, job.owner)
            raise
        if opened != job.id:
            return self._journal.get(opened)
        self._queue.put(job.id, api_key=visitor.api_key, on_preview=on_preview, later=row is not None)
        return job

    def job(self, job_id: str, visitor: Visitor) -> Job:
        """The job as it stands; raises NotFoundError also when it is somebody else's."""
        job = self._journal.get(job_id)
        if not self._shared and not visitor.sees(job.owner):
            raise NotFoundError(f"There is no job {job_id}.", kind="job", id=job_id)
        return job

    def jobs(
        self,
        visitor: Visitor,
        *,
        states: Collection[JobState] = (),
        held_only: bool = False,
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[Job, ...]:
        """This visitor's jobs, newest first."""
        owner = None if self._shared or visitor.operator else visitor.owner
        return self._journal.jobs(owner=owner, states=states, held_only=held_only, before=before, limit=limit)

    def cancel(self, job_id: str, visitor: Visitor) -> Job:
        """Stop a job: a queued one at once, a running one within about a second, wherever it runs."""
        job = self.job(job_id, visitor)
        self._journal.request_cancel(job_id, now=self._clock())
        if not self._end_unsent(job, "Cancelled"):
            self._queue.cancel(job_id)
        return self._journal.get(job_id)

    def cancel_unsent(self, job_id: str, visitor: Visitor) -> bool:
        """Stop a job that still waits; False if it runs, and then it runs on, or is over."""
        return self._end_unsent(self.job(job_id, visitor), "Cancelled")

    def take_back(self, job_id: str, visitor: Visitor) -> bool:
        """As ``cancel_unsent``, for the job of a batch that pauses: its row waits again."""
        return self._end_unsent(self.job(job_id, visitor), "The batch was paused", row_waits=True)

    def wait(self, job_id: str, *, seen: Callable[[Job], None], interval: float = 0.1) -> Job:
        """Block until the job is final, calling ``seen`` at each look; for doors that may wait."""
        while not (job := self._journal.get(job_id)).state.is_final:
            seen(job)
            time.sleep(interval)
        return job

    def resolve(self, job_id: str, resolution: Resolution, visitor: Visitor) -> Job:
        """Settle a job that may have been billed; returns it, or the new job for SEND_AGAIN.

        SEND_AGAIN counts the old request as billed, since nobody can tell, and submits a new one.
        Raises JobStateError if nothing of the job is open.
        """
        job = self.job(job_id, visitor)
        if not job.may_have_been_billed:
            raise JobStateError(f"Job {job_id} is {job.state.value} and settled; there is nothing to resolve.")
        match resolution:
            case Resolution.LOOK_AGAIN:
                if not self._runner.look_again(job):
                    raise JobStateError("No answer to this request is on the disk. Say whether it was billed instead.")
            case Resolution.NOT_BILLED:
                self._close(job, spent=ZERO, message="Marked as not billed.")
            case Resolution.BILLED:
                self._close(job, spent=job.held, message="Marked as billed at its estimate.")
            case Resolution.SEND_AGAIN:
                again = self.submit(self.again(job, visitor), visitor)
                self._close(job, spent=job.held, message=f"Counted as billed; sent again as {again.id}.")
                return again
        return self._journal.get(job_id)

    def _end_unsent(self, job: Job, why: str, *, row_waits: bool = False) -> bool:
        if job.state is not JobState.QUEUED:
            return False
        told = f"{why} before it was sent"
        error = JobError(code="cancelled", message=f"{told}; nothing was charged.")
        ending = job.unsent(JobState.CANCELLED, error, now=self._clock(), note=told, row_waits=row_waits)
        return self._journal.finish(job.id, ending, expected={JobState.QUEUED})

    def _close(self, job: Job, *, spent: Decimal, message: str) -> None:
        ending = Ending(
            state=JobState.FAILED if job.state is JobState.UNKNOWN else job.state,
            finished_at=job.finished_at or self._clock(),
            calls=job.calls,
            entry=job.entry(EntryKind.RESOLVE, now=self._clock(), held=-job.held, spent=spent, note=message),
            cost=(job.cost or ZERO) + spent,
            cost_is_estimated=job.cost_is_estimated or bool(spent),
            usage=job.usage,
            delivered=job.delivered,
            error=JobError(code=job.error.code if job.error else "resolved", message=_with_note(job, message)),
        )
        if not self._journal.finish(job.id, ending, expected={job.state}):
            raise JobStateError(f"Job {job.id} changed while you resolved it. Look at it again.")

    def _new_job(self, request: Request, visitor: Visitor, price: Estimate, row: RowRef | None) -> Job:
        now = self._clock()
        provider, sent = self.router.sent(request, visitor)
        return Job(
            id=new_id(int(now.timestamp() * 1000)),
            owner=visitor.owner,
            account=visitor.account(provider),
            provider=provider,
            request=sent,
            state=JobState.QUEUED,
            stage="queued",
            created_at=now,
            estimate_low=price.low,
            estimate_high=price.high,
            held=price.held,
            calls=tuple(Call(number=number, state=CallState.PLANNED) for number in range(len(request.calls()))),
            key_id=visitor.key_id,
            batch_id=row.batch_id if row else None,
        )


def _with_note(job: Job, note: str) -> str:
    return f"{job.error.message} {note}" if job.error else note
