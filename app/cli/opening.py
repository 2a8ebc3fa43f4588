"""Opens the workbench for the terminal, and sets up what it logs."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.domain.visitor import Visitor
from core.settings import Settings

if TYPE_CHECKING:
    from core.bootstrap import Workbench

VISITOR = Visitor(owner="local", operator=True)
"""Whoever has this machine's terminal has its files: they see all jobs."""


@contextmanager
def workbench(settings: Settings | None = None, *, verbose: bool = False) -> Iterator["Workbench"]:
    """A workbench that has brought what a crash left behind to a truthful state; it sends nothing by itself."""
    from core.bootstrap import build

    chosen = settings or Settings.load()
    with logging_to_stderr(chosen.log_level if verbose else "WARNING", verbose=verbose), build(chosen) as opened:
        opened.recover()
        yield opened


@contextmanager
def logging_to_stderr(level: str, *, verbose: bool) -> Iterator[None]:
    """Send our own log to stderr from this level on; other libraries speak from WARNING on."""
    handler, root = _Stderr(), logging.getLogger()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s" if verbose else "Note: %(message)s"))
    ours = [logging.getLogger(name) for name in ("core", "app")]
    before = [logger.level for logger in ours]
    root.addHandler(handler)
    for logger in ours:
        logger.setLevel(level.upper())
    try:
        yield
    finally:
        root.removeHandler(handler)
        for logger, was in zip(ours, before, strict=True):
            logger.setLevel(was)


class _Stderr(logging.Handler):
    """Writes to the stderr of the moment, which a progress bar replaces while it is drawn."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")
