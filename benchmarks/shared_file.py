"""Four processes that write and four that read one SQLite file for a minute: how much they get done, and errors.

Writers run whole jobs and file their pictures, tag them and throw some away; readers open pages, search, count and sum.

python -m benchmarks.shared_file [--seconds 60]
"""

import argparse
import multiprocessing
import tempfile
import time
from collections import Counter
from random import Random

from benchmarks.ledger import ACCOUNT, OWNER, PERIOD, Books
from core.domain.costs import By
from core.domain.library import Filter
from core.errors import GessoError
from core.storage.database import Database

WRITERS = READERS = 4


def write(database: Database, number: int, until: float) -> Counter[str]:
    books, done = Books(database, Random(number)), Counter[str]()
    while time.monotonic() < until:
        operation = books.chance.choice(books.possible())
        try:
            operation()
            if books.shown:
                books.library.add_tag(books.shown[-1:], OWNER, f"tag {number}")
            done["writes"] += 1
        except GessoError as error:
            done[f"error: {error}"] += 1
    return done


def read(database: Database, number: int, until: float) -> Counter[str]:
    books, chance, done = Books(database, Random(number)), Random(number), Counter[str]()
    looks = (
        lambda: books.library.find(Filter(), OWNER),
        lambda: books.library.find(Filter(text="fox"), OWNER),
        lambda: books.library.count(Filter(tag="tag 1"), OWNER),
        lambda: books.journal.jobs(owner=OWNER),
        lambda: books.journal.cost_lines(ACCOUNT, By.DAY, PERIOD, owner=OWNER),
    )
    while time.monotonic() < until:
        try:
            chance.choice(looks)()
            done["reads"] += 1
        except GessoError as error:
            done[f"error: {error}"] += 1
    return done


def work(url: str, number: int, seconds: float) -> Counter[str]:
    database = Database.open(url)
    try:
        return (write if number < WRITERS else read)(database, number, time.monotonic() + seconds)
    finally:
        database.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, context.Pool(WRITERS + READERS) as pool:
        url = f"sqlite:///{folder}/gesso.db"
        Database.open(url).migrate()
        parts = pool.starmap(work, [(url, number, seconds) for number in range(WRITERS + READERS)])
    done: Counter[str] = sum(parts, Counter())
    errors = {what: count for what, count in done.items() if what.startswith("error")}
    print(f"{done['writes']:,} writes and {done['reads']:,} reads in {seconds:.0f} s, {sum(errors.values())} errors")
    print(*(f"{count:,} x {what}" for what, count in errors.items()), sep="\n")


if __name__ == "__main__":
    main()
