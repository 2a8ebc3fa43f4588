"""What the processes of the race tests run; importable by a spawned interpreter."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from core.domain.ledger import Budgets
from core.domain.once import Once
from core.errors import BudgetExceededError, TooManyRequestsError
from core.storage.database import Database
from core.storage.journal import SqlJournal
from core.storage.signing import signing_secret
from tests.storage.samples import LATER, NOW, PRICE, a_job, an_entry, opened

THREADS = 5


def migrate(url: str, barrier: Any) -> None:
    database = Database.open(url)
    barrier.wait(30)
    database.migrate()
    database.close()


def connect(folder: str, barrier: Any, count: int) -> None:
    """Be one of the first to open each of so many new SQLite files."""
    for number in range(count):
        database = Database.open(f"sqlite:///{folder}/{number}.db")
        barrier.wait(30)
        with database.read() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        database.close()


def submit(url: str, barrier: Any, results: Any, tries: int, fitting: int) -> None:
    """Try so often, from several threads, to reserve under a daily budget for ``fitting`` jobs."""
    database = Database.open(url)
    journal, budgets = SqlJournal(database), Budgets(day=PRICE * Decimal(fitting))

    def one(_: int) -> bool:
        try:
            opened(journal, budgets=budgets)
        except BudgetExceededError:
            return False
        return True

    barrier.wait(30)
    with ThreadPoolExecutor(THREADS) as pool:
        results.put(list(pool.map(one, range(tries))))
    database.close()


def claim(url: str, barrier: Any, results: Any, worker: str, job_ids: list[str]) -> None:
    database = Database.open(url)
    journal = SqlJournal(database)
    barrier.wait(30)
    claimed = [journal.claim(job_id, worker, now=NOW, lease_until=LATER) for job_id in job_ids]
    results.put([job.id for job in claimed if job])
    database.close()


def send(url: str, barrier: Any, results: Any, job_id: str) -> None:
    database = Database.open(url)
    journal = SqlJournal(database)
    barrier.wait(30)
    try:
        journal.mark_sent(job_id, 0, now=NOW)
        results.put(True)
    except Exception as error:  # noqa: BLE001 - the parent compares it
        results.put(type(error).__name__)
    database.close()


def submit_with_key(url: str, barrier: Any, results: Any, tries: int, limits: Budgets, rate: int | None) -> None:
    """Try so often, from several threads, to open a job of the API key ``5a5a5a5a`` within its own limits."""
    database = Database.open(url)
    journal = SqlJournal(database)

    def one(_: int) -> str:
        job = a_job(key_id="5a5a5a5a")
        try:
            journal.open(job, an_entry(job), Budgets(), lease_until=LATER, limits=limits, rate=rate)
        except (BudgetExceededError, TooManyRequestsError) as error:
            return error.code
        return "opened"

    barrier.wait(30)
    with ThreadPoolExecutor(THREADS) as pool:
        results.put(list(pool.map(one, range(tries))))
    database.close()


def submit_once(url: str, barrier: Any, results: Any, tries: int) -> None:
    """Send the same request so often, and tell the ids of the jobs it made."""
    database = Database.open(url)
    journal = SqlJournal(database)

    def one(_: int) -> str:
        job = a_job()
        once = Once(key="order 7", body="aa")
        return journal.open(job, an_entry(job), Budgets(), lease_until=LATER, once=once)

    barrier.wait(30)
    with ThreadPoolExecutor(THREADS) as pool:
        results.put(list(pool.map(one, range(tries))))
    database.close()


def sign(url: str, barrier: Any, results: Any) -> None:
    database = Database.open(url)
    barrier.wait(30)
    results.put(signing_secret(database))
    database.close()
