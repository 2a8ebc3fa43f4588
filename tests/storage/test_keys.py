"""API keys, repeated requests and the signing secret with several processes at one database, and in old databases."""

from collections import Counter
from itertools import chain

from alembic import command
from sqlalchemy import text

from core.domain.ledger import Budgets
from core.storage.database import Database
from core.storage.journal import SqlJournal
from core.storage.migrations.upgrade import config
from tests.storage import contenders
from tests.storage.samples import PRICE, a_job, opened
from tests.storage.test_races import start_together


def test_a_keys_budget_for_seven_and_its_rate_of_five_let_exactly_so_many_through(
    database_url: str, database: Database
) -> None:
    limits = Budgets(day=PRICE * 7)
    paid = chain(*start_together(3, contenders.submit_with_key, database_url, 8, limits, None))
    assert Counter(paid) == {"opened": 7, "budget_exceeded": 17}

    hurried = chain(*start_together(2, contenders.submit_with_key, database_url, 5, Budgets(), 12))
    assert Counter(hurried) == {"opened": 5, "rate_limited": 5}
    assert len(SqlJournal(database).jobs(limit=100)) == 12


def test_one_request_sent_by_several_processes_makes_one_job(database_url: str, database: Database) -> None:
    ids = set(chain(*start_together(3, contenders.submit_once, database_url, 8)))

    assert ids == {job.id for job in SqlJournal(database).jobs()}
    assert len(ids) == len(SqlJournal(database).entries()) == 1


def test_processes_that_sign_first_at_once_sign_alike(database_url: str, database: Database) -> None:  # noqa: ARG001
    assert len(set(start_together(3, contenders.sign, database_url))) == 1


def test_a_database_of_the_first_release_keeps_its_jobs_and_its_ledger(database_url: str) -> None:
    database = Database.open(database_url)
    with database.write() as connection:
        command.upgrade(config(connection), "0001")
        connection.execute(text(OLD_JOB))
        connection.execute(text(OLD_ENTRY))

    database.migrate()

    journal = SqlJournal(database)
    assert (journal.get("a" * 32).key_id, journal.entries()[0].held) == (None, PRICE)
    assert journal.get(opened(journal, a_job(key_id="5a5a5a5a")).id).key_id == "5a5a5a5a"
    database.close()


MOMENT = "2026-11-20T12:00:00.000000Z"
OLD_JOB = f"""
INSERT INTO jobs (id, owner, account, provider, request, state, stage, created_at, held, charged, cost_is_estimated,
    previews)
VALUES ('{"a" * 32}', 'ada', 'openai', 'openai', '{{"prompt": "a heron", "model": "gpt-image-2"}}', 'queued', 'queued',
    '{MOMENT}', 42000000, 0, FALSE, 0)
"""
OLD_ENTRY = f"""
INSERT INTO ledger (id, job_id, account, provider, model, kind, held, spent, note, created_at, counted_at)
VALUES ('{"b" * 32}', '{"a" * 32}', 'openai', 'openai', 'gpt-image-2', 'reserve', 42000000, 0, '', '{MOMENT}',
    '{MOMENT}')
"""
