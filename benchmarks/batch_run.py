"""A batch against its ideal: 1,000 jobs at 0.5 s, inline with 8 threads, and on two Celery workers of 8.

    python -m benchmarks.batch_run [--jobs 1000] [--only inline|celery]

The server is a process of its own with real PNG answers and honest usage. The clock runs from the batch's start until
it has finished; one job goes before, so that everything is imported. Inline keeps its rows in SQLite, Celery in
PostgreSQL with Valkey as broker. CPU seconds are those of the measured time.
"""

import argparse
import contextlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.budget_race import postgresql
from benchmarks.servers import images_api
from core.bootstrap import Workbench, build
from core.domain.batch import BatchState, PlannedRow, RowState
from core.domain.job import JobState
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.settings import Settings
from tests.broker import Broker, WorkerProcess

OPERATOR = Visitor(owner="batch-run", operator=True)
LATENCY = 0.5
THREADS, WORKERS = 8, 2


@dataclass
class Result:
    """What one run took."""

    name: str
    seconds: float
    ideal: float
    succeeded: int
    cpu: dict[str, float]
    """CPU seconds by kind of process."""


def planned(count: int) -> list[PlannedRow]:
    ask = GenerateRequest(prompt="a red fox", model="gpt-image-2.5-flare", size="1024x1024", quality="low")
    return [PlannedRow(request=ask) for _ in range(count)]


def run(name: str, bench: Workbench, jobs: int, places: int, processes: dict[str, list[psutil.Process]]) -> Result:
    """Start a batch of so many jobs and wait for its end."""
    warm_up(bench, places)
    batch = bench.batches.plan(name, planned(jobs), OPERATOR)
    before = cpu_seconds(processes)
    began = time.perf_counter()
    bench.batches.start(batch.id, OPERATOR)
    while bench.batches.get(batch.id, OPERATOR).state is not BatchState.FINISHED:
        time.sleep(0.1)
    seconds = time.perf_counter() - began
    after = cpu_seconds(processes)
    done = bench.batches.progress(batch.id, OPERATOR).count(RowState.SUCCEEDED)
    return Result(name, seconds, jobs * LATENCY / places, done, {key: after[key] - before[key] for key in after})


def warm_up(bench: Workbench, places: int) -> None:
    """A job for every place, so that each process has imported what it needs."""
    made = [bench.studio.submit(planned(1)[0].request, OPERATOR) for _ in range(places)]
    for job in made:
        assert bench.studio.wait(job.id, seen=lambda _: None).state is JobState.SUCCEEDED


def cpu_seconds(processes: dict[str, list[psutil.Process]]) -> dict[str, float]:
    return {name: sum(_cpu(process) for process in group) for name, group in processes.items()}


def _cpu(process: psutil.Process) -> float:
    """Of a process and its children; of this one alone, because its children are the others."""
    family = [process] if process.pid == os.getpid() else [process, *process.children(recursive=True)]
    with contextlib.suppress(psutil.NoSuchProcess):
        return sum(one.cpu_times().user + one.cpu_times().system for one in family)
    return 0.0


def children(*names: str) -> list[psutil.Process]:
    """Our children whose command has one of these words in it."""
    return [one for one in psutil.Process().children() if any(name in " ".join(one.cmdline()) for name in names)]


def inline(jobs: int, url: str) -> Result:
    with tempfile.TemporaryDirectory(prefix="gesso-run-") as folder:
        settings = Settings(
            output_dir=Path(folder), openai_api_key="sk-benchmark", openai_base_url=url, concurrency=THREADS
        )
        with build(settings) as bench:
            bench.start()
            return run("inline", bench, jobs, THREADS, {"app": [psutil.Process()], "server": children("images_api")})


def celery(jobs: int, url: str) -> Result:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gesso-run-")))
        database, broker = stack.enter_context(postgresql()), stack.enter_context(Broker())
        environment = {
            "QUEUE": "celery", "CELERY_BROKER_URL": broker.url, "DATABASE_URL": database, "PROVIDER": "openai",
            "OUTPUT_DIR": str(folder / "output"), "OPENAI_API_KEY": "sk-benchmark", "OPENAI_BASE_URL": url,
        }  # fmt: skip
        bench = stack.enter_context(build(Settings.load(environment, folder=folder)))
        workers = [WorkerProcess(environment, folder, f"worker-{n}", concurrency=THREADS) for n in range(WORKERS)]
        for worker in workers:
            stack.callback(worker.end)
            worker.wait_until_ready()
        bench.start()
        own = [psutil.Process(worker.process.pid) for worker in workers]
        servers = [one for one in psutil.process_iter(["cmdline"]) if database.split("=")[-1] in _command(one)]
        processes = {
            "app": [psutil.Process()], "workers": own, "server": children("images_api"), "Valkey": children("valkey"),
            "PostgreSQL": servers[:1],
        }  # fmt: skip
        return run("Celery", bench, jobs, WORKERS * THREADS, processes)


def _command(process: psutil.Process) -> str:
    return " ".join(process.info["cmdline"] or ())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--only", choices=["inline", "celery"])
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, {asked.jobs} jobs at {LATENCY} s")
    with images_api(LATENCY) as url:
        results = [] if asked.only == "celery" else [inline(asked.jobs, url)]
        results += [] if asked.only == "inline" else [celery(asked.jobs, url)]
    for one in results:
        told = ", ".join(f"{name} {seconds:.1f}" for name, seconds in one.cpu.items())
        print(
            f"{one.name}: {one.succeeded} of {asked.jobs} in {one.seconds:.1f} s; ideal {one.ideal:.1f} s, "
            f"ratio {one.seconds / one.ideal:.3f}; CPU seconds: {told} "
            f"({1000 * sum(one.cpu.values()) / asked.jobs:.1f} ms a job)"
        )


if __name__ == "__main__":
    main()
