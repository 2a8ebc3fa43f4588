"""A visitor's jobs as one run of the page sees them, read once."""

from collections.abc import Callable
from dataclasses import dataclass

from app.ui.selection import selected_job
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job, JobState
from core.errors import NotFoundError

LIVE = (JobState.QUEUED, JobState.RUNNING)
AT_ONCE = 40
"""How many jobs of a kind are read; more belong on a page of their own."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """``live`` jobs wait or run, ``undecided`` ones may have been billed, ``recent`` are the newest of any kind.

    ``shown`` is the one the page shows large: the chosen one, or the newest of the page's own that has ended.
    ``missing`` says that the chosen one does not exist, or is not this visitor's.
    """

    live: tuple[Job, ...]
    undecided: tuple[Job, ...]
    recent: tuple[Job, ...]
    shown: Job | None
    missing: bool = False


def read_board(belongs: Callable[[Job], bool]) -> Board:
    """Read the visitor's jobs: one selection if that is all, else three; one job more if an old one is chosen.

    ``belongs`` says which jobs are this page's own.
    """
    studio, who = workbench().studio, visitor()
    recent = studio.jobs(who, limit=AT_ONCE)
    is_all = len(recent) < AT_ONCE
    live = tuple(job for job in recent if job.state in LIVE) if is_all else live_now()
    held = recent if is_all else studio.jobs(who, held_only=True, limit=AT_ONCE)
    undecided = tuple(job for job in held if job.may_have_been_billed)
    known = {job.id: job for job in (*recent, *live, *undecided)}
    chosen = selected_job()
    try:
        shown = known.get(chosen) or studio.job(chosen, who) if chosen else _newest(recent, belongs)
    except NotFoundError:
        return Board(live=live, undecided=undecided, recent=recent, shown=None, missing=True)
    return Board(live=live, undecided=undecided, recent=recent, shown=shown)


def live_now() -> tuple[Job, ...]:
    """The visitor's jobs that wait or run, newest first; the cards compare it with what the page has read."""
    return workbench().studio.jobs(visitor(), states=LIVE, limit=AT_ONCE)


def _newest(recent: tuple[Job, ...], belongs: Callable[[Job], bool]) -> Job | None:
    return next((job for job in recent if job.state.is_final and belongs(job) and not job.is_thrown_away), None)
