"""After a crash: what was answered is finished for free, what is open is called unknown.

running, lease out   spooled -> finished; sent -> unknown; never sent -> queued again
unknown, spool here  finished after all (another machine could not see the spool)
queued, lease out    taken up by this process, or given up if its key is gone or somebody cancelled it
spool of a settled job              removed
image file only deleted images have removed
image file that no row knows        adopted into a job called "Recovered"
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from core.domain.ids import new_id
from core.domain.image import ImageRef
from core.domain.job import Ending, Job, JobError, JobState, StoredImage
from core.domain.money import ZERO
from core.domain.once import REMEMBERED
from core.domain.request import MAX_IMAGES, GenerateRequest
from core.domain.visitor import is_visitor_account
from core.errors import InvalidImageError, NotFoundError
from core.imaging.codec import image_ref
from core.services.ports import SETTLED, Clock, FileStore, Journal, Queue
from core.services.run import Runner

log = logging.getLogger(__name__)

RECOVERED = "recovered"
SWEEPS_PER_TUNING = 500
CANCELLED = JobError(code="cancelled", message="Cancelled before it was sent; nothing was charged.")
KEY_GONE = JobError(
    code="key_gone",
    message="The server restarted before this was sent, and your own key is kept nowhere. Run it again.",
)
"""A visitor's key is kept nowhere, so their waiting jobs cannot be taken up again."""


class Sweeper:
    """Looks for jobs whose process died; safe to run in any number of processes."""

    def __init__(
        self,
        *,
        journal: Journal,
        files: FileStore,
        runner: Runner,
        queue: Queue,
        clock: Clock,
        patience: timedelta,
        keep_house: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._files = files
        self._keep_house = keep_house
        self._patience = patience
        self._sweeps = 0
        self._runner = runner
        self._queue = queue
        self._clock = clock

    def sweep(self) -> None:
        """Recover what was running and take up what was waiting; tidy the disk, once, at the second sweep."""
        self.recover_abandoned()
        self.enqueue_waiting()
        if self._sweeps == 0:
            self.finish_unknown()
        if self._sweeps % SWEEPS_PER_TUNING == 0:
            self._journal.tune()
            self._journal.forget_repeats(self._clock() - REMEMBERED)
            self._keep_house()
        if self._sweeps == 1:
            self.clear_settled_spools()
            self.adopt_orphans()
            self.remove_leftovers()
        self._sweeps += 1

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
        taken = [job for job in waiting if not self._given_up(job)]
        # Whoever sweeps next leaves them alone for as long as a queue may take.
        self._journal.beat([job.id for job in taken], lease_until=self._clock() + self._patience)
        for job in taken:
            self._queue.put(job.id, later=job.batch_id is not None)
        return len(waiting)

    def finish_unknown(self) -> int:
        """Finish jobs that were called unknown elsewhere and whose answers lie on this disk. Returns how many.

        Spools are not shared: while this machine was down another one's sweep could not see them.
        """
        finished = 0
        for job_id in self._files.jobs_with_spool():
            try:
                job = self._journal.get(job_id)
            except NotFoundError:
                continue
            if job.state is JobState.UNKNOWN and job.held and self._runner.look_again(job):
                log.warning("Job %s was called unknown; its answer was here and is kept", job_id)
                finished += 1
        return finished

    def clear_settled_spools(self) -> int:
        """Remove what a kill left of jobs that are stored and settled, and pieces of answers of resolved ones.

        Returns how many. A whole answer is never removed before it was read.
        """
        cleared = 0
        for job_id in self._files.jobs_with_spool():
            try:
                job = self._journal.get(job_id)
            except NotFoundError:
                continue
            if job.state.is_final and not job.held and (job.images or not self._files.spooled(job_id)):
                self._files.clear_spool(job_id, [call.number for call in job.calls])
                cleared += 1
        return cleared

    def adopt_orphans(self) -> int:
        """Give every old image file without a row a place in the history. Returns how many."""
        candidates = {ref.sha256: ref for ref in self._files.images_on_disk(older_than=self._clock() - SETTLED)}
        known = self._journal.known_images(tuple(candidates))
        orphans = [
            whole for sha256, ref in sorted(candidates.items()) if sha256 not in known and (whole := self._whole(ref))
        ]
        for start in range(0, len(orphans), MAX_IMAGES):
            self._adopt(orphans[start : start + MAX_IMAGES])
        return len(orphans)

    def remove_leftovers(self) -> int:
        """Remove the bytes of pictures that were deleted for good when their files were too young. Returns how many."""
        limit = self._clock() - SETTLED
        candidates = {ref.sha256: ref for ref in self._files.images_on_disk(older_than=limit)}
        purged = self._journal.purged_images(tuple(candidates))
        return sum(self._files.remove_image(candidates[sha256], older_than=limit) for sha256 in sorted(purged))

    def _whole(self, ref: ImageRef) -> ImageRef | None:
        try:
            found = image_ref(self._files.read_image(ref))
        except InvalidImageError as error:
            log.warning("The file of %s is no whole image and is left alone: %s", ref.sha256, error)
            return None
        except NotFoundError:  # somebody has removed it since it was listed
            return None
        if found.sha256 != ref.sha256:
            log.warning("The file of %s holds something else and is left alone", ref.sha256)
            return None
        return found

    def _adopt(self, refs: Sequence[ImageRef]) -> None:
        now = self._clock()
        job = Job(
            id=new_id(int(now.timestamp() * 1000)),
            owner=RECOVERED,
            account=RECOVERED,
            provider=RECOVERED,
            request=GenerateRequest(prompt="Recovered images", model=RECOVERED, n=len(refs)),
            state=JobState.QUEUED,
            stage="queued",
            created_at=now,
            estimate_low=ZERO,
            estimate_high=ZERO,
            held=ZERO,
        )
        images = tuple(
            StoredImage(id=new_id(), job_id=job.id, position=place, ref=ref, revised_prompt=None, created_at=now)
            for place, ref in enumerate(refs)
        )
        self._journal.adopt(job, Ending(state=JobState.SUCCEEDED, finished_at=now, images=images, cost=ZERO))
        log.warning("%d image files without a row were recovered as job %s", len(refs), job.id)

    def _given_up(self, job: Job) -> bool:
        """End a waiting job that cannot be taken up; False if it can."""
        if job.cancel_requested_at:  # whoever should have ended it died before
            state, error, note = JobState.CANCELLED, CANCELLED, "cancelled before it was sent"
        elif is_visitor_account(job.account):
            state, error, note = JobState.FAILED, KEY_GONE, "the server restarted"
        else:
            return False
        ending = job.unsent(state, error, now=self._clock(), note=note)
        self._journal.finish(job.id, ending, expected={JobState.QUEUED})
        return True
