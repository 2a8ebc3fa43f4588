"""Starts the servers that benchmarks look at, and stops them again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
STREAMLIT = [sys.executable, "-m", "streamlit"]
QUIET = ["--server.headless", "true", "--browser.gatherUsageStats", "false"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def streamlit(script: str, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """Run a script, or ``hello``; yields the process, its URL and the seconds until it was healthy."""
    port = free_port()
    what = ["hello"] if script == "hello" else ["run", script]
    command = [*STREAMLIT, *what, "--server.port", str(port), *QUIET]
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url)
        yield process, url, time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _wait_until_healthy(url: str) -> None:
    while True:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=2)
            return
        time.sleep(0.01)


@contextlib.contextmanager
def images_api(latency: float, journal: Path | None = None) -> Iterator[str]:
    """The local Images API in a process of its own; yields its base URL."""
    command = [sys.executable, "-m", "tests.images_api", "--port", "0", "--latency", str(latency)]
    if journal is not None:
        command += ["--journal", str(journal)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def wait_until_open(port: int, seconds: float) -> None:
    """Until something takes connections there; raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
