"""A real Valkey for the whole test run, and workbenches and worker processes that share a PostgreSQL database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.bootstrap import Workbench, build
from core.settings import Settings
from tests.broker import Broker, WorkerProcess
from tests.databases import new_postgresql

App = Callable[..., Workbench]
Worker = Callable[..., WorkerProcess]


@pytest.fixture(scope="session")
def valkey() -> Iterator[Broker]:
    with Broker() as broker:
        yield broker


@pytest.fixture
def broker(valkey: Broker) -> Broker:
    """The session's Valkey, empty."""
    valkey.empty()
    return valkey


@pytest.fixture
def environment(broker: Broker, postgresql: str, postgresql_template: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The variables that app and workers share: a new database, the demo provider."""
    with new_postgresql(postgresql, postgresql_template) as url:
        yield {
            "QUEUE": "celery", "CELERY_BROKER_URL": broker.url, "DATABASE_URL": url,
            "OUTPUT_DIR": str(tmp_path / "output"), "DEMO_LATENCY_SECONDS": "0.0", "OPENAI_API_KEY": "",
        }  # fmt: skip


@pytest.fixture
def app(environment: dict[str, str], tmp_path: Path) -> Iterator[App]:
    """Builds the app's workbench: it puts jobs, sweeps and feeds when told, and is closed after the test."""
    with ExitStack() as stack:

        def make(*, clock=None, **more: str) -> Workbench:  # type: ignore[no-untyped-def]
            settings = Settings.load(environment | more, folder=tmp_path)
            return stack.enter_context(build(settings, clock=clock) if clock else build(settings))

        yield make


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path) -> Iterator[Worker]:
    """Starts a worker process and waits until it takes jobs; what still runs at the end is killed."""
    with ExitStack() as stack:

        def start(name: str = "worker", *, concurrency: int = 1) -> WorkerProcess:
            process = WorkerProcess(environment, tmp_path, name, concurrency=concurrency)
            stack.callback(process.kill)
            return process.wait_until_ready()

        yield start
