"""After a crash: what was answered is finished for free, what is open is called unknown."""

import logging
from dataclasses import replace

from core.domain.ids import new_id
from core.domain.job import CallState, Ending, Job, JobError, JobState
from core.domain.ledger import Entry, EntryKind
from core.domain.money import ZERO
from core.domain.visitor import is_visitor_account
from core.services.ports import Clock, Journal, Queue
from core.services.run import Runner

log = logging.getLogger(__name__)


class Sweeper:
    """Looks for jobs whose process died; safe to run in any number of processes."""

    def __init__(self, *, journal: Journal, runner: Runner, queue: Queue, clock: Clock) -> None:
        self._journal = journal
        self._runner = runner
        self._queue = queue
        self._clock = clock

    def sweep(self) -> None:
        """Recover what was running and take up what was waiting."""
        self.recover_abandoned()
        self.enqueue_waiting()

    def recover_abandoned(self) -> int:
        """Bring jobs whose lease ran out to a truthful state; sends nothing. Returns how many."""
        abandoned = self._journal.abandoned(self._clock())
        for job in abandoned:
            log.warning("Job %s was left running by a process that died", job.id)
            self._runner.recover(job)
        return len(abandoned)

    def enqueue_waiting(self) -> int:
        """Queue again what was queued when its process died. Returns how many."""
        waiting = self._journal.waiting(self._clock())
        for job in waiting:
            if is_visitor_account(job.account):
                self._give_up(job)
            else:
                self._queue.put(job.id)
        return len(waiting)

    def _give_up(self, job: Job) -> None:
        """A visitor's key is kept nowhere, so their waiting jobs cannot be taken up again."""
        now = self._clock()
        ending = Ending(
            state=JobState.FAILED,
            finished_at=now,
            calls=tuple(replace(call, state=CallState.REJECTED) for call in job.calls),
            entry=Entry(
                id=new_id(),
                job_id=job.id,
                account=job.account,
                provider=job.provider,
                model=job.request.model,
                kind=EntryKind.RELEASE,
                held=-job.held,
                note="the server restarted",
                created_at=now,
                counted_at=job.created_at,
            ),
            cost=ZERO,
            error=JobError(
                code="key_gone",
                message="The server restarted before this was sent, and your own key is kept nowhere. Run it again.",
            ),
        )
        self._journal.finish(job.id, ending, expected={JobState.QUEUED})
