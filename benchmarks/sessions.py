"""Twenty open pages, each with a running 30-s job: how long a click takes, a cancel, a rerun, a drain.

python -m benchmarks.sessions
"""

import asyncio
import json
import signal
import subprocess
import tempfile
import time
from contextlib import AbstractContextManager, AsyncExitStack
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.servers import images_api, percentile, streamlit
from benchmarks.streamlit_client import Session
from core.bootstrap import build
from core.domain.visitor import Visitor
from core.settings import Settings

SESSIONS = 20
JOB_SECONDS = 30.0
CLICKING_SECONDS = 20.0
SEED = 1
OPERATOR = Visitor(owner="benchmark", operator=True)


def gesso(folder: str, api: str, **more: str) -> AbstractContextManager[tuple[subprocess.Popen[bytes], str, float]]:
    """The app, working against the local server, with a thread for every job."""
    settings = {"OUTPUT_DIR": folder, "OPENAI_API_KEY": "sk-benchmark", "OPENAI_BASE_URL": api, "CONCURRENCY": "40"}
    return streamlit("streamlit_app.py", **settings, **more)


async def reruns(*urls: str, count: int = 60) -> list[list[float]]:
    """Seconds that reruns of pages take, after some to warm up; in turns, so that all share the machine's moods."""
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(Session.opened(url)) for url in urls]
        took: list[list[float]] = [[] for _ in urls]
        for _ in range(count + 20):
            for session, mine in zip(sessions, took, strict=True):
                await asyncio.sleep(0.1)  # back to back, TCP's delayed acknowledgements would be measured instead
                mine.append(await session.rerun())
        return [mine[20:] for mine in took]


async def generate(session: Session, prompt: str) -> None:
    await session.write("Prompt", prompt)
    await session.click("Generate 1 image")


async def click_for_a_while(session: Session, chance: Random) -> list[float]:
    """Click about once a second, at moments of its own: people do not click in chorus."""
    took, end = [], time.monotonic() + CLICKING_SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(chance.uniform(0.5, 1.5))
        took.append(await session.rerun())
    return took


async def crowd(url: str, journal: Path) -> tuple[list[float], float]:
    """Click times of all sessions, and the seconds from a cancel to the moment the server saw it."""
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(Session.opened(url)) for _ in range(SESSIONS)]
        for number, session in enumerate(sessions):
            await generate(session, f"crowd {number}")
        chance = Random(SEED)
        clicks = await asyncio.gather(*(click_for_a_while(session, chance) for session in sessions))
        pressed = time.time()
        await sessions[0].click("Cancel")
        await asyncio.sleep(3)
        return [seconds for session in clicks for seconds in session], first_left(journal) - pressed


def first_left(journal: Path) -> float:
    """When the server first saw a client leave."""
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    left: list[float] = [
        line["ended_at"] for line in lines if line["what"] == "ended" and line["ended"] == "client_left"
    ]
    return left[0]


async def fill(url: str, count: int) -> None:
    async with Session.opened(url) as session:
        for number in range(count):
            await generate(session, f"drain {number}")


def measure_crowd() -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "server.jsonl"
        with images_api(JOB_SECONDS, journal) as api, gesso(folder, api, DRAIN_SECONDS="1") as (_, url, _):
            clicks, cancel = asyncio.run(crowd(url, journal))
    print(
        f"{SESSIONS} sessions, each with a running job: {len(clicks)} clicks, median {median(clicks) * 1000:.0f} ms, "
        f"p95 {percentile(clicks, 0.95) * 1000:.0f} ms, slowest {max(clicks) * 1000:.0f} ms"
    )
    print(f"cancel seen by the server after {cancel:.2f} s")


def measure_reruns() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = streamlit("streamlit_app.py", OUTPUT_DIR=folder, PROVIDER="demo")
        with ours as (_, url, _), streamlit("benchmarks/empty_page.py") as (_, empty_url, _):
            page, empty = (median(took) for took in asyncio.run(reruns(url, empty_url)))
    print(
        f"rerun of the Generate page: median {page * 1000:.1f} ms; of an empty page: "
        f"{empty * 1000:.1f} ms; ratio {page / empty:.2f}"
    )


def measure_drain(jobs: int = 8) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with images_api(6.0) as api, gesso(folder, api) as (process, url, _):
            asyncio.run(fill(url, jobs))
            told = time.perf_counter()
            process.send_signal(signal.SIGTERM)
            process.wait()
            took = time.perf_counter() - told
        with build(Settings(output_dir=Path(folder))) as workbench:
            ended = [job.state.value for job in workbench.studio.jobs(OPERATOR)]
    print(f"SIGTERM with {jobs} jobs running: exit after {took:.1f} s; {ended.count('succeeded')} of {jobs} succeeded")


def main() -> None:
    measure_reruns()
    measure_crowd()
    measure_drain()


if __name__ == "__main__":
    main()
