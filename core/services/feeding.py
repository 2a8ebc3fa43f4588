"""The feeder: submits rows of running batches, a few ahead of what runs, so that no batch of thousands starves anybody.

Any number of processes may feed; the database gives each batch to one of them at a time, and each row to one job.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from core.domain.batch import OPEN_ROWS, Batch, BatchState, Progress, Row, RowRef, RowState
from core.domain.visitor import Visitor
from core.errors import BudgetExceededError, GessoError, InvalidRequestError, JobStateError, NotFoundError, StorageError
from core.services.batch_ports import Batches
from core.services.ports import Clock
from core.services.studio import Studio

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
BUSY_TICK_SECONDS = 0.25
"""After a round that found room, because jobs that end in other processes wake nobody here."""
KEY_GONE = "The server restarted, and your own key is kept nowhere. Enter it again and resume the batch."

Grow = Callable[[Batch, Visitor, Progress], bool]
"""Adds what rows a growing batch can have, beside us; True if at this progress none will come any more."""


class Feeder:
    """Keeps up to ``window`` jobs of each running batch waiting or running, or as many as it says, but ``most``.

    Where ``widens``, there are at least as many that wait as that run, however many machines there are.
    """

    def __init__(
        self,
        *,
        batches: Batches,
        studio: Studio,
        clock: Clock,
        worker: str,
        lease: timedelta,
        window: int,
        most: int,
        widens: bool,
    ) -> None:
        self._most = most
        self._widens = widens
        self._batches = batches
        self._studio = studio
        self._clock = clock
        self._worker = worker
        self._lease = lease
        self._window = window
        self._keys: dict[str, str] = {}
        self._grow: Grow = _grown
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def grow_by(self, grow: "Grow") -> None:
        """Who adds rows to batches that grow; called at each round for each that is fed here."""
        self._grow = grow

    def start(self) -> None:
        """Feed from now on, in a thread of its own."""
        self._thread = threading.Thread(target=self._feed_on, name="gesso-feeder", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look soon: a job has ended, or a batch was started."""
        self._wake.set()

    def keep_key(self, batch_id: str, api_key: str) -> None:
        """Remember a visitor's own key, in memory only, for as long as this process lives."""
        self._keys[batch_id] = api_key

    def close(self) -> None:
        """Submit nothing more; what was submitted is the queue's."""
        self._closed.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        try:
            self._batches.let_go(self._worker)
        except StorageError as error:
            log.warning("Other processes feed on when this one's lease has run out: %s", error)

    def feed(self) -> int:
        """Submit what there is room for; returns how many rows were."""
        now = self._clock()
        for id in self._batches.orphaned(now):
            if id not in self._keys:
                self._batches.move(id, BatchState.PAUSED, expected=[BatchState.RUNNING], note=KEY_GONE)
        mine = self._batches.to_feed(self._worker, self._keys, now=now, until=now + self._lease)
        return sum(self._feed_one(batch) for batch in mine)

    def _feed_one(self, batch: Batch) -> int:
        visitor = Visitor(owner=batch.owner, api_key=self._keys.get(batch.id))
        progress = self._batches.progress(batch.id)
        has_grown = not batch.growing or self._grow(batch, visitor, progress)
        room = min(batch.concurrency or self._usual(progress), self._most) - progress.open
        if not progress.waiting:
            if not progress.open and has_grown:
                self._end(batch)
            return 0
        rows = self._batches.rows(batch.id, states=[RowState.WAITING], limit=room) if room > 0 else ()
        return sum(1 for row in rows if not self._closed.is_set() and self._submit(batch, row, visitor))

    def _usual(self, progress: Progress) -> int:
        return max(self._window, 2 * progress.count(RowState.RUNNING)) if self._widens else self._window

    def _submit(self, batch: Batch, row: Row, visitor: Visitor) -> bool:
        try:
            self._studio.submit(row.request, visitor, row=RowRef(batch.id, row.position))
        except (InvalidRequestError, NotFoundError) as error:
            self._batches.set_problem(batch.id, row.position, str(error))
        except BudgetExceededError as error:
            log.warning("Batch %s pauses: %s", batch.id, error)
            self._batches.move(batch.id, BatchState.PAUSED, expected=[BatchState.RUNNING], note=str(error))
        except JobStateError:
            return False  # somebody else submitted it, or the batch was stopped meanwhile
        else:
            return True
        return False

    def _end(self, batch: Batch) -> None:
        # Rows may have come meanwhile: then the next round finds the batch running still, or its starter sets it so.
        if self._batches.progress(batch.id).count(RowState.WAITING, *OPEN_ROWS):
            return
        ended = {"finished_at": self._clock(), "note": ""}
        self._batches.move(batch.id, BatchState.FINISHED, expected=[BatchState.RUNNING], **ended)
        self._keys.pop(batch.id, None)

    def _feed_on(self) -> None:
        while not self._closed.is_set():
            self._wake.clear()
            submitted = 0
            try:
                submitted = self.feed()
            except GessoError as error:
                log.warning("Feeding batches stumbled and goes on: %s", error)
            self._wake.wait(BUSY_TICK_SECONDS if submitted else TICK_SECONDS)


def _grown(_batch: Batch, _visitor: Visitor, _progress: Progress) -> bool:
    return True
