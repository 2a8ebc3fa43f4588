"""A whole workbench on a real SQLite file with the demo provider."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.bootstrap import Workbench, build
from core.domain.job import Job
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.settings import Settings
from tests.databases import copied

ANNA = Visitor(owner="anna")
ASK = GenerateRequest(prompt="a red fox", model="gpt-image-2.5-flare", size="1024x640", quality="low")

Build = Callable[..., Workbench]


@pytest.fixture
def bench(tmp_path: Path, sqlite_template: Path) -> Iterator[Build]:
    """Builds workbenches on one output folder; all are closed after the test."""
    with ExitStack() as stack:

        def make(*, clock=None, **settings: object) -> Workbench:  # type: ignore[no-untyped-def]
            chosen = Settings(**{"output_dir": tmp_path, "demo_latency_seconds": 0.0, **settings})  # type: ignore[arg-type]
            if chosen.database_url is None and not chosen.sqlite_path.exists():
                copied(sqlite_template, chosen.sqlite_path)
            return stack.enter_context(build(chosen, clock=clock) if clock else build(chosen))

        yield make


def until(workbench: Workbench, job: Job, ready: Callable[[Job], bool]) -> Job:
    """Wait for a moment in a job's life; fails by the test's own time limit."""
    looked: list[Job] = []
    while not ready(current := workbench.studio.job(job.id, ANNA)):
        looked.append(current)
        if current.state.is_final:
            pytest.fail(f"the job ended as {current.state}: {current.error}")
    return current


def finished(workbench: Workbench, job: Job) -> Job:
    """Wait for the end of a job."""
    return workbench.studio.wait(job.id, seen=lambda _: None, interval=0.03)
