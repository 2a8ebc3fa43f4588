"""Several processes at one database: budgets, claims, the sent mark and migrations stay right."""

import multiprocessing
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

from core.domain.ledger import month_start
from core.storage.database import Database
from core.storage.journal import SqlJournal
from core.storage.migrations import HEAD
from tests.storage import contenders
from tests.storage.samples import NOW, PRICE, opened, running

SPAWN = multiprocessing.get_context("spawn")


def start_together(count: int, target: Any, url: str, *arguments: Any, answers: bool = True) -> list[Any]:
    """Run a contender in several processes that begin at the same moment; returns what each put."""
    barrier, results = SPAWN.Barrier(count), SPAWN.Queue()
    shared = (url, barrier, results) if answers else (url, barrier)
    processes = [SPAWN.Process(target=target, args=(*shared, *arguments)) for _ in range(count)]
    for process in processes:
        process.start()
    answered = [results.get(timeout=60) for _ in processes] if answers else []
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * count
    return answered


def test_fifty_submits_from_five_processes_against_a_budget_for_ten_let_exactly_ten_through(
    database_url: str, database: Database
) -> None:
    outcomes = list(chain(*start_together(5, contenders.submit, database_url, 10, 10)))

    assert Counter(outcomes) == {True: 10, False: 40}
    assert SqlJournal(database).spending("openai", since=month_start(NOW)).held == PRICE * 10


def test_two_processes_that_claim_the_same_jobs_get_each_job_once(database_url: str, database: Database) -> None:
    ids = [opened(SqlJournal(database)).id for _ in range(30)]

    claimed = list(chain(*start_together(2, contenders.claim, database_url, "worker", ids)))

    assert sorted(claimed) == sorted(ids)


def test_only_one_of_several_processes_may_send_a_call(database_url: str, database: Database) -> None:
    job = running(SqlJournal(database))

    marked = start_together(3, contenders.send, database_url, job.id)

    assert Counter(marked) == {True: 1, "JobStateError": 2}


def test_four_processes_that_migrate_at_once_all_succeed(database_url: str) -> None:
    start_together(4, contenders.migrate, database_url, answers=False)

    database = Database.open(database_url)
    assert database._revision() == HEAD
    database.close()


def test_several_processes_can_be_the_first_to_open_a_sqlite_file(tmp_path: Path) -> None:
    start_together(4, contenders.connect, str(tmp_path), 40, answers=False)
