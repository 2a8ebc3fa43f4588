"""Start: the app against Streamlit's own hello, the terminal against bare Python, and memory.

python -m benchmarks.start
"""

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import sync_playwright

from benchmarks.servers import ROOT, streamlit
from benchmarks.streamlit_client import Session
from tests.browser.conftest import ARGUMENTS

RUNS = 5
HELP_RUNS = 30
PAINT = (
    "() => new Promise(done => new PerformanceObserver(list => { for (const entry of list.getEntries()) "
    "if (entry.name === 'first-contentful-paint') done(entry.startTime) }).observe({type: 'paint', buffered: true}))"
)


def start_once(script: str) -> tuple[float, float]:
    """Seconds until healthy, and until the first contentful paint in a fresh browser."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"OUTPUT_DIR": folder, "PROVIDER": "demo"}
        with streamlit(script, **environment) as (_, url, healthy), sync_playwright() as player:
            browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
            page = browser.new_page()
            page.goto(url)
            paint = page.evaluate(PAINT) / 1000
            browser.close()
    return healthy, paint


def measure_start() -> None:
    ours, hello = [], []
    for _ in range(RUNS):
        ours.append(start_once("streamlit_app.py"))
        hello.append(start_once("hello"))
    for name, place in (("healthy", 0), ("first paint", 1)):
        mine, theirs = (median(run[place] for run in runs) for runs in (ours, hello))
        print(f"{name}: Gesso {mine:.2f} s, streamlit hello {theirs:.2f} s, ratio {mine / theirs:.2f}")


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def measure_help() -> None:
    gesso = [str(Path(sys.executable).with_name("gesso")), "--help"]
    bare = [sys.executable, "-c", "pass"]
    pairs = [(seconds(gesso), seconds(bare)) for _ in range(HELP_RUNS)]
    ours, python = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    print(
        f"gesso --help {ours * 1000:.0f} ms, python -c pass {python * 1000:.0f} ms, "
        f"median ratio {median(a / b for a, b in pairs):.2f}"
    )


async def hundred_jobs(url: str) -> None:
    async with Session.opened(url) as session:
        for number in range(100):
            await session.write("Prompt", f"a red fox, number {number}")
            await session.click("Generate 1 image")
        await asyncio.sleep(5)


def measure_memory() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"OUTPUT_DIR": folder, "PROVIDER": "demo", "DEMO_LATENCY_SECONDS": "0"}
        with streamlit("streamlit_app.py", **environment) as (process, url, _):
            seen = psutil.Process(process.pid)
            time.sleep(2)
            idle = seen.memory_info().rss
            asyncio.run(hundred_jobs(url))
            stored = len(list(Path(folder).glob("images/*/*")))
            deadline = time.monotonic() + 120
            while stored < 100 and time.monotonic() < deadline:
                time.sleep(0.5)
                stored = len(list(Path(folder).glob("images/*/*")))
            after = seen.memory_info().rss
    print(f"resident memory: idle {idle / 1e6:.0f} MB, after {stored} stored images {after / 1e6:.0f} MB")


def main() -> None:
    print(f"in {ROOT.name}, {RUNS} starts each, alternating")
    measure_help()
    measure_start()
    measure_memory()


if __name__ == "__main__":
    main()
