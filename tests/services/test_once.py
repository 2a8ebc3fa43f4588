"""A request that comes again makes no second job, and nobody gets another's."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.job import JobState
from core.domain.once import REMEMBERED, RETRIED_WITHIN, Once
from core.domain.visitor import Visitor
from core.errors import IdempotencyConflictError, TooManyRequestsError
from tests.services.conftest import ANNA, ASK, Build, finished
from tests.services.test_keys import Watch, submitted

BEN = Visitor(owner="ben")
KEYED = Once(key="order 7", body="aa")
AGAIN = Once(body="aa", retried=True)


def test_the_same_key_is_the_same_job_for_two_threads_at_once(bench: Build) -> None:
    workbench, other = bench(), bench()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: (workbench, other)[n % 2].studio.submit(ASK, ANNA, once=KEYED), range(16)))
    assert len({job.id for job in made}) == 1
    finished(workbench, made[0])
    assert len(workbench.ledger.entries()) == 2


def test_the_same_key_with_another_request_is_refused_and_another_owners_is_another(bench: Build) -> None:
    workbench = bench()
    first = submitted(workbench, ANNA, once=KEYED)
    with pytest.raises(IdempotencyConflictError, match="Send each new request with a new key"):
        workbench.studio.submit(replace(ASK, n=2), ANNA, once=replace(KEYED, body="bb"))
    assert submitted(workbench, BEN, once=KEYED).id != first.id


def test_a_first_try_without_a_key_is_new_and_a_retry_of_it_is_not(bench: Build) -> None:
    watch = Watch()
    workbench = bench(clock=watch)
    first = submitted(workbench, ANNA, once=Once(body="aa"))
    watch.now += timedelta(seconds=1)
    second = submitted(workbench, ANNA, once=Once(body="aa"))
    again = [submitted(workbench, ANNA, once=AGAIN).id for _ in range(2)]
    assert (again, first.id == second.id) == ([second.id] * 2, False)
    assert submitted(workbench, BEN, once=AGAIN).owner == "ben"
    watch.now += RETRIED_WITHIN
    assert submitted(workbench, ANNA, once=AGAIN).id not in (first.id, second.id)


def test_a_retry_of_what_failed_and_cost_nothing_is_tried_again(bench: Build) -> None:
    workbench = bench()
    refused = replace(ASK, prompt="demo:error=refused")
    first = finished(workbench, workbench.studio.submit(refused, ANNA, once=Once(body="aa")))
    assert first.state is JobState.FAILED
    assert finished(workbench, workbench.studio.submit(refused, ANNA, once=AGAIN)).id != first.id


def test_what_was_refused_before_it_was_a_job_is_not_remembered(bench: Build) -> None:
    watch = Watch()
    workbench = bench(clock=watch)
    hurried = workbench.keys.create("hurried", ANNA, rate=1).key.visitor
    first = submitted(workbench, hurried, once=Once(body="bb"))
    assert submitted(workbench, hurried, once=Once(body="bb", retried=True)).id == first.id
    with pytest.raises(TooManyRequestsError, match="a minute"):
        workbench.studio.submit(ASK, hurried, once=KEYED)
    watch.now += timedelta(minutes=1)
    assert submitted(workbench, hurried, once=KEYED).id != first.id


def test_a_retry_of_what_was_refused_is_not_answered_by_an_earlier_request_of_the_same_body(bench: Build) -> None:
    watch = Watch()
    workbench = bench(clock=watch)
    hurried = workbench.keys.create("hurried", ANNA, rate=1).key.visitor
    first = submitted(workbench, hurried, once=Once(body="aa"))
    with pytest.raises(TooManyRequestsError):
        workbench.studio.submit(ASK, hurried, once=Once(body="aa"))
    watch.now += timedelta(minutes=1)
    second = submitted(workbench, hurried, once=AGAIN)
    assert second.id != first.id
    watch.now += timedelta(minutes=1)
    refused = replace(ASK, prompt="demo:error=refused")
    assert finished(workbench, workbench.studio.submit(refused, hurried, once=Once(body="aa"))).state is JobState.FAILED
    watch.now += timedelta(minutes=1)
    assert submitted(workbench, hurried, once=AGAIN).id not in (first.id, second.id)


def test_the_sweep_forgets_after_two_days(bench: Build) -> None:
    watch = Watch()
    workbench = bench(clock=watch)
    first = submitted(workbench, ANNA, once=KEYED)
    watch.now += REMEMBERED - timedelta(seconds=1)
    assert submitted(workbench, ANNA, once=KEYED).id == first.id
    watch.now += timedelta(seconds=1)
    workbench.sweeper.sweep()
    assert submitted(workbench, ANNA, once=KEYED).id != first.id
