"""The worker: a Celery application with one task, which runs the job with this id.

``gesso worker`` starts it; ``celery -A app.worker:app worker -P threads`` does the same for those who know Celery.
"""

import logging
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from app.workbench import shutdown, workbench
from core.domain.visitor import Visitor
from core.errors import NotFoundError, SettingsError, StorageError
from core.queues.celery import TASK, CeleryQueue, celery_app
from core.settings import Settings

if TYPE_CHECKING:
    from celery import Celery

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
WORKER = Visitor(owner="worker", operator=True)
WHERE = "Set QUEUE=celery and CELERY_BROKER_URL, in .env or in the environment."


@cache
def worker_app() -> "Celery":
    """The application with its task; raises SettingsError where no broker is set."""
    from celery import signals

    settings = Settings.load()
    if settings.queue != "celery" or settings.celery_broker_url is None:
        raise SettingsError(f"A worker needs a broker to get its jobs from. {WHERE}", name="QUEUE")
    app = celery_app(settings.celery_broker_url)
    app.task(name=TASK)(run_job)
    signals.worker_ready.connect(_began, weak=False)
    signals.worker_shutdown.connect(_ended, weak=False)
    return app


def run_job(job_id: str) -> None:
    """Run the job with this id, unless somebody else has it or it is over.

    While the database is away the task waits with it, so that a worker does not empty the broker for nothing. Where
    the job had been taken already, the second claim fails and a sweep sees to it.
    """
    while True:
        try:
            return _run(job_id)
        except StorageError as error:
            if _is_ending():
                raise
            log.warning("Job %s waits for the database: %s", job_id, error)
            time.sleep(PAUSE_SECONDS)


def _run(job_id: str) -> None:
    bench = workbench()
    queue = bench.queue
    if not isinstance(queue, CeleryQueue):  # only if the settings changed under a running worker
        raise SettingsError(f"This worker has no broker any more. {WHERE}", name="QUEUE")
    try:
        job = bench.studio.job(job_id, WORKER)
    except NotFoundError:
        log.warning("The broker names job %s, which this database does not have", job_id)
        return
    queue.run(job_id, seconds=bench.limits.hard(job), later=job.batch_id is not None)


def _is_ending() -> bool:
    """Whether Celery was told to stop."""
    from celery.worker import state

    return state.should_stop not in (None, False) or state.should_terminate not in (None, False)


def _began(**_: Any) -> None:
    """Start to sweep and feed; while the database is away no task is taken, and Ctrl-C and SIGTERM are heard."""
    while not _is_ending():
        try:
            workbench()
        except StorageError as error:
            log.warning("The worker waits: %s", error)
            time.sleep(PAUSE_SECONDS)
        else:
            log.info("The worker takes jobs")
            return


def _ended(**_: Any) -> None:
    shutdown()


def __getattr__(name: str) -> Any:
    """``app``, for ``celery -A app.worker:app``: made when somebody asks, because nothing happens at import."""
    if name == "app":
        return worker_app()
    raise AttributeError(name)
