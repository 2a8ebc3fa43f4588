"""Waits for jobs without holding a thread: at once where they run in this process, else by looking."""

import asyncio

from app.workbench import workbench
from core.domain.job import Job
from core.domain.visitor import Visitor

LOOK_SECONDS = 0.25
HERE_SECONDS = 5.0


async def ended(job: Job, visitor: Visitor) -> Job:
    """The job when it is final."""
    while True:
        await _run_here(job.id, HERE_SECONDS, LOOK_SECONDS)
        now = await asyncio.to_thread(workbench().studio.job, job.id, visitor)
        if now.state.is_final:
            return now


async def _run_here(job_id: str, here: float, elsewhere: float) -> None:
    """Until a job of this process has ended, but no longer than ``here``; for any other ``elsewhere`` seconds."""
    running = workbench().queue.running(job_id)
    if running is None:
        await asyncio.sleep(elsewhere)
    else:
        await asyncio.wait([asyncio.wrap_future(running)], timeout=here)
