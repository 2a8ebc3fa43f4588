"""The ledger against an independent sum: 10,000 random operations, compared after each one.

Operations are submits, successes, failures, unknown outcomes and their resolution, corrections, and pictures
moved to the trash, restored and deleted for good. The other sum is kept here, in a dictionary of Decimals.

python -m benchmarks.ledger [--operations 10000] [--seed 1]
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TypeVar

from benchmarks.budget_race import postgresql
from benchmarks.library import new_database
from core.domain.costs import By, Period
from core.domain.ids import new_id
from core.domain.image import ImageRef
from core.domain.job import Call, Ending, Job, JobState, StoredImage
from core.domain.ledger import Budgets, Entry, EntryKind
from core.domain.money import ZERO
from core.domain.request import GenerateRequest
from core.storage.database import Database
from core.storage.journal import SqlJournal
from core.storage.library import SqlLibrary

NOW = datetime(2026, 11, 5, tzinfo=UTC)
PERIOD = Period(since=NOW, until=NOW + timedelta(days=40))
Item = TypeVar("Item")
ACCOUNT, OWNER = "openai", "anna"


class Books:
    """A journal, a library, and the sums that they should show."""

    def __init__(self, database: Database, chance: Random) -> None:
        self.journal, self.library, self.chance = SqlJournal(database), SqlLibrary(database), chance
        self.held: dict[str, Decimal] = {}
        self.spent: dict[str, Decimal] = {}
        self.running: list[Job] = []
        self.unknown: list[Job] = []
        self.final: list[str] = []
        self.shown: list[str] = []
        self.trashed: list[str] = []
        self.now = NOW

    def submit(self) -> None:
        self.now += timedelta(minutes=3)
        price = Decimal(self.chance.randrange(1, 4_000_000_000)).scaleb(-9)
        job = Job(
            id=new_id(), owner=OWNER, account=ACCOUNT, provider="openai", state=JobState.QUEUED, stage="queued",
            request=GenerateRequest(prompt="a fox", model="gpt-image-2.5-flare"), created_at=self.now,
            estimate_low=price, estimate_high=price, held=price, calls=(Call(number=0),),
        )  # fmt: skip
        self.journal.open(job, self.entry(job, EntryKind.RESERVE, held=price), Budgets(), lease_until=self.now)
        self.journal.claim(job.id, "benchmark", now=self.now, lease_until=self.now)
        self.held[job.id], self.spent[job.id] = price, ZERO
        self.running.append(job)

    def succeed(self) -> None:
        job = self.taken(self.running)
        cost = Decimal(self.chance.randrange(1, 4_000_000_000)).scaleb(-9)
        ref = ImageRef(sha256=new_id() * 2, width=64, height=64, media_type="image/png", bytes=1)
        pictures = tuple(
            StoredImage(id=new_id(), job_id=job.id, position=at, ref=ref, revised_prompt=None, created_at=self.now)
            for at in range(self.chance.randrange(1, 4))
        )
        self.finish(job, JobState.SUCCEEDED, EntryKind.SETTLE, cost, pictures, JobState.RUNNING)
        self.shown += [picture.id for picture in pictures]

    def fail(self) -> None:
        self.finish(self.taken(self.running), JobState.FAILED, EntryKind.RELEASE, ZERO, (), JobState.RUNNING)

    def lose(self) -> None:
        job = self.taken(self.running)
        ending = Ending(state=JobState.UNKNOWN, finished_at=self.now)
        assert self.journal.finish(job.id, ending, expected={JobState.RUNNING})
        self.unknown.append(job)

    def resolve(self) -> None:
        job = self.taken(self.unknown)
        spent = self.chance.choice([ZERO, job.held])
        self.finish(job, JobState.FAILED, EntryKind.RESOLVE, spent, (), JobState.UNKNOWN)

    def correct(self) -> None:
        job = self.journal.get(self.chance.choice(self.final))
        amount = Decimal(self.chance.randrange(-int(job.charged.scaleb(9)), 2_000_000_000)).scaleb(-9)
        self.journal.correct(self.entry(job, EntryKind.CORRECT, spent=amount))
        self.spent[job.id] += amount

    def trash(self) -> None:
        self.move(self.shown, self.trashed, self.now)

    def restore(self) -> None:
        self.move(self.trashed, self.shown, None)

    def delete(self) -> None:
        self.library.purge([self.taken(self.trashed)], OWNER, now=self.now)

    def move(self, source: list[str], target: list[str], now: datetime | None) -> None:
        id = self.taken(source)
        assert self.library.trash([id], OWNER, now=now) == 1
        target.append(id)

    def finish(
        self, job: Job, state: JobState, kind: EntryKind, spent: Decimal, pictures: tuple[StoredImage, ...],
        was: JobState,
    ) -> None:  # fmt: skip
        entry = self.entry(job, kind, held=-job.held, spent=spent)
        ending = Ending(state=state, finished_at=self.now, images=pictures, entry=entry, cost=spent)
        assert self.journal.finish(job.id, ending, expected={was})
        self.held[job.id], self.spent[job.id] = ZERO, spent
        self.final.append(job.id)

    def entry(self, job: Job, kind: EntryKind, *, held: Decimal = ZERO, spent: Decimal = ZERO) -> Entry:
        return Entry(
            id=new_id(), job_id=job.id, account=ACCOUNT, provider="openai", model=job.request.model, kind=kind,
            held=held, spent=spent, created_at=self.now, counted_at=job.created_at,
        )  # fmt: skip

    def taken(self, source: list[Item]) -> Item:
        return source.pop(self.chance.randrange(len(source)))

    def possible(self) -> list[Callable[[], None]]:
        needs = {
            self.succeed: self.running, self.fail: self.running, self.lose: self.running, self.resolve: self.unknown,
            self.correct: self.final, self.trash: self.shown, self.restore: self.trashed, self.delete: self.trashed,
        }  # fmt: skip
        return [self.submit, *(operation for operation, source in needs.items() if source)]

    def agrees(self, *, with_jobs: bool) -> bool:
        """Whether the database's sums are those kept here; ``with_jobs`` also each job's and each dimension's."""
        held, spent = sum(self.held.values(), ZERO), sum(self.spent.values(), ZERO)
        found = self.journal.spending(ACCOUNT, since=PERIOD.since)
        if not with_jobs:
            return (found.held, found.spent) == (held, spent)
        lines = [self.journal.cost_lines(ACCOUNT, by, PERIOD, owner=None) for by in (By.DAY, By.MODEL, By.KIND)]
        sums = {(sum((x.held for x in line), ZERO), sum((x.spent for x in line), ZERO)) for line in lines}
        jobs = {id: self.journal.get(id) for id in self.held}
        same = all((jobs[id].held, jobs[id].charged) == (self.held[id], self.spent[id]) for id in jobs)
        return same and sums == {(held, spent)} == {(found.held, found.spent)}


def tried(database: Database, operations: int, seed: int) -> str:
    database.migrate()
    chance, done, wrong = Random(seed), Counter[str](), 0
    books, started = Books(database, chance), time.perf_counter()
    for number in range(operations):
        operation = chance.choice(books.possible())
        operation()
        done[operation.__name__] += 1
        wrong += not books.agrees(with_jobs=number % 1000 == 999)
    counts = ", ".join(f"{count:,} {name}" for name, count in sorted(done.items()))
    return f"{operations:,} operations ({counts}): {wrong} times another sum; {time.perf_counter() - started:.0f} s"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgresql() as server:
        urls = {"SQLite": f"sqlite:///{Path(folder)}/gesso.db", "PostgreSQL": new_database(server, "ledger")}
        for name, url in urls.items():
            database = Database.open(url)
            print(f"{name}: {tried(database, asked.operations, asked.seed)}", flush=True)
            database.close()


if __name__ == "__main__":
    main()
