"""Sums for people, on SQLite and on PostgreSQL."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.costs import By, Period, reconciled
from core.domain.job import Ending, JobState
from core.domain.ledger import Budgets, EntryKind
from core.domain.library import Filter
from core.errors import JobStateError
from core.storage.database import Database
from core.storage.journal import SqlJournal
from core.storage.library import SqlLibrary
from tests.storage.samples import LATER, NOW, a_job, an_entry
from tests.storage.test_library import made

NOVEMBER = Period.month(2026, 11)


def lines(journal: SqlJournal, by: By) -> list[tuple[str, Decimal, Decimal, int]]:
    found = journal.cost_lines("openai", by, NOVEMBER, owner="ada")
    return [(line.label, line.spent, line.held, line.requests) for line in found]


def test_entries_are_summed_by_day_model_provider_and_kind(journal: SqlJournal) -> None:
    made(journal, held=Decimal("0.5"))
    made(journal, held=Decimal("0.25"), model="other", minutes=24 * 60)
    running = a_job(held=Decimal("0.125"))
    journal.open(running, an_entry(running), Budgets(), lease_until=LATER)
    assert [line[-1] for line in lines(journal, By.DAY)] == [1, 1]
    journal.claim(running.id, "worker", now=NOW, lease_until=LATER)
    assert lines(journal, By.DAY) == [
        ("2026-11-20", Decimal("0.5"), Decimal("0.125"), 2), ("2026-11-21", Decimal("0.25"), Decimal(0), 1)
    ]  # fmt: skip
    assert [line[0] for line in lines(journal, By.MODEL)] == ["gpt-image-2", "other"]
    assert lines(journal, By.PROVIDER) == [("openai", Decimal("0.75"), Decimal("0.125"), 3)]
    assert lines(journal, By.KIND) == [("generate", Decimal("0.75"), Decimal("0.125"), 3)]
    assert journal.cost_lines("openai", By.DAY, Period.month(2026, 12), owner=None) == ()


def test_a_correction_moves_the_job_its_pictures_and_the_sums(journal: SqlJournal, database: Database) -> None:
    job, ids = made(journal, images=2, held=Decimal("0.5"))
    journal.correct(an_entry(job, kind=EntryKind.CORRECT, held=Decimal(0), spent=Decimal("0.1"), note="invoice"))
    assert journal.get(job.id).charged == Decimal("0.6")
    assert {p.cost for p in SqlLibrary(database).pictures(ids, "ada")} == {Decimal("0.3")}
    assert lines(journal, By.MODEL)[0][1] == Decimal("0.6")


def test_a_job_that_runs_or_holds_money_cannot_be_corrected(journal: SqlJournal) -> None:
    job = a_job()
    journal.open(job, an_entry(job), Budgets(), lease_until=LATER)
    with pytest.raises(JobStateError):
        journal.correct(an_entry(job, kind=EntryKind.CORRECT, spent=Decimal(1)))
    journal.claim(job.id, "me", now=NOW, lease_until=LATER)
    journal.finish(job.id, Ending(state=JobState.UNKNOWN, finished_at=NOW), expected={JobState.RUNNING})
    assert journal.get(job.id).held
    with pytest.raises(JobStateError, match="not what is still held"):
        journal.correct(an_entry(job, kind=EntryKind.CORRECT, spent=Decimal(1)))


def test_deleting_a_picture_changes_no_figure(journal: SqlJournal, database: Database) -> None:
    _, ids = made(journal)
    before = [lines(journal, by) for by in By]
    library = SqlLibrary(database)
    library.trash(ids, "ada", now=NOW)
    library.purge(ids, "ada", now=NOW)
    assert library.find(Filter(), None).pictures == ()
    assert [lines(journal, by) for by in By] == before


def test_estimates_are_compared_with_what_was_paid(journal: SqlJournal) -> None:
    made(journal)
    made(journal, held=Decimal("0.5"))
    (found,) = journal.accuracy("openai", NOVEMBER)
    assert (found.jobs, found.within, found.cost) == (2, 1, Decimal("0.542"))


def test_what_may_explain_a_gap_comes_nearest_first(journal: SqlJournal) -> None:
    jobs = [a_job(held=Decimal(held)) for held in ("0.1", "0.4", "0.2")]
    for job in jobs:
        journal.open(job, an_entry(job), Budgets(), lease_until=LATER)
        journal.claim(job.id, "me", now=NOW, lease_until=LATER)
        ending = Ending(state=JobState.UNKNOWN, finished_at=NOW)
        journal.finish(job.id, ending, expected={JobState.RUNNING})
    doubtful = journal.doubtful("openai", NOVEMBER)
    found = reconciled(Decimal("0.39"), Decimal(0), Decimal("0.7"), doubtful)
    assert [job.held for job in found.likely] == [Decimal("0.4"), Decimal("0.2"), Decimal("0.1")]
    assert replace(found, invoice=Decimal(0)).gap == 0
