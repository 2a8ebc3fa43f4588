"""A visitor's jobs as one run of the page sees them, read once."""

from dataclasses import dataclass

from app.ui.selection import selected_job
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job, JobState
from core.errors import NotFoundError

LIVE = (JobState.QUEUED, JobState.RUNNING)
RECENT = 40
OPEN = 40


@dataclass(frozen=True, kw_only=True)
class Board:
    """``live`` jobs wait or run, ``undecided`` ones may have been billed, ``recent`` are the newest of any kind.

    ``shown`` is the one the page shows large: the chosen one, or the newest that has ended.
    ``missing`` says that the chosen one does not exist, or is not this visitor's.
    """

    live: tuple[Job, ...]
    undecided: tuple[Job, ...]
    recent: tuple[Job, ...]
    shown: Job | None
    missing: bool = False


def read_board() -> Board:
    """Read the visitor's jobs: two selections, and one job more if an old one is chosen."""
    studio, who = workbench().studio, visitor()
    recent = studio.jobs(who, limit=RECENT)
    holding = studio.jobs(who, held_only=True, limit=OPEN)
    jobs = {job.id: job for job in (*recent, *holding)}
    ordered = sorted(jobs.values(), key=lambda job: job.id, reverse=True)
    chosen = selected_job()
    try:
        shown = jobs.get(chosen) or studio.job(chosen, who) if chosen else _newest(recent)
    except NotFoundError:
        return Board(live=_live(ordered), undecided=_undecided(ordered), recent=recent, shown=None, missing=True)
    return Board(live=_live(ordered), undecided=_undecided(ordered), recent=recent, shown=shown)


def _newest(recent: tuple[Job, ...]) -> Job | None:
    return next((job for job in recent if job.state.is_final), None)


def _live(jobs: list[Job]) -> tuple[Job, ...]:
    return tuple(job for job in jobs if job.state in LIVE)


def _undecided(jobs: list[Job]) -> tuple[Job, ...]:
    return tuple(job for job in jobs if job.may_have_been_billed)
