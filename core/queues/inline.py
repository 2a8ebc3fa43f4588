"""The queue that needs no server: threads of this process, fed with job ids."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
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


@dataclass(eq=False, kw_only=True, slots=True)
class Held:
    """A job that waits or runs here; ``ended`` is done when it has ended, or was left to others."""

    job_id: str
    api_key: str | None
    on_preview: OnPreview | None
    ended: Future[None] = field(default_factory=Future)
    began: float | None = None
    """When it got its place, by the monotonic clock."""

    def __post_init__(self) -> None:
        self.ended.set_running_or_notify_cancel()  # so that nobody who waits for it can cancel it


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
        # Half of them wait at providers, the other half store what came.
        self._threads = ThreadPoolExecutor(2 * concurrency, thread_name_prefix="gesso-job")
        self._concurrency = concurrency
        self._at_providers = 0
        self._held: dict[str, Held] = {}
        self._first: dict[str, Held] = {}
        self._later: dict[str, Held] = {}
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
        """Run a job as soon as a place is free; one that is already here is not taken twice.

        While draining nothing is taken: the job waits in the journal for the next start.
        """
        with self._lock:
            if self._draining or job_id in self._held:
                return
            self._start_heart()
            held = Held(job_id=job_id, api_key=api_key, on_preview=on_preview)
            self._held[job_id] = held
            (self._later if later else self._first)[job_id] = held
            self._fill_places()

    @property
    def draining(self) -> bool:
        """Whether it has been told to stop, and takes nothing any more."""
        return self._draining

    def holds(self, job_id: str) -> bool:
        """Whether a job waits or runs here."""
        with self._lock:
            return job_id in self._held

    def running(self, job_id: str) -> Future[None] | None:
        """What is done when a job that waits or runs here has ended; None if it is not here."""
        with self._lock:
            held = self._held.get(job_id)
        return held.ended if held else None

    def wait(self, job_id: str, *, seconds: float) -> bool:
        """Wait for the end of a job that is here; False once it has had its place for so long.

        Raises what the job stopped on.
        """
        with self._lock:
            held = self._held.get(job_id)
        while held is not None:
            left = seconds if held.began is None else held.began + seconds - time.monotonic()
            try:
                held.ended.result(timeout=max(left, 0))
                break
            except TimeoutError:
                if held.ended.done():
                    raise  # the job's own
                if left <= 0:
                    return False
        return True

    def cancel(self, job_id: str) -> None:
        """Stop a job that runs in this process."""
        self._cancel(job_id)

    def give_up(self, job_id: str) -> None:
        """Beat for a job no longer: its thread hangs, and a sweep shall say what became of it."""
        with self._lock:
            self._held.pop(job_id, None)

    def drain(self, timeout: float) -> bool:
        """Start nothing new and wait for what runs; True if all of it ended within ``timeout`` seconds.

        Jobs that had not begun stay queued in the journal for the next start.
        """
        with self._lock:
            self._draining = True
            unbegun = [*self._first.values(), *self._later.values()]
            self._first.clear()
            self._later.clear()
            for held in unbegun:
                del self._held[held.job_id]
            running = [held.ended for held in self._held.values()]
        self._stopping.set()
        if unbegun:
            self._leave(unbegun)
        for held in unbegun:
            held.ended.set_result(None)
        self._threads.shutdown(wait=False)
        return not wait(running, timeout).not_done

    def close(self) -> None:
        """End the heartbeat, once what runs has ended."""
        self.drain(0)
        self._threads.shutdown(wait=True)
        self._closed.set()
        for thread in (self._heart, self._sweeper):
            if thread is not None:
                thread.join()

    def _leave(self, unbegun: Collection[Held]) -> None:
        """Let others have these at once; if the database is away they have them when our lease has run out."""
        try:
            self._let_go([held.job_id for held in unbegun])
        except GessoError as error:
            log.warning("%d waiting jobs are left to the next start: %s", len(unbegun), error)

    def _fill_places(self) -> None:
        """Begin what waits while there are places; the caller holds the lock."""
        while self._at_providers < self._concurrency and (waiting := self._first or self._later):
            held = waiting.pop(next(iter(waiting)))
            self._at_providers += 1
            self._threads.submit(self._run, held).add_done_callback(partial(self._ended, held))

    def _run(self, held: Held) -> None:
        finish = self._at_its_place(held)
        if finish is not None:
            finish()

    def _at_its_place(self, held: Held) -> Callable[[], None] | None:
        """Have the job sent and answered; its place is free after that."""
        try:
            if self._draining:
                self._leave([held])
                return None
            held.began = time.monotonic()
            return self._send(held.job_id, api_key=held.api_key, on_preview=held.on_preview)
        finally:
            with self._lock:
                self._at_providers -= 1
                if not self._draining:
                    self._fill_places()

    def _start_heart(self) -> None:
        """The caller holds the lock."""
        if self._heart is None:
            self._heart = threading.Thread(target=self._beat_on, name="gesso-heart", daemon=True)
            self._heart.start()

    def _beat_on(self) -> None:
        while not self._closed.wait(BEAT_SECONDS):
            with self._lock:
                held = tuple(self._held)
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

    def _ended(self, held: Held, done: Future[None]) -> None:
        error = done.exception()
        with self._lock:
            if self._held.get(held.job_id) is held:
                del self._held[held.job_id]
        if error is None:
            held.ended.set_result(None)
        else:
            log.error("Job %s stopped on an error; the sweep will look at it", held.job_id, exc_info=error)
            held.ended.set_exception(error)
        self._when_ended()
