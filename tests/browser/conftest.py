"""A real server on a port of its own, and a real Chromium that looks at it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize, sync_playwright

from core.domain.image import Size
from core.imaging.sketch import Sketch, paint

ROOT = Path(__file__).parents[2]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
# Quiet and self-contained: no sandbox for root in CI, and no talk with Google in the background.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEWPORT: ViewportSize = {"width": 1280, "height": 900}
PHOTO = Size(1152, 768)
START_SECONDS, STOP_SECONDS = 40, 20


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running ``streamlit run``: its address, output folder and process."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def log(self) -> str:
        return (self.folder / "server.log").read_text()


Serve = Callable[..., Server]


@contextmanager
def serving(folder: Path, script: str = "streamlit_app.py", **settings: object) -> Iterator[Server]:
    """Start the app on a free port and stop it afterwards, with settings as environment variables."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--server.fileWatcherType", "none"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(folder, settings), stdout=log, stderr=subprocess.STDOUT
        )
        server = Server(url=f"http://127.0.0.1:{port}", folder=folder, process=process)
        try:
            _wait_until_healthy(server)
            yield server
        finally:
            _stop(process)


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts servers with settings of the test's choice; all are stopped afterwards."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(serving(tmp_path_factory.mktemp("output"), **settings))


@pytest.fixture
def server(serve: Serve) -> Server:
    """A cold server on the demo provider that nobody has visited yet."""
    return serve()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not mind each other: each is another visitor, with a history of its own."""
    with serving(tmp_path_factory.mktemp("output")) as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The browser's driver."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One Chromium, whose profile keeps Streamlit's scripts compiled: a cold profile doubles the cost of a visit."""
    profile = tmp_path_factory.mktemp("profile")
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium_path(), args=ARGUMENTS, viewport=VIEWPORT
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


def chromium_path() -> str:
    """Where this machine's Chromium is; without one the tests are skipped, but not in CI."""
    path = next((found for name in CHROMIUMS if (found := shutil.which(name))), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium here: install Debian's package chromium")
    return path


@pytest.fixture
def page(chromium: BrowserContext) -> Iterator[Page]:
    """A tab of a browser that knows nobody here; only the scripts and styles of earlier tests are cached."""
    yield chromium.new_page()
    _forget(chromium)


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of this size, as a person would bring it."""
    path = tmp_path_factory.mktemp("photos") / "harbour.png"
    paint(Sketch(prompt="a sailing boat on a calm sea at dusk", size=PHOTO)).save(path)
    return path


def _forget(context: BrowserContext) -> None:
    """Close all tabs but the blank first one, without which Chromium ends, and clear all that pages stored."""
    blank, *tabs = context.pages
    origins = {f"{address.scheme}://{address.netloc}" for address in (urlsplit(tab.url) for tab in tabs)}
    for tab in tabs:
        tab.close()
    devtools = context.new_cdp_session(blank)
    for origin in origins:
        devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    devtools.detach()
    context.clear_cookies()
    context.clear_permissions()


def _environment(folder: Path, settings: dict[str, object]) -> dict[str, str]:
    ours: dict[str, object] = {"OUTPUT_DIR": folder, "PROVIDER": "demo", "DEMO_LATENCY_SECONDS": 0.3, **settings}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "BUDGET_"))}
    return {**kept, "DATABASE_URL": "", **{name: str(value) for name, value in ours.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: Server) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            with urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    pytest.fail(f"the server did not start:\n{server.log()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
