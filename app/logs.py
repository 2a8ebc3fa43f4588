"""What a server writes to its log: lines for people, or one JSON object a line (``LOG_FORMAT=json``).

    {"time": "2026-11-21T09:30:00.123456+00:00", "level": "INFO", "logger": "app.api.access", "message": "...",
     "request_id": "req_...", "job_id": "...", "method": "POST", "path": "/v1/...", "status": 200, "seconds": 8.1}

No prompt, no key and no image bytes are ever handed to a log; what looks like a key is struck out all the same.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

from core.settings import Settings

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OTHERS = ("uvicorn", "streamlit", "websockets")
"""Loggers, with all below them, that bring handlers of their own."""
EXTRA = ("method", "path", "status", "seconds", "job_id")
JOB = re.compile(r"\b[Jj]ob ([0-9a-f]{32})\b", re.ASCII)
SECRET = re.compile(r"\b(sk-|gesso_|Bearer )[A-Za-z0-9_\-.~+/]{8,}=*", re.ASCII)

request_id: ContextVar[str | None] = ContextVar("gesso_request_id", default=None)
"""The id of the API request that is being answered; it follows into ``asyncio.to_thread``."""


def set_up(settings: Settings) -> None:
    """Send this process's log to standard error in the chosen form."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    dressed = JsonLines() if settings.log_format == "json" else Lines(TEXT)
    for handler in root.handlers:
        handler.setFormatter(dressed)
    if settings.log_format == "json":
        for logger in _theirs():
            # Left with theirs, a traceback would be many lines; uvicorn even takes the handlers and hands nothing on.
            logger.handlers.clear()
            logger.propagate = True
    for name in ("core", "app"):
        logging.getLogger(name).setLevel(settings.log_level.upper())


def _theirs() -> list[logging.Logger]:
    known = [logging.getLogger(name) for name in tuple(logging.root.manager.loggerDict)]
    return [logger for logger in known if logger.name.partition(".")[0] in OTHERS]


def without_secrets(text: str) -> str:
    """The text with everything that looks like a key struck out."""
    return SECRET.sub(lambda found: f"{found[1]}…", text)


class Lines(logging.Formatter):
    """A line for people; tracebacks follow it."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line, tracebacks within it."""

    def format(self, record: logging.LogRecord) -> str:
        message = without_secrets(record.getMessage())
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
        }
        if (number := request_id.get()) is not None:
            told["request_id"] = number
        if named := JOB.search(message):
            told["job_id"] = named[1]
        told |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        if record.exc_info:
            told["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False, default=str)
