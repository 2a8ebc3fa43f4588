"""Jobs for workers on other machines: Celery delivers their ids, the journal decides who runs them.

    put ─> broker ─> a worker's task ─> claim ─> run      delivered twice: the second claim fails, nothing is sent
                └─ lost ─> the job's lease runs out ─> a sweep puts it again

Nothing but ids goes over the broker.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from core.queues.inline import InlineQueue
from core.services.ports import OnPreview

if TYPE_CHECKING:
    from celery import Celery

log = logging.getLogger(__name__)

TASK = "gesso.run"
SINGLE, LATER = "gesso", "gesso.batch"
"""Workers empty the first before they look at the second (Redis), or take turns (RabbitMQ)."""
VISIBILITY_SECONDS = 3600
"""After this Redis delivers a task again whose worker is silent; longer than any task, or tasks come twice."""
PATIENCE_LEASES = 8
"""A job that no worker has begun after so many leases is handed over again, in case the broker lost it."""


def celery_app(broker_url: str) -> "Celery":
    """Celery's configuration, the same for those who send and those who work; connects at first use."""
    from celery import Celery
    from kombu import Exchange, Queue

    app = Celery("gesso", broker=broker_url)
    app.conf.update(
        task_queues=[Queue(name, Exchange("gesso", "direct"), routing_key=name) for name in (SINGLE, LATER)],
        task_default_queue=SINGLE,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_track_started=True,
        task_send_sent_event=True,
        worker_send_task_events=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=5,
    )
    if broker_url.startswith("redis"):
        app.conf.broker_transport = "core.queues.redis_transport:Transport"
    if broker_url.startswith(("redis", "sentinel")):
        app.conf.broker_transport_options = {
            "visibility_timeout": VISIBILITY_SECONDS,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "queue_order_strategy": "priority",
            "socket_timeout": 30,
            "socket_connect_timeout": 5,
        }
    return app


class CeleryQueue:
    """Hands jobs to workers; runs in this process what only it can.

    That is a job with a visitor's own key, which goes into no broker, and one whose partial images somebody
    watches from here. ``here`` is also what a worker runs its tasks in: it beats, cancels and drains.
    """

    def __init__(self, *, broker_url: str, here: InlineQueue) -> None:
        self._broker_url = broker_url
        self._app: Celery | None = None
        self._refused: dict[str, bool] = {}
        """What the broker could not be given, and whether it was for later."""
        self._lock = threading.Lock()
        self.here = here

    def put(
        self, job_id: str, *, api_key: str | None = None, on_preview: OnPreview | None = None, later: bool = False
    ) -> None:
        """Hand a job over; where the broker cannot be reached it waits in the journal, put again every few seconds.

        Should this process die before that, another one's sweep hands it over when its patience is at an end.
        """
        if api_key is not None or on_preview is not None:
            self.here.put(job_id, api_key=api_key, on_preview=on_preview, later=later)
            return
        from kombu.exceptions import OperationalError

        policy = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2, "interval_max": 0.5}
        try:
            self.app.send_task(TASK, (job_id,), queue=LATER if later else SINGLE, retry=True, retry_policy=policy)
        except OperationalError as error:
            log.warning("Job %s waits, because the broker cannot be reached: %s", job_id, error)
            with self._lock:
                self._refused[job_id] = later

    def run(self, job_id: str, *, seconds: float, later: bool = False) -> None:
        """What a worker does with a task: run the job if it is still to be run, and wait for its end.

        ``seconds`` after it began it is given up: nobody beats for it any more, and another process's sweep says what
        is true.
        """
        self.here.put(job_id, later=later)
        if not self.here.wait(job_id, seconds=seconds):
            log.error("Job %s did not end within %.0f s and is given up", job_id, seconds)
            self.here.give_up(job_id)

    @property
    def app(self) -> "Celery":
        """The Celery application, made at first use: importing it takes a third of a second."""
        if self._app is None:
            self._app = celery_app(self._broker_url)
        return self._app

    @property
    def draining(self) -> bool:
        return self.here.draining

    def watch(self, sweep: Callable[[], None]) -> None:
        """As the inline queue: ``sweep`` is called now and every few seconds, and what was refused is put again."""

        def look() -> None:
            self._put_refused()
            sweep()

        self.here.watch(look)

    def holds(self, job_id: str) -> bool:  # noqa: ARG002 - the journal knows where it is
        """Always: a job that is not here is with the broker or a worker, and the sweep looks after it."""
        return True

    def running(self, job_id: str) -> "Future[None] | None":
        """What is done when a job that runs in this process has ended; None for all others."""
        return self.here.running(job_id)

    def cancel(self, job_id: str) -> None:
        """Stop a job that runs here; a worker learns it from the journal within a second."""
        self.here.cancel(job_id)

    def drain(self, timeout: float) -> bool:
        return self.here.drain(timeout)

    def _put_refused(self) -> None:
        """Try again until the first that is refused again; a job that ran meanwhile is delivered in vain."""
        with self._lock:
            refused, self._refused = self._refused, {}
        while refused and not self._refused:
            job_id, later = refused.popitem()
            self.put(job_id, later=later)
        with self._lock:
            self._refused |= refused

    def close(self) -> None:
        self.here.close()
        if self._app is not None:
            self._app.close()
            self._app = None
