"""The one asynchronous edge: an event loop in a thread of its own, on which provider calls wait.

A waiting call costs no thread and can be cancelled in the middle of a silence, which a
thread that reads between chunks cannot.
"""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from core.errors import JobStateError

T = TypeVar("T")


class CallLoop:
    """Runs coroutines for worker threads; the loop starts with the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._tasks: dict[str, list[asyncio.Task[Any]]] = {}

    def run(self, key: str, coroutines: Sequence[Coroutine[Any, Any, T]], *, to_the_end: bool = False) -> list[T]:
        """Run coroutines side by side and wait for all; ``cancel(key)`` reaches each of them.

        After ``stop`` only what must come to its end is still run; anything else raises JobStateError.
        """
        loop = self._started(to_the_end=to_the_end)
        if loop is None:
            for coroutine in coroutines:
                coroutine.close()
            raise JobStateError("The workbench is closing; nothing is sent any more.")
        return asyncio.run_coroutine_threadsafe(self._together(key, coroutines, to_the_end), loop).result()

    def cancel(self, key: str) -> None:
        """Cancel what runs under a key; nothing happens if nothing does, or if it is only just beginning."""
        with self._lock:
            loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self._cancel_tasks, key)

    def stop(self) -> None:
        """Cancel all that runs and let nothing new begin but what jobs need to come to their end."""
        with self._lock:
            self._stopped, loop = True, self._loop
        if loop is not None:
            asyncio.run_coroutine_threadsafe(self._cancel_all(), loop).result()

    def close(self) -> None:
        """End the loop and its thread, once no thread waits for it any more."""
        self.stop()
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _started(self, *, to_the_end: bool) -> asyncio.AbstractEventLoop | None:
        with self._lock:
            if self._stopped and not to_the_end:
                return None
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="gesso-calls", daemon=True)
                self._thread.start()
            return self._loop

    async def _together(self, key: str, coroutines: Sequence[Coroutine[Any, Any, T]], to_the_end: bool) -> list[T]:
        tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
        await asyncio.sleep(0)  # nobody may cancel a task that has not begun: it could not tell how it ended
        self._tasks[key] = tasks
        try:
            if self._stopped and not to_the_end:  # it was stopped between the thread's look and now
                self._cancel_tasks(key)
            await asyncio.wait(tasks)
        finally:
            del self._tasks[key]
        return [task.result() for task in tasks]

    def _cancel_tasks(self, key: str) -> None:
        for task in self._tasks.get(key, ()):
            task.cancel()

    async def _cancel_all(self) -> None:
        tasks = [task for group in self._tasks.values() for task in group]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
