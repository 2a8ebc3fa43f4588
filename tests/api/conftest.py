"""The API on a real server of its own, with the demo provider behind it."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import uvicorn
from openai import OpenAI

from app.api.access import set_listening
from app.api.main import create_api
from app.workbench import shutdown, workbench
from core.bootstrap import Workbench
from tests.databases import SQLITE, copied


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_template: Path) -> Iterator[Workbench]:
    """A workbench on the demo provider, without a trace of the machine's settings."""
    for name, value in {"OUTPUT_DIR": tmp_path, "PROVIDER": "demo", "DEMO_LATENCY_SECONDS": 0}.items():
        monkeypatch.setenv(name, str(value))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "DATABASE_URL", "BUDGET_DAY_USD", "BUDGET_MONTH_USD"):
        monkeypatch.delenv(name, raising=False)
    copied(sqlite_template, tmp_path / SQLITE)
    yield workbench()
    shutdown()


@pytest.fixture
def server(bench: Workbench) -> Iterator[str]:  # noqa: ARG001
    """The address of a server that only this machine reaches."""
    listening = socket.create_server(("127.0.0.1", 0))
    set_listening("127.0.0.1")
    running = uvicorn.Server(uvicorn.Config(create_api(), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    running.should_exit = True
    thread.join()
    set_listening(None)


@pytest.fixture
def openai(server: str) -> Iterator[OpenAI]:
    """OpenAI's own client, as it is, pointed at us."""
    with OpenAI(api_key="sk-anything", base_url=f"{server}/v1", max_retries=0) as client:
        yield client


@pytest.fixture
def http(server: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server, timeout=30) as client:
        yield client
