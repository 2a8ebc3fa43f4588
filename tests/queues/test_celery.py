"""The Celery queue with a real broker and real workers: delivered however often, a job is sent once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.bootstrap import Workbench
from core.domain.batch import PlannedRow
from core.domain.job import Job, JobState
from core.domain.visitor import Visitor
from core.queues.celery import LATER, SINGLE, CeleryQueue
from core.storage.journal import SqlJournal
from tests.broker import Broker
from tests.images_api import ImagesApi
from tests.queues.conftest import App, Worker
from tests.services.conftest import ANNA, ASK, finished, until

SLOW = replace(ASK, prompt="a fox demo:latency=30")
KEY = "sk-annas-own-key-0123456789"


def an_hour_later() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def running(bench: Workbench, job: Job) -> Job:
    return until(bench, job, lambda now: now.state is JobState.RUNNING and now.calls[0].sent_at is not None)


def test_a_worker_runs_each_job_once_and_singles_first_survives_its_broker_and_ends_with_what_runs(
    app: App, worker: Worker, broker: Broker
) -> None:
    bench = app(BATCH_WINDOW="3")
    batch = bench.batches.plan("Foxes", [PlannedRow(request=ASK)] * 3, ANNA)
    bench.batches.start(batch.id, ANNA)
    assert bench.feeder.feed() == 3
    single = bench.studio.submit(ASK, ANNA)
    for _ in range(2):
        bench.queue.put(single.id)
    assert (broker.waiting(LATER), broker.waiting(SINGLE)) == (3, 3)

    process = worker()
    rows = [finished(bench, job) for _, job in bench.batches.page(batch.id, ANNA, after=0, limit=3) if job]
    single = finished(bench, single)
    assert single.started_at == min(job.started_at for job in (single, *rows) if job.started_at)
    assert (single.state, single.calls[0].attempts, len(single.images)) == (JobState.SUCCEEDED, 1, 1)
    entries = SqlJournal(bench.database).entries(job_id=single.id)
    assert sorted(entry.kind for entry in entries) == ["reserve", "settle"]

    stopped = running(bench, bench.studio.submit(SLOW, ANNA))
    broker.kill()
    process.wait_for_line("Cannot connect to")
    broker.start()
    bench.studio.cancel(stopped.id, ANNA)
    assert finished(bench, stopped).state is JobState.CANCELLED

    last = running(bench, bench.studio.submit(replace(ASK, prompt="a fox demo:latency=1"), ANNA))
    assert process.end() == 0
    assert bench.studio.job(last.id, ANNA).state is JobState.SUCCEEDED


def test_what_a_killed_worker_had_sent_is_unknown_and_what_the_broker_lost_is_handed_over_again(
    app: App, worker: Worker, broker: Broker
) -> None:
    bench, process = app(), worker()
    sent = running(bench, bench.studio.submit(SLOW, ANNA))
    waiting = bench.studio.submit(SLOW, ANNA)
    process.kill()
    broker.empty()  # and the broker has lost the other
    later = app(clock=an_hour_later)
    later.sweeper.sweep()
    assert bench.studio.job(sent.id, ANNA).state is JobState.UNKNOWN
    assert bench.studio.job(waiting.id, ANNA).state is JobState.QUEUED
    assert broker.waiting(SINGLE) == 1


def test_a_visitors_own_key_stays_in_the_apps_process(app: App, broker: Broker) -> None:
    with ImagesApi() as api:
        bench = app(OPENAI_BASE_URL=api.url)
        mine = bench.studio.submit(ASK, Visitor(owner="anna", api_key=KEY))
        theirs = bench.studio.submit(ASK, ANNA)
        assert finished(bench, mine).state is JobState.SUCCEEDED
        assert [request.headers["authorization"] for request in api.billed] == [f"Bearer {KEY}"]
    written = broker.written()
    assert theirs.id in written
    assert mine.id not in written
    assert KEY not in written


@pytest.mark.parametrize("who", ["the process that put it", "another one's sweep"])
def test_a_job_put_while_the_broker_is_down_is_handed_over_when_it_is_back(app: App, broker: Broker, who: str) -> None:
    bench = app()
    broker.kill()
    job = bench.studio.submit(ASK, ANNA)
    broker.start()
    assert bench.studio.job(job.id, ANNA).state is JobState.QUEUED
    assert broker.waiting(SINGLE) == 0
    if who == "another one's sweep":
        app(clock=an_hour_later).sweeper.sweep()
    else:
        bench.queue.watch(lambda: None)
    assert broker.waiting(SINGLE) == 1


def test_with_many_workers_as_many_of_a_batch_wait_as_run(app: App) -> None:
    bench = app()
    batch = bench.batches.plan("Foxes", [PlannedRow(request=ASK)] * 100, ANNA)
    bench.batches.start(batch.id, ANNA)
    assert bench.feeder.feed() == 64
    now = datetime.now(UTC)
    for row in bench.batches.rows(batch.id, ANNA, limit=40):
        SqlJournal(bench.database).claim(row.job_id or "", "worker", now=now, lease_until=now + timedelta(minutes=1))
    assert bench.feeder.feed() == 2 * 40 - 64


def test_a_provider_that_takes_too_long_is_stopped_and_the_money_told_truly(app: App) -> None:
    bench = app(TASK_SOFT_SECONDS="0.3", TASK_SECONDS="30")
    queue = bench.queue
    assert isinstance(queue, CeleryQueue)
    sent = bench.studio.submit(SLOW, ANNA)
    refused = bench.studio.submit(replace(ASK, prompt="a fox demo:error=rate_limit demo:retry_after=20"), ANNA)
    for job in (sent, refused):
        queue.run(job.id, seconds=30)
    lost, free = (bench.studio.job(job.id, ANNA) for job in (sent, refused))
    assert (lost.state, lost.held) == (JobState.UNKNOWN, sent.held)
    assert (free.state, free.held, free.charged) == (JobState.FAILED, 0, 0)
    assert free.error is not None
    assert "Nothing was charged" in free.error.message
