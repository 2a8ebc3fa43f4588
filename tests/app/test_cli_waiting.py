"""The terminal does not wait for ever for a job that nobody runs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.cli.opening import VISITOR
from app.cli.running import Telling, run_job
from core.bootstrap import Workbench, build
from core.domain.job import CallState, Job
from core.domain.request import GenerateRequest
from core.settings import Settings

ASK = GenerateRequest(prompt="a red fox", model="gpt-image-2.5-flare", size="1024x640", quality="low")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Workbench]]:
    """Builds workbenches on one folder."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(build(Settings(output_dir=tmp_path, **settings)))


def test_one_that_was_not_sent_is_cancelled(bench: Callable[..., Workbench]) -> None:
    left = bench(concurrency=1, demo_latency_seconds=60.0)
    left.studio.submit(ASK, VISITOR)
    waiting = left.studio.submit(ASK, VISITOR)
    assert run_job(bench(), lambda: waiting, Telling()) == 130


def test_one_that_was_sent_may_have_been_billed(bench: Callable[..., Workbench]) -> None:
    left = bench(demo_latency_seconds=60.0, lease_seconds=0.001)  # taken for dead at once
    job = left.studio.submit(ASK, VISITOR)
    while not _is_sent(left.studio.job(job.id, VISITOR)):
        pass
    assert run_job(bench(), lambda: job, Telling()) == 5


def _is_sent(job: Job) -> bool:
    return any(call.state is CallState.SENT for call in job.calls)
