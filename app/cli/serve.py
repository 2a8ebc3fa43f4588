"""``gesso serve``: the pages and the HTTP API in one process, or the API alone."""

import re
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.output import note
from core.errors import InvalidRequestError
from core.settings import Settings

app = new_app()
FRONT_DOOR = Path(__file__).parents[2] / "streamlit_app.py"
BASE_PATH = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*", re.ASCII)
"""Clients take . and .. out of a path before they ask for it."""


@app.command()
def serve(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen; 0.0.0.0 is every address.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 takes a free one.")] = 8501,
    api_only: Annotated[bool, typer.Option("--api-only", help="Only the HTTP API, without the pages.")] = False,
    base_path: Annotated[
        str, typer.Option("--base-path", metavar="/PATH", help="Everything below this path, for a reverse proxy.")
    ] = "",
) -> int:
    """Serve the pages and the HTTP API until Ctrl-C or SIGTERM; running jobs then finish first.

    Listening elsewhere than on this machine, set APP_PASSWORD for the pages; the API asks for its own keys.
    """
    base = _base(base_path)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopped)
    settings = Settings.load()  # what is wrong with them is said here, not in a browser
    if api_only:
        from app.api import alone

        alone.run(host, port, base)
        return OK
    return _pages(host, port, base, quiet=settings.log_format == "json")


def _stopped(_number: int, _frame: FrameType | None) -> None:
    """A stop that was asked for is no failure. uvicorn has handlers of its own, and repeats the signal at its end."""
    raise SystemExit(OK)


def _base(text: str) -> str:
    base = f"/{text.strip('/')}" if text.strip("/") else ""
    if not BASE_PATH.fullmatch(base):
        raise InvalidRequestError("--base-path is a path such as /gesso, of letters, digits and . _ ~ -", param="path")
    return base


def _pages(host: str, port: int, base: str, *, quiet: bool) -> int:
    """Streamlit's own runner."""
    if not FRONT_DOOR.exists():
        raise InvalidRequestError(
            "The pages are not installed here: run this from a checkout of Gesso, or add --api-only.", param="api_only"
        )
    from streamlit.web import cli

    from app.api.alone import listening

    with listening(host, port) as taken:  # Streamlit would find out only after the next line is said
        port = taken.getsockname()[1]
    if not quiet:
        note(f"Gesso is on http://{f'[{host}]' if ':' in host else host}:{port}{base} - Ctrl-C ends it.")
    options = {
        "server.address": host,
        "server.port": port,
        "server.baseUrlPath": base.strip("/"),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        # Its own welcome asks a server on the internet for our address first.
        "logger.hideWelcomeMessage": "true",
    }
    sys.argv = ["streamlit", "run", str(FRONT_DOOR)]
    flags = [f"--{name}={value}" for name, value in options.items() if value != ""]
    cli.main(["run", str(FRONT_DOOR), *flags], prog_name="streamlit", standalone_mode=False)
    return OK
