"""Waiting a little for a job that another process runs."""

import time

from app.cli.opening import VISITOR
from core.domain.job import Job
from core.services.studio import Studio


def wait_briefly(studio: Studio, job_id: str, seconds: float) -> Job:
    """The job once it is final, or as it stands after so many seconds."""
    until = time.monotonic() + seconds
    while not (job := studio.job(job_id, VISITOR)).state.is_final and time.monotonic() < until:
        time.sleep(0.1)
    return job
