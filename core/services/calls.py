"""The one asynchronous edge: an event loop in a thread of its own, on which provider calls wait.

A waiting call costs no thread and can be cancelled in the middle of a silence, which a
thread that reads between chunks cannot.
"""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class CallLoop:
    """Runs coroutines for worker threads; the loop starts with the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tasks: dict[str, list[asyncio.Task[Any]]] = {}

    def run(self, key: str, coroutines: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Run coroutines side by side and wait for all; ``cancel(key)`` reaches each of them."""
        future = asyncio.run_coroutine_threadsafe(self._together(key, coroutines), self._started())
        return future.result()

    def cancel(self, key: str) -> None:
        """Cancel what runs under a key; nothing happens if nothing does."""
        with self._lock:
            loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self._cancel_tasks, key)

    def close(self) -> None:
        """Cancel everything, close the loop and end its thread."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._cancel_all(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="gesso-calls", daemon=True)
                self._thread.start()
            return self._loop

    async def _together(self, key: str, coroutines: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
        self._tasks[key] = tasks
        try:
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
        await asyncio.get_running_loop().shutdown_default_executor()
