"""The journal in a database: every change of a job is one transaction that names the state it expects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Update, delete, func, insert, select, update

from core.domain.costs import Accuracy, By, CostLine, Period
from core.domain.image import ImageRef
from core.domain.job import FINAL_STATES, Call, CallState, Ending, Job, JobState, StoredImage
from core.domain.ledger import Budgets, Entry, Spending
from core.domain.money import ZERO
from core.domain.once import Once
from core.domain.request import EditRequest
from core.errors import JobStateError, NotFoundError
from core.storage import batches, costs, keys, ledger, repeats
from core.storage.contents import kept_refs, known_of, purged_of
from core.storage.database import Database
from core.storage.pictures import file_pictures
from core.storage.rows import call_row, ending_row, image_row, job_row
from core.storage.selections import jobs_of, newest
from core.storage.tables import calls, images, jobs, parents

QUEUED, RUNNING = ("queued",), ("running",)
OPEN = QUEUED + RUNNING


@dataclass(frozen=True, slots=True)
class SqlJournal:
    """Implements ``core.services.ports.Journal``; usable from any thread.

    Every method may raise StorageError.
    """

    database: Database

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
        with self.database.write() as connection:
            if once is not None and (earlier := repeats.earlier(connection, once, job)):
                return earlier
            keys.check_limits(connection, job, limits or Budgets(), rate)
            connection.execute(insert(jobs), job_row(job) | {"lease_until": lease_until})
            _insert_calls(connection, job.id, job.calls)
            _insert_parents(connection, job)
            if row is not None:
                batches.take_row(connection, job, row)
            ledger.reserve_within(connection, reserve, budgets)
            if once is not None:
                repeats.remember(connection, once, job)
            return job.id

    def supersede(self, once: Once, owner: str) -> None:
        with self.database.write() as connection:
            repeats.supersede(connection, once, owner)

    def forget_repeats(self, until: datetime) -> int:
        with self.database.write() as connection:
            return repeats.forget(connection, until)

    def adopt(self, job: Job, ending: Ending) -> None:
        with self.database.write() as connection:
            connection.execute(insert(jobs), job_row(job) | ending_row(ending))
            _write_ending(connection, job.id, ending)

    def claim(self, job_id: str, worker: str, *, now: datetime, lease_until: datetime) -> Job | None:
        free = _job(job_id, QUEUED).where(jobs.c.cancel_requested_at.is_(None))
        taken = free.values(state="running", stage="starting", worker=worker, started_at=now, lease_until=lease_until)
        with self.database.write() as connection:
            row = connection.execute(taken.returning(jobs)).mappings().one_or_none()
            if row is None:
                return None
            batches.follow(connection, job_id, "running")
            return jobs_of(connection, [row])[0]

    def mark_sent(self, job_id: str, call: int, *, now: datetime) -> None:
        change = _call(job_id, call, CallState.PLANNED).values(
            state="sent", attempts=calls.c.attempts + 1, sent_at=now, error=None
        )
        with self.database.write() as connection:
            if not _is_running(connection, job_id) or connection.execute(change).rowcount != 1:
                raise JobStateError("This request must not be sent: it was sent already, or its job is not running.")

    def mark_unsent(self, job_id: str, call: int, *, error: str, stage: str) -> None:
        change = _call(job_id, call, CallState.SENT).values(state="planned", sent_at=None, error=error)
        with self.database.write() as connection:
            if _is_running(connection, job_id):
                connection.execute(change)
                connection.execute(_job(job_id, RUNNING).values(stage=stage))

    def set_stage(self, job_id: str, stage: str) -> None:
        with self.database.write() as connection:
            connection.execute(_job(job_id, RUNNING).values(stage=stage))

    def count_preview(self, job_id: str) -> None:
        with self.database.write() as connection:
            connection.execute(_job(job_id, RUNNING).values(previews=jobs.c.previews + 1))

    def beat(self, job_ids: Collection[str], *, lease_until: datetime) -> Collection[str]:
        if not job_ids:
            return ()
        mine = (jobs.c.id.in_(job_ids), jobs.c.state.in_(OPEN))
        with self.database.write() as connection:
            connection.execute(update(jobs).where(*mine).values(lease_until=lease_until))
            wanted = select(jobs.c.id).where(*mine, jobs.c.cancel_requested_at.is_not(None))
            return set(connection.execute(wanted).scalars())

    def request_cancel(self, job_id: str, *, now: datetime) -> None:
        with self.database.write() as connection:
            change = _job(job_id, OPEN).where(jobs.c.cancel_requested_at.is_(None))
            connection.execute(change.values(cancel_requested_at=now))

    def finish(self, job_id: str, ending: Ending, *, expected: Collection[JobState]) -> bool:
        entry = ending.entry
        change = _job(job_id, [str(state) for state in expected]).values(
            ending_row(ending)
            | {"worker": None, "lease_until": None}
            | {"held": jobs.c.held + (entry.held if entry else ZERO)}
            | {"charged": jobs.c.charged + (entry.spent if entry else ZERO)}
        )
        with self.database.write() as connection:
            if connection.execute(change).rowcount != 1:
                return False
            _write_ending(connection, job_id, ending)
            if ending.row_waits:
                batches.put_back(connection, job_id)
            else:
                batches.follow(connection, job_id, str(ending.state))
            batches.collect(connection, job_id)
            return True

    def get(self, job_id: str) -> Job:
        with self.database.read() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job_id)).mappings().one_or_none()
            if row is None:
                raise NotFoundError(f"There is no job {job_id}.", kind="job", id=job_id)
            return jobs_of(connection, [row])[0]

    def jobs(
        self,
        *,
        owner: str | None = None,
        states: Collection[JobState] = (),
        held_only: bool = False,
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[Job, ...]:
        query = newest(owner=owner, states=states, held_only=held_only, before=before).limit(limit)
        with self.database.read() as connection:
            return jobs_of(connection, connection.execute(query).mappings().all())

    def image(self, image_id: str) -> tuple[StoredImage, Job]:
        query = (
            select(jobs)
            .join(images, images.c.job_id == jobs.c.id)
            .where(images.c.id == image_id, images.c.purged_at.is_(None))
        )
        with self.database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                raise NotFoundError(f"There is no image {image_id}.", kind="image", id=image_id)
            (job,) = jobs_of(connection, [row])
        return next(image for image in (*job.images, *job.answers) if image.id == image_id), job

    def abandoned(self, now: datetime) -> tuple[Job, ...]:
        return self._with_lease_out("running", now)

    def requeue(self, job_id: str) -> bool:
        begun = select(calls.c.number).where(calls.c.job_id == job_id, calls.c.state != "planned").limit(1)
        with self.database.write() as connection:
            if not _is_running(connection, job_id) or connection.execute(begun).first():
                return False
            # The lease stays as it is, run out, so that ``waiting`` finds the job.
            change = _job(job_id, RUNNING).values(state="queued", stage="queued", worker=None, started_at=None)
            connection.execute(change)
            batches.follow(connection, job_id, "queued")
            return True

    def waiting(self, now: datetime) -> tuple[Job, ...]:
        return self._with_lease_out("queued", now)

    def spending(self, account: str, *, since: datetime, until: datetime | None = None) -> Spending:
        with self.database.read() as connection:
            return ledger.sum_of(connection, account, since, until)

    def day_and_month(self, account: str, *, day: datetime, month: datetime) -> tuple[Spending, Spending]:
        with self.database.read() as connection:
            return ledger.two_sums_of(connection, account, day, month)

    def entries(
        self, *, account: str | None = None, job_id: str | None = None, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Entry, ...]:
        with self.database.read() as connection:
            return ledger.entries_of(connection, account, job_id, since, limit)

    def cost_lines(self, account: str, by: By, period: Period, *, owner: str | None) -> tuple[CostLine, ...]:
        with self.database.read() as connection:
            return costs.cost_lines(connection, account, by, period, owner)

    def accounts(self) -> tuple[str, ...]:
        with self.database.read() as connection:
            return ledger.accounts_of(connection)

    def accuracy(self, account: str, period: Period) -> tuple[Accuracy, ...]:
        with self.database.read() as connection:
            return costs.accuracy(connection, account, period)

    def doubtful(self, account: str, period: Period, *, limit: int = 50) -> tuple[Job, ...]:
        with self.database.read() as connection:
            return costs.doubtful_jobs(connection, account, period, limit)

    def correct(self, entry: Entry) -> None:
        final = [str(state) for state in FINAL_STATES]
        moved = {"charged": jobs.c.charged + entry.spent, "cost": func.coalesce(jobs.c.cost, 0) + entry.spent}
        with self.database.write() as connection:
            settled = _job(entry.job_id, final).where(jobs.c.held == ZERO)
            if connection.execute(settled.values(moved)).rowcount != 1:
                raise JobStateError("Only a finished job's cost can be corrected, not what is still held for it.")
            ledger.append(connection, entry)
            file_pictures(connection, entry.job_id, ())

    def tune(self) -> None:
        self.database.tune()

    def image_refs(self) -> tuple[ImageRef, ...]:
        with self.database.read() as connection:
            return kept_refs(connection)

    def problems(self) -> tuple[str, ...]:
        return self.database.problems()

    def known_images(self, hashes: Sequence[str]) -> set[str]:
        with self.database.read() as connection:
            return known_of(connection, hashes)

    def purged_images(self, hashes: Sequence[str]) -> set[str]:
        with self.database.read() as connection:
            return purged_of(connection, hashes)

    def _with_lease_out(self, state: str, now: datetime) -> tuple[Job, ...]:
        query = select(jobs).where(jobs.c.state == state, jobs.c.lease_until < now).order_by(jobs.c.id)
        with self.database.read() as connection:
            return jobs_of(connection, connection.execute(query).mappings().all())


def _job(job_id: str, expected: Collection[str]) -> Update:
    return update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(expected))


def _call(job_id: str, number: int, expected: CallState) -> Update:
    return update(calls).where(calls.c.job_id == job_id, calls.c.number == number, calls.c.state == str(expected))


def _is_running(connection: Connection, job_id: str) -> bool:
    """Whether the job runs, now and until this transaction ends (PostgreSQL locks the row for that)."""
    query = select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.state == "running").with_for_update()
    return connection.execute(query).scalar() is not None


def _insert_parents(connection: Connection, job: Job) -> None:
    ids = dict.fromkeys(filter(None, job.request.parents)) if isinstance(job.request, EditRequest) else {}
    if ids:
        connection.execute(insert(parents), [{"job_id": job.id, "image_id": image_id} for image_id in ids])


def _insert_calls(connection: Connection, job_id: str, new: Sequence[Call]) -> None:
    if new:
        connection.execute(insert(calls), [call_row(job_id, call) for call in new])


def _write_ending(connection: Connection, job_id: str, ending: Ending) -> None:
    replaced = calls.c.number.in_([call.number for call in ending.calls])
    connection.execute(delete(calls).where(calls.c.job_id == job_id, replaced))
    _insert_calls(connection, job_id, ending.calls)
    if ending.images:
        connection.execute(insert(images), [image_row(image) for image in ending.images])
    file_pictures(connection, job_id, ending.images)
    if ending.entry:
        ledger.append(connection, ending.entry)
