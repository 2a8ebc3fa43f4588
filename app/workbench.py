"""The one workbench of this process, built when somebody first asks for it.

It is kept in ``sys.modules`` under a name of its own: Streamlit throws away our modules when
one of their files changes, and what runs people's jobs must outlive that.
"""

import logging
import sys
import threading
from importlib import import_module
from secrets import token_bytes
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from core.bootstrap import Workbench

log = logging.getLogger(__name__)

HELD = "_gesso_process"


class Process(ModuleType):
    """What this process holds, whatever becomes of our modules."""

    def __init__(self) -> None:
        super().__init__(HELD)
        self.lock = threading.RLock()
        self.workbench: Workbench | None = None
        self.routes_are_served = False
        self.secret = token_bytes(32)


def workbench() -> "Workbench":
    """The workbench, built and started once; safe from any thread.

    Raises SettingsError or StorageError, and tries again at the next call.
    """
    process = _process()
    with process.lock:
        _retire_an_outdated(process)
        if process.workbench is None:
            process.workbench = _started()
        return process.workbench


def shutdown() -> None:
    """Let running jobs finish within the configured time, then close; nothing happens if none was built."""
    process = _process()
    with process.lock:
        held, process.workbench = process.workbench, None
        process.routes_are_served = False
    if held is not None:
        _end(held)


def routes_are_served() -> bool:
    """Whether ``st.App`` runs in this process, so that pictures have addresses of their own."""
    return _process().routes_are_served


def serve_routes() -> None:
    """Say that ``st.App`` runs in this process; its lifespan calls this."""
    _process().routes_are_served = True


def process_secret() -> bytes:
    """32 random bytes of this process, for what it signs for itself."""
    return _process().secret


def _process() -> Process:
    # setdefault is atomic: two threads that come first together get the same object.
    return cast(Process, sys.modules.get(HELD) or sys.modules.setdefault(HELD, Process()))


def _started() -> "Workbench":
    from core.bootstrap import build
    from core.settings import Settings

    settings = Settings.load()
    logging.getLogger("core").setLevel(settings.log_level.upper())
    logging.getLogger("app").setLevel(settings.log_level.upper())
    built = build(settings)
    built.start()
    return built


def _retire_an_outdated(process: Process) -> None:
    """After a reload of ``core`` the old workbench's classes are no longer the pages' classes.

    Looked up by name, so that old and new copies of this module agree on what is current.
    """
    held = process.workbench
    if held is None or isinstance(held, import_module("core.bootstrap").Workbench):
        return
    log.info("The code of core changed: a new workbench takes over, the old one finishes its jobs")
    process.workbench = None
    threading.Thread(target=_end, args=(held,), name="gesso-retire", daemon=True).start()


def _end(held: "Workbench") -> None:
    if not held.drain():
        log.warning("Not every job ended in time; the next start takes care of those that did not")
    held.close()
