"""A plan of 10,000 rows: reading, expanding, pricing, storing, submitting, and what a page costs while it runs.

    python -m benchmarks.batch_plan [--rows 10000] [--profile]

Submitting is ``Feeder.feed`` with a window of all rows, and a queue whose one thread waits at the demo provider: what
is measured is plan, price, reservation and hand-over, not the running. Figures of pages are medians and 95th
percentiles of 200 looks, with the batch half submitted.
"""

import argparse
import cProfile
import csv
import io
import pstats
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.budget_race import postgresql
from benchmarks.servers import percentile
from core.bootstrap import Workbench, build
from core.domain.batch import PlannedRow
from core.domain.batch_rows import read_rows
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.domain.wildcards import expand_prompt
from core.settings import Settings

ANNA = Visitor(owner="anna")
DEFAULTS = {"model": "gpt-image-2.5-flare", "size": "1024x1024", "quality": "low"}
LOOKS, PAGE = 200, 100
SUBMITTED = 1000
"""So many rows are submitted at most; the rest would only cost time."""

T = TypeVar("T")


def timed(what: str, ask: Callable[[], T], *, count: int | None = None) -> T:
    began = time.perf_counter()
    answer = ask()
    seconds = time.perf_counter() - began
    each = f", {1000 * seconds / count:.3f} ms each" if count else ""
    print(f"  {what:42} {seconds:7.2f} s{each}")
    return answer


def as_csv(count: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["prompt", "quality", "name", "season"])
    for number in range(count):
        writer.writerow([f"A red fox, number {number}, in the snow", ("low", "medium")[number % 2], number, "winter"])
    return out.getvalue()


def drafted(count: int) -> list[PlannedRow]:
    """From CSV text to requests."""
    read = read_rows(as_csv(count))
    return [PlannedRow(request=row.request(DEFAULTS), name=row.name, columns=row.columns) for row in read.usable]


def expanded(count: int) -> list[PlannedRow]:
    """From a prompt with wildcards to requests."""
    template = "A {" + "|".join(f"colour {number}" for number in range(100)) + "} fox in {"
    prompts = expand_prompt(template + "|".join(f"place {number}" for number in range(count // 100)) + "}")
    return [PlannedRow(request=GenerateRequest(prompt=prompt, **DEFAULTS)) for prompt in prompts]


def plan(bench: Workbench, count: int) -> str:
    """Price and store; returns the batch."""
    rows = drafted(count)
    priced = timed("priced", lambda: bench.batches.priced(rows, ANNA), count=count)
    assert not any(row.problem for row in priced)
    return timed("planned (priced again and stored)", lambda: bench.batches.plan("Many", rows, ANNA), count=count).id


def submit(bench: Workbench, batch_id: str, count: int) -> None:
    bench.batches.start(batch_id, ANNA)
    timed(f"submitted {count:,} rows", bench.feeder.feed, count=count)


def pages(bench: Workbench, batch_id: str, count: int) -> None:
    """What a browser asks once a second, and what it asks for one page of rows."""
    looks: dict[str, Callable[[], Any]] = {
        "progress": lambda: bench.batches.progress(batch_id, ANNA),
        f"rows, {PAGE} at the start": lambda: bench.batches.rows(batch_id, ANNA, limit=PAGE),
        f"rows, {PAGE} near the end": lambda: bench.batches.rows(batch_id, ANNA, after=count - PAGE, limit=PAGE),
        f"page, {PAGE} with jobs": lambda: bench.batches.page(batch_id, ANNA, after=0, limit=PAGE),
    }
    for name, look in looks.items():
        taken = []
        for _ in range(LOOKS):
            began = time.perf_counter()
            look()
            taken.append(1000 * (time.perf_counter() - began))
        print(f"  {name:42} {statistics.median(taken):7.2f} ms median, {percentile(taken, 0.95):.2f} ms p95")


def measure(name: str, database_url: str | None, count: int) -> None:
    print(f"{name}:")
    submitted = min(SUBMITTED, count // 2)
    with tempfile.TemporaryDirectory(prefix="gesso-plan-") as folder:
        settings = Settings(
            output_dir=Path(folder), database_url=database_url, demo_latency_seconds=60.0, concurrency=1,
            batch_window=submitted,
        )  # fmt: skip
        with build(settings) as bench:
            batch_id = plan(bench, count)
            submit(bench, batch_id, submitted)
            pages(bench, batch_id, count)


def memory(count: int) -> None:
    """What a plan of so many rows holds, read and priced, beside the program itself."""
    with tempfile.TemporaryDirectory() as folder, build(Settings(output_dir=Path(folder))) as bench:
        bench.batches.priced(drafted(1), ANNA)  # imports
        tracemalloc.start()
        rows = bench.batches.priced(drafted(count), ANNA)
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"{len(rows):,} rows, read and priced, hold {held / 1e6:.1f} MB; peak {peak / 1e6:.1f} MB")


@contextmanager
def profiled(*, wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    with cProfile.Profile() as profile:
        yield
    pstats.Stats(profile).sort_stats("cumulative").print_stats(40)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    with profiled(wanted=asked.profile):
        timed("read from CSV, made requests", lambda: drafted(asked.rows), count=asked.rows)
        timed("expanded from wildcards, made requests", lambda: expanded(asked.rows), count=asked.rows)
        measure("SQLite", None, asked.rows)
    memory(asked.rows)
    with postgresql() as url:
        measure("PostgreSQL", url, asked.rows)


if __name__ == "__main__":
    main()
