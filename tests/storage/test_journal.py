"""Jobs in both databases: whole transactions, each on the state it expects."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from core.domain.ids import new_id
from core.domain.job import Call, CallState, Delivered, JobError, JobState
from core.domain.ledger import Budgets, EntryKind, Spending
from core.domain.money import ZERO
from core.domain.usage import Usage
from core.errors import BudgetExceededError, JobStateError, NotFoundError
from core.services.ports import Journal
from core.storage.journal import SqlJournal
from tests.storage.samples import (
    LATER,
    NOW,
    PRICE,
    RUNNING,
    a_job,
    an_ending,
    an_entry,
    an_image,
    opened,
    running,
    settled,
)


def test_it_is_a_journal(journal: SqlJournal) -> None:
    port: Journal = journal
    assert port is journal


def test_a_job_comes_back_as_it_was_opened(journal: SqlJournal) -> None:
    job = opened(journal, a_job(calls=3, estimate_low=None, estimate_high=None))

    assert journal.get(job.id) == job


def test_a_finished_job_comes_back_with_all_that_its_ending_says(journal: SqlJournal) -> None:
    job, image = running(journal), an_image(a_job())
    image = replace(image, job_id=job.id)
    answered = Call(number=0, state=CallState.ANSWERED, attempts=2, sent_at=NOW, request_id="req_1", error="slow")
    ending = an_ending(
        calls=(answered,),
        images=(image,),
        entry=settled(job, Decimal("0.04")),
        cost=Decimal("0.04"),
        usage=Usage(text_input=12, image_output=1056),
        delivered=Delivered(size="1024x1536"),
        error=JobError(code="partial", message="One image is missing."),
    )

    assert journal.finish(job.id, ending, expected=RUNNING)

    found = journal.get(job.id)
    assert (found.state, found.finished_at, found.worker) == (JobState.SUCCEEDED, LATER, None)
    assert (found.held, found.charged, found.cost) == (ZERO, Decimal("0.04"), Decimal("0.04"))
    assert (found.calls, found.images, found.usage) == (ending.calls, ending.images, ending.usage)
    assert (found.delivered, found.error) == (ending.delivered, ending.error)


@pytest.mark.parametrize("amount", ["0.000000001", "0.1", "123456.789012345", "9000000000"])
def test_an_amount_comes_back_exactly(journal: SqlJournal, amount: str) -> None:
    job = opened(journal, a_job(held=Decimal(amount), estimate_high=Decimal(amount)))

    assert journal.get(job.id).held == Decimal(amount)
    assert journal.spending("openai", since=NOW) == Spending(held=Decimal(amount))


def test_an_amount_finer_than_a_nano_dollar_is_rounded_and_given_back_whole(journal: SqlJournal) -> None:
    job = opened(journal, a_job(held=Decimal(1) / 3))

    kept = journal.get(job.id)
    journal.finish(job.id, an_ending(entry=settled(kept, ZERO)), expected={JobState.QUEUED})

    assert kept.held == Decimal("0.333333333")
    assert journal.get(job.id).held == ZERO


def test_a_time_comes_back_in_utc_to_the_microsecond(journal: SqlJournal) -> None:
    there = NOW.astimezone().replace(microsecond=1)
    job = opened(journal, a_job(created_at=there))

    found = journal.get(job.id).created_at
    assert (found, found.tzinfo) == (there, UTC)


def test_a_time_without_a_zone_is_refused(journal: SqlJournal) -> None:
    with pytest.raises(Exception, match="no time zone"):
        opened(journal, a_job(created_at=datetime(2026, 1, 1)))


@pytest.mark.parametrize("text", ["nul \0 inside", "half a \ud83d pair", "кот 🐈"])
def test_any_text_of_a_provider_can_be_kept(journal: SqlJournal, text: str) -> None:
    job = running(journal, a_job())
    image = replace(an_image(job), revised_prompt=text)

    assert journal.finish(job.id, an_ending(images=(image,)), expected=RUNNING)

    found = journal.get(job.id)
    assert found.images[0].revised_prompt == text.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")


def test_a_job_over_budget_leaves_no_trace(journal: SqlJournal) -> None:
    job = a_job()

    with pytest.raises(BudgetExceededError) as caught:
        opened(journal, job, Budgets(month=PRICE - Decimal("0.000000001")))

    assert caught.value.estimate == PRICE
    assert journal.entries() == journal.jobs() == ()


def test_the_last_nano_dollar_of_a_budget_can_be_spent(journal: SqlJournal) -> None:
    opened(journal, budgets=Budgets(day=PRICE * 2))
    opened(journal, budgets=Budgets(day=PRICE * 2))

    with pytest.raises(BudgetExceededError):
        opened(journal, budgets=Budgets(day=PRICE * 2))


def test_yesterday_counts_for_the_month_and_not_for_the_day(journal: SqlJournal) -> None:
    opened(journal, a_job(created_at=NOW - timedelta(days=1)))

    opened(journal, budgets=Budgets(day=PRICE, month=PRICE * 2))
    with pytest.raises(BudgetExceededError, match="this month"):
        opened(journal, budgets=Budgets(day=PRICE * 2, month=PRICE * 2))


def test_another_account_and_another_month_are_not_counted(journal: SqlJournal) -> None:
    opened(journal, a_job(account="demo"))
    opened(journal, a_job(created_at=NOW - timedelta(days=31)))

    opened(journal, budgets=Budgets(day=PRICE, month=PRICE))

    assert len(journal.jobs()) == 3


def test_spending_ends_before_its_until(journal: SqlJournal) -> None:
    opened(journal)

    assert journal.spending("openai", since=NOW, until=NOW) == Spending()
    assert journal.spending("openai", since=NOW, until=LATER) == Spending(held=PRICE)


def test_a_claimed_job_runs_and_is_not_claimed_again(journal: SqlJournal) -> None:
    job = opened(journal)

    claimed = journal.claim(job.id, "worker-1", now=NOW, lease_until=LATER)

    assert claimed == replace(job, state=JobState.RUNNING, stage="starting", worker="worker-1", started_at=NOW)
    assert journal.claim(job.id, "worker-2", now=NOW, lease_until=LATER) is None


def test_a_job_to_be_cancelled_is_not_claimed(journal: SqlJournal) -> None:
    job = opened(journal)
    journal.request_cancel(job.id, now=NOW)

    assert journal.claim(job.id, "worker-1", now=NOW, lease_until=LATER) is None


def test_a_sent_call_is_marked_with_its_time_and_attempt(journal: SqlJournal) -> None:
    job = running(journal, a_job(calls=2))

    journal.mark_sent(job.id, 1, now=LATER)

    assert journal.get(job.id).calls[1] == Call(number=1, state=CallState.SENT, attempts=1, sent_at=LATER)


def test_a_call_is_never_sent_twice(journal: SqlJournal) -> None:
    job = running(journal)
    journal.mark_sent(job.id, 0, now=NOW)

    with pytest.raises(JobStateError, match="must not be sent"):
        journal.mark_sent(job.id, 0, now=NOW)


def test_a_job_that_ended_meanwhile_sends_nothing(journal: SqlJournal) -> None:
    job = running(journal)
    journal.finish(job.id, an_ending(state=JobState.FAILED), expected=RUNNING)

    with pytest.raises(JobStateError):
        journal.mark_sent(job.id, 0, now=NOW)


def test_a_refused_call_may_be_sent_again(journal: SqlJournal) -> None:
    job = running(journal)
    journal.mark_sent(job.id, 0, now=NOW)

    journal.mark_unsent(job.id, 0, error="rate_limited", stage="Trying again in 2 s.")

    found = journal.get(job.id)
    assert found.calls == (Call(number=0, attempts=1, error="rate_limited"),)
    assert found.stage == "Trying again in 2 s."
    journal.mark_sent(job.id, 0, now=LATER)
    assert journal.get(job.id).calls[0].attempts == 2


def test_stage_and_previews_move_only_while_the_job_runs(journal: SqlJournal) -> None:
    job, waiting = running(journal), opened(journal)
    for one in (job, waiting):
        journal.set_stage(one.id, "storing")
        journal.count_preview(one.id)
        journal.count_preview(one.id)

    assert [(found.stage, found.previews) for found in map(journal.get, (job.id, waiting.id))] == [
        ("storing", 2),
        ("queued", 0),
    ]


def test_a_beat_extends_the_leases_of_jobs_that_are_not_final(journal: SqlJournal) -> None:
    waiting, alive, lost, done = opened(journal), running(journal), running(journal), running(journal)
    journal.finish(done.id, an_ending(), expected=RUNNING)
    after = LATER + timedelta(seconds=1)

    assert journal.beat([waiting.id, alive.id, done.id], lease_until=after + timedelta(minutes=1)) == set()

    assert [job.id for job in journal.abandoned(after)] == [lost.id]
    assert journal.waiting(after) == ()
    assert journal.abandoned(LATER) == ()


def test_a_beat_without_jobs_does_nothing(journal: SqlJournal) -> None:
    assert not journal.beat([], lease_until=LATER)


def test_a_beat_names_the_jobs_somebody_wants_cancelled(journal: SqlJournal) -> None:
    job, other = running(journal), running(journal)

    journal.request_cancel(job.id, now=NOW)
    journal.request_cancel(job.id, now=LATER)

    assert journal.beat([job.id, other.id], lease_until=LATER) == {job.id}
    assert journal.get(job.id).cancel_requested_at == NOW


def test_a_final_job_cannot_be_cancelled(journal: SqlJournal) -> None:
    job = running(journal)
    journal.finish(job.id, an_ending(), expected=RUNNING)

    journal.request_cancel(job.id, now=NOW)

    assert journal.get(job.id).cancel_requested_at is None


def test_waiting_jobs_come_oldest_first_once_their_lease_is_out(journal: SqlJournal) -> None:
    first, second = opened(journal, a_job(id=new_id(1))), opened(journal, a_job(id=new_id(2)))

    assert [job.id for job in journal.waiting(LATER + timedelta(seconds=1))] == [first.id, second.id]
    assert journal.waiting(LATER) == ()


def test_an_abandoned_job_that_sent_nothing_is_queued_again(journal: SqlJournal) -> None:
    job = running(journal)

    assert journal.requeue(job.id)

    assert journal.get(job.id) == replace(job, state=JobState.QUEUED, stage="queued", worker=None, started_at=None)
    assert [job.id for job in journal.waiting(LATER + timedelta(seconds=1))] == [job.id]
    assert not journal.requeue(job.id)


def test_a_job_that_sent_a_call_is_not_queued_again(journal: SqlJournal) -> None:
    job = running(journal, a_job(calls=2))
    journal.mark_sent(job.id, 1, now=NOW)

    assert not journal.requeue(job.id)
    assert journal.get(job.id).state is JobState.RUNNING


def test_an_ending_for_another_state_writes_nothing(journal: SqlJournal) -> None:
    job = opened(journal)
    ending = an_ending(images=(an_image(job),), entry=settled(job))

    assert not journal.finish(job.id, ending, expected=RUNNING)

    assert journal.get(job.id) == job
    assert [entry.kind for entry in journal.entries()] == [EntryKind.RESERVE]


def test_a_second_ending_moves_no_money(journal: SqlJournal) -> None:
    job = running(journal)

    ended = [journal.finish(job.id, an_ending(entry=settled(job)), expected=RUNNING) for _ in range(2)]

    assert ended == [True, False]
    assert journal.spending("openai", since=NOW) == Spending(spent=PRICE)


def test_an_ending_that_fails_half_way_leaves_the_job_running(journal: SqlJournal) -> None:
    job, image = running(journal), an_image(a_job())

    with pytest.raises(IntegrityError):
        journal.finish(job.id, an_ending(images=(image, image), entry=settled(job)), expected=RUNNING)

    assert journal.get(job.id) == job


def test_an_unknown_job_keeps_its_hold_until_it_is_resolved(journal: SqlJournal) -> None:
    job = running(journal)
    journal.finish(job.id, an_ending(state=JobState.UNKNOWN), expected=RUNNING)
    assert journal.get(job.id).may_have_been_billed

    resolved = an_entry(job, kind=EntryKind.RESOLVE, held=-PRICE)
    assert journal.finish(job.id, an_ending(state=JobState.FAILED, entry=resolved), expected={JobState.UNKNOWN})

    assert journal.get(job.id).held == ZERO
    assert journal.spending("openai", since=NOW) == Spending()


def test_an_ending_replaces_calls_by_number_and_adds_images(journal: SqlJournal) -> None:
    job = running(journal, a_job(calls=2))
    late, early = an_image(job, 1), an_image(job, 0)
    unknown = Call(number=1, state=CallState.UNKNOWN)

    journal.finish(job.id, an_ending(state=JobState.PARTIAL, calls=(unknown,), images=(late,)), expected=RUNNING)
    journal.finish(job.id, an_ending(images=(early,)), expected={JobState.PARTIAL})

    found = journal.get(job.id)
    assert found.calls == (Call(number=0), unknown)
    assert found.images == (early, late)


def test_pages_follow_one_another_newest_first(journal: SqlJournal) -> None:
    ids = [opened(journal, a_job(id=new_id(number))).id for number in range(5)]

    first = [job.id for job in journal.jobs(limit=2)]
    second = [job.id for job in journal.jobs(limit=2, before=first[-1])]
    third = [job.id for job in journal.jobs(limit=2, before=second[-1])]

    assert first + second + third == ids[::-1]


def test_jobs_are_filtered_by_owner_state_and_hold(journal: SqlJournal) -> None:
    ada, bob = opened(journal), running(journal, a_job(owner="bob"))
    done = running(journal)
    journal.finish(done.id, an_ending(entry=settled(done)), expected=RUNNING)

    assert {job.id for job in journal.jobs(owner="ada")} == {ada.id, done.id}
    assert [job.id for job in journal.jobs(states=[JobState.SUCCEEDED])] == [done.id]
    assert {job.id for job in journal.jobs(held_only=True)} == {ada.id, bob.id}


def test_a_page_of_jobs_takes_three_queries_however_long_it_is(journal: SqlJournal) -> None:
    for _ in range(7):
        opened(journal)
    statements: list[str] = []
    event.listen(
        journal.database.writer, "before_cursor_execute", lambda *arguments: statements.append(str(arguments[2]))
    )

    assert len(journal.jobs()) == 7
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 3


def test_an_image_is_found_with_its_job(journal: SqlJournal) -> None:
    job = running(journal)
    image = an_image(job)
    journal.finish(job.id, an_ending(images=(image,)), expected=RUNNING)

    assert journal.image(image.id) == (image, journal.get(job.id))


def test_what_is_not_there_is_said_with_its_kind(journal: SqlJournal) -> None:
    with pytest.raises(NotFoundError, match="no job") as no_job:
        journal.get("0" * 32)
    with pytest.raises(NotFoundError, match="no image") as no_image:
        journal.image("0" * 32)

    assert (no_job.value.kind, no_image.value.kind) == ("job", "image")


def test_known_images_are_told_from_orphans(journal: SqlJournal) -> None:
    job = running(journal)
    journal.finish(job.id, an_ending(images=(an_image(job, sha256="cd" * 32),)), expected=RUNNING)
    many = [f"{number:064x}" for number in range(1200)]

    assert journal.known_images([*many, "cd" * 32]) == {"cd" * 32}


def test_entries_come_back_whole_and_newest_first(journal: SqlJournal) -> None:
    job = running(journal)
    reserved = journal.entries()[0]
    entry = replace(settled(job), usage={"image_output": 7}, prices={"image_output": "30.00"}, note="as reported")
    journal.finish(job.id, an_ending(entry=entry), expected=RUNNING)

    assert journal.entries(job_id=job.id) == (entry, reserved)
    assert journal.entries(limit=1) == (entry,)
    assert journal.entries(account="demo") == journal.entries(since=LATER) == ()
