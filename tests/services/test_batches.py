"""Batches: planned and priced, fed in a moving window, stopped, resumed and retried; no row is sent twice."""

import threading
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from core.bootstrap import Workbench
from core.domain.batch import BatchState, PlannedRow, Progress, RowRef, RowState
from core.domain.costs import By, Period
from core.domain.job import CallState, JobState
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, JobStateError, NotFoundError
from core.services.studio import Resolution
from core.storage.collections import SqlCollections
from tests.services.conftest import ANNA, ASK, Build, finished, until

BEN = Visitor(owner="ben")
SLOW = PlannedRow(request=replace(ASK, prompt="a fox demo:latency=60"))


def rows(count: int, **changes: object) -> list[PlannedRow]:
    return [
        PlannedRow(request=replace(ASK, prompt=f"fox {number}", **changes), name=f"fox-{number}")  # type: ignore[arg-type]
        for number in range(1, count + 1)
    ]


def run(workbench: Workbench, batch_id: str) -> Progress:
    """Start a batch, feed it to its end, and say how it ended."""
    workbench.batches.start(batch_id, ANNA)
    return fed(workbench, batch_id)


def fed(workbench: Workbench, batch_id: str) -> Progress:
    """Feed until the batch does not run any more; between two looks the jobs of the first come to their end."""
    while workbench.batches.get(batch_id, ANNA).state is BatchState.RUNNING:
        workbench.feeder.feed()
        for row, job in workbench.batches.page(batch_id, ANNA, after=0, limit=1000):
            if row.job_id and job and not job.state.is_final:
                workbench.studio.wait(row.job_id, seen=lambda _: None, interval=0.03)
    return workbench.batches.progress(batch_id, ANNA)


def test_a_batch_ends_with_its_pictures_in_its_collection_in_the_order_of_its_rows(bench: Build) -> None:
    workbench = bench(concurrency=3)
    batch = workbench.batches.plan("Foxes", rows(12), ANNA)
    progress = run(workbench, batch.id)
    assert progress.rows == {RowState.SUCCEEDED: 12}
    assert progress.spent == workbench.ledger.standing("demo").today.spent
    collection = workbench.batches.get(batch.id, ANNA).collection_id or ""
    named = workbench.history.collection(collection, ANNA)
    assert (named.name, named.count) == ("Foxes", 12)
    in_order = SqlCollections(workbench.database).in_order(collection, "anna")
    prompts = [picture.prompt for picture in workbench.history.pictures(in_order, ANNA)]
    assert prompts == [f"fox {number}" for number in range(1, 13)]


def test_a_row_that_cannot_be_sent_says_why_and_the_others_run(bench: Build) -> None:
    workbench = bench()
    odd = PlannedRow(request=replace(ASK, model="no-such-model"))
    batch = workbench.batches.plan("Mixed", [*rows(2), odd], ANNA)
    assert "no-such-model" in workbench.batches.rows(batch.id, ANNA)[2].problem
    assert run(workbench, batch.id).rows == {RowState.SUCCEEDED: 2, RowState.PROBLEM: 1}
    workbench.batches.change(batch.id, 3, ASK, ANNA)
    assert run(workbench, batch.id).rows == {RowState.SUCCEEDED: 3}


def test_never_more_wait_or_run_than_the_window(bench: Build) -> None:
    workbench = bench(concurrency=1, demo_latency_seconds=30.0)
    batch = workbench.batches.plan("Many", rows(20), ANNA, concurrency=2)
    workbench.batches.start(batch.id, ANNA)
    assert [workbench.feeder.feed() for _ in range(3)] == [2, 0, 0]
    assert workbench.batches.progress(batch.id, ANNA).waiting == 18


def test_two_that_feed_at_once_send_each_row_once(bench: Build) -> None:
    first, second = bench(batch_window=20), bench(batch_window=20)
    batch = first.batches.plan("Twice", rows(20), ANNA)
    first.batches.start(batch.id, ANNA)
    stored = first.batches.rows(batch.id, ANNA)

    def submit_all(workbench: Workbench) -> None:
        for row in stored:
            try:
                workbench.studio.submit(row.request, ANNA, row=RowRef(batch.id, row.position))
            except JobStateError:
                continue

    threads = [threading.Thread(target=submit_all, args=(workbench,)) for workbench in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(first.studio.jobs(ANNA, limit=100)) == 20
    assert {row.tries for row in first.batches.rows(batch.id, ANNA)} == {1}


def test_paused_only_what_was_sent_goes_on_and_resumed_the_rest_does(bench: Build) -> None:
    workbench = bench(concurrency=1)
    batch = workbench.batches.plan("Slow", [SLOW, *rows(8)], ANNA)
    workbench.batches.start(batch.id, ANNA)
    workbench.feeder.feed()
    slow = workbench.batches.job(workbench.batches.rows(batch.id, ANNA)[0], ANNA)
    until(workbench, slow, lambda job: job.calls[0].state is CallState.SENT)
    workbench.batches.pause(batch.id, ANNA)
    assert workbench.feeder.feed() == 0
    assert workbench.batches.progress(batch.id, ANNA).rows == {RowState.RUNNING: 1, RowState.WAITING: 8}
    assert workbench.ledger.standing("demo").today.held == slow.held
    workbench.studio.cancel(slow.id, ANNA)
    finished(workbench, slow)
    assert run(workbench, batch.id).rows == {RowState.CANCELLED: 1, RowState.SUCCEEDED: 8}
    assert {row.tries for row in workbench.batches.rows(batch.id, ANNA)} == {1}
    taken_back = [job for job in workbench.studio.jobs(ANNA, states=[JobState.CANCELLED]) if job.id != slow.id]
    assert [(job.cost, job.held, job.calls[0].state) for job in taken_back] == [(0, 0, CallState.PLANNED)] * 2
    month = Period.month(slow.created_at.year, slow.created_at.month)
    assert [line.requests for line in workbench.ledger.costs("demo", By.DAY, month, ANNA)] == [9]


def test_cancelled_what_was_not_sent_is_free_and_can_be_retried(bench: Build) -> None:
    workbench = bench(concurrency=1)
    batch = workbench.batches.plan("Stop", rows(5), ANNA)
    workbench.batches.cancel(batch.id, ANNA)
    assert workbench.batches.progress(batch.id, ANNA).rows == {RowState.CANCELLED: 5}
    assert workbench.batches.retry(batch.id, ANNA) == 5
    assert fed(workbench, batch.id).rows == {RowState.SUCCEEDED: 5}


def test_a_row_that_may_have_been_billed_is_not_retried_before_somebody_resolves_it(bench: Build) -> None:
    workbench = bench()
    planned = [PlannedRow(request=replace(ASK, prompt="a fox demo:error=unknown")), SLOW]
    batch = workbench.batches.plan("Doubtful", planned, ANNA)
    workbench.batches.start(batch.id, ANNA)
    workbench.feeder.feed()
    states = {RowState.UNKNOWN: 1, RowState.RUNNING: 1}
    while workbench.batches.progress(batch.id, ANNA).rows != states:
        time.sleep(0.01)
    slow = workbench.batches.rows(batch.id, ANNA)[1]
    until(workbench, workbench.batches.job(slow, ANNA), lambda job: job.calls[0].state is CallState.SENT)
    workbench.batches.cancel(batch.id, ANNA, running_too=True)
    finished(workbench, workbench.batches.job(slow, ANNA))
    progress = workbench.batches.progress(batch.id, ANNA)
    assert progress.undecided == {RowState.UNKNOWN: 1, RowState.CANCELLED: 1}
    assert (progress.may_have_been_billed, progress.again, progress.to_retry) == (2, 0, 0)
    assert workbench.batches.retry(batch.id, ANNA) == 0
    assert workbench.batches.to_retry(batch.id, ANNA) == ()
    workbench.studio.resolve(slow.job_id or "", Resolution.NOT_BILLED, ANNA)
    progress = workbench.batches.progress(batch.id, ANNA)
    assert (progress.may_have_been_billed, progress.again, progress.to_retry) == (1, 1, slow.held)
    assert workbench.batches.to_retry(batch.id, ANNA, positions=[1, 2]) != ()
    assert workbench.batches.retry(batch.id, ANNA) == 1


def test_only_the_failed_are_retried_and_every_try_counts(bench: Build) -> None:
    workbench = bench()
    planned = [*rows(2), PlannedRow(request=replace(ASK, prompt="a fox demo:error=quota"))]
    batch = workbench.batches.plan("Some", planned, ANNA)
    progress = run(workbench, batch.id)
    assert progress.rows == {RowState.SUCCEEDED: 2, RowState.FAILED: 1}
    workbench.batches.change(batch.id, 3, replace(ASK, prompt="a fox"), ANNA)
    assert run(workbench, batch.id).rows == {RowState.SUCCEEDED: 3}
    assert [row.tries for row in workbench.batches.rows(batch.id, ANNA)] == [1, 1, 2]


@pytest.mark.parametrize("limit", ["budget_day_usd", "max_cost"])
def test_a_batch_that_would_cost_too_much_pauses_with_the_reason(bench: Build, limit: str) -> None:
    price = Decimal("0.03")
    workbench = bench(**({"budget_day_usd": price} if limit == "budget_day_usd" else {}))
    batch = workbench.batches.plan("Dear", rows(20), ANNA, max_cost=price if limit == "max_cost" else None)
    progress = run(workbench, batch.id)
    batch = workbench.batches.get(batch.id, ANNA)
    assert batch.state is BatchState.PAUSED
    assert "$0.03" in batch.note
    assert limit == "budget_day_usd" or "held" not in batch.note  # sums of that moment would contradict later ones
    assert 0 < progress.spent <= price
    assert progress.waiting == 20 - progress.done


def test_a_batch_with_a_visitors_own_key_pauses_when_its_process_is_gone(bench: Build) -> None:
    own = Visitor(owner="anna", api_key="sk-own")
    with bench(lease_seconds=0.05) as first:
        batch = first.batches.plan("Mine", rows(3), own)
        first.batches.start(batch.id, own)
        first.feeder.feed()
    second = bench(lease_seconds=0.05)
    while second.batches.get(batch.id, ANNA).state is BatchState.RUNNING:
        second.feeder.feed()
    assert "your own key" in second.batches.get(batch.id, ANNA).note


def test_nobody_sees_or_touches_anothers_batch(bench: Build) -> None:
    workbench = bench()
    batch = workbench.batches.plan("Mine", rows(1), ANNA)
    assert workbench.batches.all(BEN) == ()
    for act in (workbench.batches.start, workbench.batches.pause, workbench.batches.cancel, workbench.batches.retry):
        with pytest.raises(NotFoundError):
            act(batch.id, BEN)


def test_rows_are_added_while_it_runs_and_a_finished_one_goes_on(bench: Build) -> None:
    workbench = bench()
    batch = workbench.batches.plan("Growing", rows(1), ANNA)
    run(workbench, batch.id)
    assert workbench.batches.add(batch.id, rows(2), ANNA) == 3
    assert fed(workbench, batch.id).rows == {RowState.SUCCEEDED: 3}
    with pytest.raises(InvalidRequestError, match="10,000"):
        workbench.batches.add(batch.id, rows(1) * 10_000, ANNA)


def test_a_batchs_jobs_let_a_single_picture_go_first(bench: Build) -> None:
    workbench = bench(concurrency=1, batch_window=30)
    batch = workbench.batches.plan("Long", rows(30), ANNA)
    workbench.batches.start(batch.id, ANNA)
    workbench.feeder.feed()
    single = workbench.studio.submit(ASK, BEN)
    workbench.studio.wait(single.id, seen=lambda _: None, interval=0.001)
    ended = [job for _, job in workbench.batches.results(batch.id, ANNA) if job and job.state is JobState.SUCCEEDED]
    assert len(ended) < 15
