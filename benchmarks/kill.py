"""Kill: a process is SIGKILLed at 100 random moments while it works against a server that counts what it bills.

    python -m benchmarks.kill [--rounds 100] [--seed 1]

After each kill a new process starts on the same folder, as after a real crash. In the end the
server's count is held against the journal, the files and the ledger.
"""

import argparse
import hashlib
import itertools
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from core.bootstrap import Workbench, build
from core.domain.job import Job, JobState
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.settings import Settings
from tests.images_api import ImagesApi, Request

VISITOR = Visitor(owner="kill", operator=True)
WAITING = 6


def settings(folder: Path, url: str) -> Settings:
    return Settings(
        output_dir=folder, openai_api_key="sk-benchmark", openai_base_url=url, lease_seconds=1.5, drain_seconds=30.0
    )


def victim(folder: Path, url: str, number: int) -> None:
    """Work until killed: always some jobs waiting, some running, some being stored."""
    with build(settings(folder, url)) as workbench:
        workbench.start()
        print("ready", flush=True)
        for count in itertools.count():
            stream = count % 3 == 2
            workbench.studio.submit(
                GenerateRequest(
                    prompt=f"round {number} job {count}",
                    model="gpt-image-2.5-flare",
                    size="1024x1024",
                    quality="low",
                    n=2 if count % 3 == 1 else 1,
                    stream=stream,
                    partial_images=2 if stream else 0,
                ),
                VISITOR,
            )
            while len(workbench.studio.jobs(VISITOR, states=(JobState.QUEUED, JobState.RUNNING))) >= WAITING:
                time.sleep(0.01)


def kill_once(folder: Path, url: str, number: int, dice: random.Random) -> float:
    """Start a victim, kill it at a random moment; returns when (``time.time()``)."""
    command = [sys.executable, "-m", "benchmarks.kill", "--victim", str(folder), url, str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(dice.uniform(0.0, 1.2))
        process.send_signal(signal.SIGKILL)
        return time.time()


def recover(folder: Path, url: str) -> tuple[Workbench, list[Job]]:
    """The last process: everything left is brought to an end; returns all jobs."""
    workbench = build(settings(folder, url))
    workbench.start()
    deadline = time.monotonic() + 120
    while workbench.studio.jobs(VISITOR, states=(JobState.QUEUED, JobState.RUNNING)):
        if time.monotonic() > deadline:
            raise TimeoutError("jobs are left in the air")
        time.sleep(0.2)
    return workbench, list(workbench.studio.jobs(VISITOR, limit=100_000))


@dataclass
class Verdict:
    """What the comparison found; all but the first three ought to be 0."""

    requests: int
    billed: int
    states: Counter[str]
    arrived: int = 0
    arrived_and_lost: int = 0
    billed_twice: int = 0
    untruthful: int = 0
    files_missing: int = 0
    unaccounted: Decimal = Decimal(0)


def judge(workbench: Workbench, jobs: list[Job], requests: list[Request], kills: list[float]) -> Verdict:
    """Hold the server's count against the journal, the files and the ledger."""
    billed = Counter(request.prompt for request in requests if request.billed)
    arrived = {request.prompt for request in requests if _had_arrived(request, kills)}
    verdict = Verdict(len(requests), sum(billed.values()), Counter(job.state.value for job in jobs))
    verdict.arrived = len(arrived)
    verdict.billed_twice = sum(count > 1 for count in billed.values())
    for job in jobs:
        prompt = job.request.prompt
        verdict.arrived_and_lost += prompt in arrived and len(job.images) < job.request.n
        verdict.untruthful += not _truthful(job, billed[prompt])
        verdict.files_missing += sum(not _is_whole(workbench, job, place) for place in range(len(job.images)))
    standing = workbench.ledger.standing("openai").today
    price = {job.request.prompt: job.estimate_high or Decimal(0) for job in jobs}
    verdict.unaccounted = max(sum((price[prompt] for prompt in billed), Decimal(0)) - standing.total, Decimal(0))
    return verdict


def _had_arrived(request: Request, kills: list[float]) -> bool:
    """Whether the process had read the whole answer (it closes the connection then) before it was killed."""
    next_kill = next((kill for kill in kills if kill > request.started_at), float("inf"))
    return request.taken_at is not None and request.taken_at < next_kill


def _truthful(job: Job, billed: int) -> bool:
    """Whether state and money say what the server knows, or openly say that they do not know."""
    match job.state:
        case JobState.SUCCEEDED:
            return billed == 1 and len(job.images) == job.request.n and job.held == 0 and job.charged > 0
        case JobState.UNKNOWN:
            return not job.images and job.held > 0
        case _:
            return False


def _is_whole(workbench: Workbench, job: Job, place: int) -> bool:
    image = job.images[place]
    return hashlib.sha256(workbench.library.original(image)).hexdigest() == image.ref.sha256


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--victim", nargs=3)
    arguments = parser.parse_args()
    if arguments.victim:
        folder, url, number = arguments.victim
        victim(Path(folder), url, int(number))
    dice = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name, ImagesApi(latency=0.25, weight=1_500_000) as api:
        kills = [kill_once(Path(name), api.url, number, dice) for number in range(arguments.rounds)]
        workbench, jobs = recover(Path(name), api.url)
        verdict = judge(workbench, jobs, api.requests, kills)
        workbench.close()
    print(f"{arguments.rounds} kills; {verdict.requests} requests reached the server, {verdict.billed} were billed")
    print("jobs:", ", ".join(f"{count} {state}" for state, count in sorted(verdict.states.items())))
    print(f"answers that had arrived: {verdict.arrived}, of which lost: {verdict.arrived_and_lost}")
    print(f"requests billed twice: {verdict.billed_twice}")
    print(f"jobs in an untruthful state: {verdict.untruthful}")
    print(f"stored images whose file is missing or damaged: {verdict.files_missing}")
    print(f"billed but neither spent nor held in the ledger: ${verdict.unaccounted}")


if __name__ == "__main__":
    main()
