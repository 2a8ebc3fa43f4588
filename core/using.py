"""The workbench that library functions use: the caller's own, or one of this process.

with using(workbench):
    portrait = await generate_base_image(bio, gender)
"""

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.bootstrap import Workbench, build
from core.settings import Settings

_chosen: ContextVar[Workbench | None] = ContextVar("gesso_workbench", default=None)


class _Process:
    """What this process holds: at most one workbench, built when the first function needs it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Workbench | None = None

    def workbench(self) -> Workbench:
        with self._lock:
            if self._held is None:
                self._held = build(Settings.load())
                self._held.recover()
                atexit.register(self.close)
            return self._held

    def close(self) -> None:
        with self._lock:
            held, self._held = self._held, None
        if held is not None:
            atexit.unregister(self.close)
            held.close()


_process = _Process()


@contextmanager
def using(workbench: Workbench) -> Iterator[Workbench]:
    """Have functions called inside use this workbench, also in tasks that begin inside; it stays the caller's."""
    before = _chosen.set(workbench)
    try:
        yield workbench
    finally:
        _chosen.reset(before)


def at_hand() -> Workbench:
    """The caller's workbench, or this process's own, built from the environment and closed at exit; may block.

    Raises SettingsError or StorageError.
    """
    return _chosen.get() or _process.workbench()


def close() -> None:
    """Close this process's own workbench sooner than at exit; the next function builds another."""
    _process.close()
