"""The queue of threads: what it runs, beats for, and does when told to stop."""

import threading
from collections.abc import Collection, Iterator

import pytest

from core.errors import StorageError
from core.queues import inline
from core.queues.inline import InlineQueue


class Bench:
    """A queue whose jobs wait until they are let go."""

    def __init__(self, concurrency: int) -> None:
        self.begun: list[tuple[str, str | None]] = []
        self.beats: list[tuple[str, ...]] = []
        self.left: list[str] = []
        self.beaten, self.started, self.go = threading.Event(), threading.Semaphore(0), threading.Event()
        self.queue = InlineQueue(
            send=self.send, cancel=lambda _: None, beat=self.beat, let_go=self.left.extend, concurrency=concurrency
        )

    def send(self, job_id: str, *, api_key: str | None = None, on_preview: object = None) -> None:
        assert on_preview is None
        self.begun.append((job_id, api_key))
        self.started.release()
        self.go.wait()
        if job_id == "bad":
            raise ValueError("a bug")

    def beat(self, job_ids: Collection[str]) -> None:
        self.beats.append(tuple(job_ids))
        self.beaten.set()
        raise StorageError("locked")


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(concurrency=2)
    yield made
    made.go.set()
    made.queue.close()


def test_no_more_jobs_run_at_once_than_allowed(bench: Bench) -> None:
    for job in ("a", "b", "c"):
        bench.queue.put(job)
    bench.started.acquire()
    bench.started.acquire()
    assert {job for job, _ in bench.begun} == {"a", "b"}
    bench.go.set()
    assert bench.started.acquire(timeout=5)


def test_a_job_that_is_here_is_not_taken_twice(bench: Bench) -> None:
    bench.queue.put("a", api_key="sk-own")
    bench.queue.put("a")
    bench.started.acquire()
    assert bench.queue.drain(0) is False
    assert bench.begun == [("a", "sk-own")]


def test_draining_waits_for_what_runs_and_leaves_what_waits(bench: Bench) -> None:
    for job in ("a", "b", "c"):
        bench.queue.put(job)
    bench.started.acquire()
    bench.started.acquire()
    threading.Timer(0.05, bench.go.set).start()
    assert bench.queue.drain(5) is True
    bench.queue.put("d")
    assert {job for job, _ in bench.begun} == {"a", "b"}
    assert bench.left == ["c"]


def test_waiting_and_running_jobs_are_beaten_for_and_a_locked_journal_is_survived(bench: Bench) -> None:
    for job in ("a", "b", "c"):
        bench.queue.put(job)
    assert bench.beaten.wait(5)
    bench.beaten.clear()
    assert bench.beaten.wait(5)
    assert set(bench.beats[-1]) == {"a", "b", "c"}


def test_a_bug_in_one_job_is_logged_and_stops_no_other(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.go.set()
    bench.queue.put("bad")
    bench.queue.put("good")
    bench.started.acquire()
    bench.started.acquire()
    assert bench.queue.drain(5)
    bench.queue.close()
    assert {job for job, _ in bench.begun} == {"bad", "good"}
    assert "bad stopped on an error" in caplog.text


def test_what_is_put_for_later_lets_all_others_go_first() -> None:
    bench = Bench(concurrency=1)
    for job in ("later 1", "later 2", "later 3"):
        bench.queue.put(job, later=True)
    bench.queue.put("single")
    assert all(bench.queue.holds(job) for job in ("later 1", "later 3", "single"))
    bench.go.set()
    for _ in range(4):
        bench.started.acquire()
    bench.queue.close()
    assert [job for job, _ in bench.begun] == ["later 1", "single", "later 2", "later 3"]


def test_a_watching_queue_sweeps_at_once_and_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "SWEEP_SECONDS", 0.0)
    swept = threading.Semaphore(0)
    bench.queue.watch(swept.release)
    assert swept.acquire(timeout=5)
    assert swept.acquire(timeout=5)


def test_patience_with_a_job_begins_when_it_has_its_place() -> None:
    bench = Bench(concurrency=1)
    bench.queue.put("first")
    bench.queue.put("second")
    threading.Timer(0.2, bench.go.set).start()
    assert bench.queue.wait("first", seconds=0.05) is False
    assert bench.queue.wait("second", seconds=0.1) is True
    bench.queue.put("bad")
    with pytest.raises(ValueError, match="a bug"):
        bench.queue.wait("bad", seconds=5)
    assert bench.queue.wait("never seen", seconds=0) is True
    bench.queue.close()


def test_a_job_is_held_until_it_ends_however_it_ends(bench: Bench) -> None:
    bench.queue.put("bad")
    bench.started.acquire()
    assert bench.queue.holds("bad")
    bench.go.set()
    bench.queue.drain(5)
    bench.queue.close()
    assert not bench.queue.holds("bad")
