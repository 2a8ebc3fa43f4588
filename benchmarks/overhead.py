"""Overhead: 200 requests at concurrency 8 against a local server that takes 1.0 s; ideal 25 s.

One request goes before, so that the SDK is imported. The clock runs from the first submit
until the last image is stored and settled.

python -m benchmarks.overhead
"""

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.servers import images_api
from core.bootstrap import build
from core.domain.job import JobState
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.settings import Settings

VISITOR = Visitor(owner="overhead", operator=True)
LATENCY = 1.0


def measure(url: str, requests: int, concurrency: int) -> tuple[float, int]:
    """Seconds from the first submit to the last stored image, and how many succeeded."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            output_dir=Path(folder), openai_api_key="sk-benchmark", openai_base_url=url, concurrency=concurrency
        )
        with build(settings) as workbench:
            ask = GenerateRequest(prompt="a red fox", model="gpt-image-2.5-flare", size="1024x1024", quality="low")
            workbench.studio.wait(workbench.studio.submit(ask, VISITOR).id, seen=lambda _: None)  # imports the SDK
            started = time.perf_counter()
            for _ in range(requests):
                workbench.studio.submit(ask, VISITOR)
            while workbench.studio.jobs(VISITOR, states=(JobState.QUEUED, JobState.RUNNING), limit=1):
                time.sleep(0.02)
            elapsed = time.perf_counter() - started
            return elapsed, len(workbench.studio.jobs(VISITOR, states=(JobState.SUCCEEDED,), limit=requests + 1)) - 1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--concurrency", type=int, default=8)
    arguments = parser.parse_args()
    with images_api(LATENCY) as url:
        elapsed, succeeded = measure(url, arguments.requests, arguments.concurrency)
    ideal = arguments.requests * LATENCY / arguments.concurrency
    print(
        f"{succeeded} of {arguments.requests} succeeded in {elapsed:.2f} s; "
        f"ideal {ideal:.1f} s, ratio {elapsed / ideal:.3f}"
    )


if __name__ == "__main__":
    main()
