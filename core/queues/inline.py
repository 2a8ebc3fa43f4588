"""The queue that needs no server: threads of this process, fed with job ids."""

import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Protocol

from core.errors import GessoError
from core.services.ports import OnPreview

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
SWEEP_SECONDS = 5.0


class SendJob(Protocol):
    """Sends one job and waits for its answer; returns what is left to do without the provider."""

    def __call__(
        self, job_id: str, *, api_key: str | None = None, on_preview: OnPreview | None = None
    ) -> Callable[[], None] | None: ...


class InlineQueue:
    """Has up to ``concurrency`` jobs at their providers at once and beats for all it holds, every second.

    While a job's answer is stored, its place is free for the next. ``beat`` gets the ids of the jobs that wait or
    run here, ``let_go`` of those that will not begin here any more. What was put ``later`` begins when a place is
    free and nothing else waits, so that a batch never stands before somebody's single picture. Visitors' keys stay
    in memory.
    """

    def __init__(
        self,
        *,
        send: SendJob,
        cancel: Callable[[str], None],
        beat: Callable[[Collection[str]], None],
        let_go: Callable[[Collection[str]], None],
        concurrency: int,
        when_ended: Callable[[], None] = lambda: None,
    ) -> None:
        self._when_ended = when_ended
        self._let_go = let_go
        self._send = send
        self._cancel = cancel
        self._beat = beat
        self._places = threading.BoundedSemaphore(concurrency)
        # Half of them wait at providers, the other half store what came.
        self._threads = ThreadPoolExecutor(2 * concurrency, thread_name_prefix="gesso-job")
        self._concurrency = concurrency
        self._unsent = 0
        self._later: dict[str, str | None] = {}
        self._futures: dict[str, Future[None]] = {}
        self._lock = threading.RLock()  # a job may end while it is handed over
        self._draining = False
        self._stopping, self._closed = threading.Event(), threading.Event()
        self._heart: threading.Thread | None = None
        self._sweeper: threading.Thread | None = None

    def watch(self, sweep: Callable[[], None]) -> None:
        """Call ``sweep`` now and every few seconds from here on, for a process that stays."""
        sweep()
        with self._lock:
            self._start_heart()
            # Apart from the heart: a sweep may wait for a bucket, and nobody must be taken for dead by that.
            self._sweeper = threading.Thread(target=self._sweep_on, args=(sweep,), name="gesso-sweep", daemon=True)
            self._sweeper.start()

    def put(
        self, job_id: str, *, api_key: str | None = None, on_preview: OnPreview | None = None, later: bool = False
    ) -> None:
        """Run a job as soon as a thread is free; one that is already here is not taken twice.

        While draining nothing is taken: the job waits in the journal for the next start.
        """
        with self._lock:
            if self._draining or job_id in self._futures or job_id in self._later:
                return
            self._start_heart()
            if later:
                self._later[job_id] = api_key
            else:
                self._begin(job_id, api_key, on_preview)
        self._fill_places()

    @property
    def draining(self) -> bool:
        """Whether it has been told to stop, and takes nothing any more."""
        return self._draining

    def holds(self, job_id: str) -> bool:
        """Whether a job waits or runs here."""
        with self._lock:
            return job_id in self._futures or job_id in self._later

    def running(self, job_id: str) -> Future[None] | None:
        """What is done when a job that waits or runs here has ended; None if it is not here."""
        with self._lock:
            return self._futures.get(job_id)

    def cancel(self, job_id: str) -> None:
        """Stop a job that runs in this process."""
        self._cancel(job_id)

    def give_up(self, job_id: str) -> None:
        """Beat for a job no longer: its thread hangs, and a sweep shall say what became of it."""
        with self._lock:
            self._futures.pop(job_id, None)

    def drain(self, timeout: float) -> bool:
        """Start nothing new and wait for what runs; True if all of it ended within ``timeout`` seconds.

        Jobs that had not begun stay queued in the journal for the next start.
        """
        with self._lock:
            self._draining = True
            held, unbegun = dict(self._futures), list(self._later)
            self._later.clear()
        self._stopping.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        unbegun += [job_id for job_id, future in held.items() if future.cancelled()]
        if unbegun:
            self._leave(unbegun)
        # A future cancelled by the shutdown never wakes who waits for it.
        return not wait([future for future in held.values() if not future.cancelled()], timeout).not_done

    def close(self) -> None:
        """End the heartbeat, once what runs has ended."""
        self._stopping.set()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._closed.set()
        for thread in (self._heart, self._sweeper):
            if thread is not None:
                thread.join()

    def _leave(self, job_ids: Collection[str]) -> None:
        """Let others have these at once; if the database is away they have them when our lease has run out."""
        try:
            self._let_go(job_ids)
        except GessoError as error:
            log.warning("%d waiting jobs are left to the next start: %s", len(job_ids), error)

    def _begin(self, job_id: str, api_key: str | None, on_preview: OnPreview | None) -> None:
        """Hand a job to the threads; the caller holds the lock."""
        self._unsent += 1
        future = self._threads.submit(self._run, job_id, api_key, on_preview)
        self._futures[job_id] = future
        future.add_done_callback(lambda done: self._ended(job_id, done))

    def _fill_places(self) -> None:
        """Begin what was put for later while there are places that nobody waits for."""
        with self._lock:
            while self._later and self._unsent < self._concurrency:
                job_id = next(iter(self._later))
                self._begin(job_id, self._later.pop(job_id), None)

    def _run(self, job_id: str, api_key: str | None, on_preview: OnPreview | None) -> None:
        try:
            with self._places:
                if self._draining:
                    return
                finish = self._send(job_id, api_key=api_key, on_preview=on_preview)
        finally:
            with self._lock:
                self._unsent -= 1
            if not self._draining:
                self._fill_places()
        if finish is not None:
            finish()

    def _start_heart(self) -> None:
        if self._heart is None:
            self._heart = threading.Thread(target=self._beat_on, name="gesso-heart", daemon=True)
            self._heart.start()

    def _beat_on(self) -> None:
        while not self._closed.wait(BEAT_SECONDS):
            with self._lock:
                held = (*self._futures, *self._later)
            try:
                if held:
                    self._beat(held)
            except GessoError as error:
                log.warning("The heartbeat stumbled and goes on: %s", error)

    def _sweep_on(self, sweep: Callable[[], None]) -> None:
        while not self._stopping.wait(SWEEP_SECONDS):
            try:
                sweep()
            except GessoError as error:
                log.warning("The sweep stumbled and goes on: %s", error)

    def _ended(self, job_id: str, done: Future[None]) -> None:
        with self._lock:
            self._futures.pop(job_id, None)
        self._when_ended()
        if not done.cancelled() and (error := done.exception()) is not None:
            log.error("Job %s stopped on an error; the sweep will look at it", job_id, exc_info=error)
