"""What a process that died leaves behind, and what becomes of it."""

import base64
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.bootstrap import Workbench
from core.domain.ids import new_id
from core.domain.job import CallState, Job, JobState
from core.domain.visitor import Visitor
from core.errors import JobStateError, NotFoundError
from core.services.studio import Resolution
from core.storage.files import LocalFiles
from core.storage.journal import SqlJournal
from tests.services.conftest import ANNA, ASK, Build, finished, until


def a_minute_later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


def sent_and_dead(bench: Build) -> tuple[Workbench, Job]:
    """A job whose process gives no sign of life after sending, seen by a process a minute later."""
    dead = bench(demo_latency_seconds=60.0)
    job = dead.studio.submit(ASK, ANNA)
    until(dead, job, lambda current: any(call.state is CallState.SENT for call in current.calls))
    return bench(clock=a_minute_later), job


def test_what_was_sent_without_an_answer_becomes_unknown_and_stays_held(bench: Build) -> None:
    survivor, job = sent_and_dead(bench)
    survivor.recover()
    job = survivor.studio.job(job.id, ANNA)
    assert (job.state, job.held, job.cost) == (JobState.UNKNOWN, job.estimate_high, None)
    assert "may have been billed" in str(job.error)


def test_an_unknown_outcome_is_never_sent_again_by_the_machine(bench: Build) -> None:
    survivor, job = sent_and_dead(bench)
    survivor.start()
    survivor.start()
    job = survivor.studio.job(job.id, ANNA)
    assert (job.state, [call.attempts for call in job.calls]) == (JobState.UNKNOWN, [1])


def test_what_was_cancelled_before_its_process_died_unsent_ends_cancelled_and_free(bench: Build) -> None:
    dead = bench()
    dead.queue.drain(0)  # it takes nothing any more
    job = dead.studio.submit(ASK, ANNA)
    SqlJournal(dead.database).request_cancel(job.id, now=datetime.now(UTC))
    survivor = bench(clock=a_minute_later)
    survivor.start()
    job = survivor.studio.job(job.id, ANNA)
    assert (job.state, job.held, job.cost) == (JobState.CANCELLED, 0, 0)


def test_a_spooled_answer_is_finished_for_free(bench: Build, tmp_path: Path) -> None:
    survivor, job = sent_and_dead(bench)
    donor = bench(output_dir=tmp_path / "elsewhere")
    answer = _raw_answer(donor)
    (tmp_path / "spool" / job.id).mkdir(parents=True)
    (tmp_path / "spool" / job.id / "0.answer").write_bytes(answer)
    survivor.recover()
    job = survivor.studio.job(job.id, ANNA)
    assert (job.state, len(job.images), job.held) == (JobState.SUCCEEDED, 1, 0)
    assert job.cost == job.estimate_high


def test_an_answer_that_another_machine_could_not_see_is_finished_when_its_own_comes_back(
    bench: Build, tmp_path: Path
) -> None:
    survivor, job = sent_and_dead(bench)
    survivor.recover()
    answer = _raw_answer(bench(output_dir=tmp_path / "elsewhere"))
    (tmp_path / "spool" / job.id).mkdir(parents=True)
    (tmp_path / "spool" / job.id / "0.answer").write_bytes(answer)
    bench(clock=a_minute_later).start()
    job = survivor.studio.job(job.id, ANNA)
    assert (job.state, len(job.images), job.held) == (JobState.SUCCEEDED, 1, 0)


def _raw_answer(donor: Workbench) -> bytes:
    job = finished(donor, donor.studio.submit(ASK, ANNA))
    data = base64.b64encode(donor.library.original(job.images[0])).decode()
    usage = job.usage
    assert usage is not None
    body = {
        "created": 0,
        "data": [{"b64_json": data}],
        "usage": {
            "input_tokens": usage.text_input,
            "input_tokens_details": {"text_tokens": usage.text_input, "image_tokens": 0},
            "output_tokens": usage.image_output,
            "total_tokens": usage.total,
        },
    }
    header = json.dumps({"media_type": "application/json", "request_id": "req_spooled"})
    return header.encode() + b"\n" + json.dumps(body).encode()


def test_a_late_answer_of_a_process_taken_for_dead_is_stored_after_all(bench: Build) -> None:
    slow = bench(demo_latency_seconds=1.0)
    job = slow.studio.submit(ASK, ANNA)
    until(slow, job, lambda current: any(call.state is CallState.SENT for call in current.calls))
    hasty = bench(clock=a_minute_later)
    hasty.recover()
    assert hasty.studio.job(job.id, ANNA).state is JobState.UNKNOWN
    job = until_images(slow, job)
    assert (job.state, job.held, job.cost) == (JobState.SUCCEEDED, 0, job.estimate_high)


def test_an_answer_that_arrives_while_its_process_is_taken_for_dead_is_not_thrown_away(
    bench: Build, tmp_path: Path
) -> None:
    survivor, job = sent_and_dead(bench)
    header, _, body = _raw_answer(bench(output_dir=tmp_path / "elsewhere")).partition(b"\n")
    with LocalFiles(tmp_path).spool(job.id, 0, **json.loads(header)) as spool:
        spool.write(body[:1000])
        survivor.recover()
        assert survivor.studio.job(job.id, ANNA).state is JobState.UNKNOWN
        spool.write(body[1000:])
        spool.commit()
    bench().start()
    job = survivor.studio.job(job.id, ANNA)
    assert (job.state, len(job.images), job.held) == (JobState.SUCCEEDED, 1, 0)


def until_images(workbench: Workbench, job: Job) -> Job:
    while not (current := workbench.studio.job(job.id, ANNA)).images:
        pass
    return current


def test_what_was_queued_is_taken_up_again(bench: Build) -> None:
    dead = bench(concurrency=1, demo_latency_seconds=60.0, drain_seconds=0)
    dead.studio.submit(ASK, ANNA)
    waiting = dead.studio.submit(ASK, ANNA)
    dead.drain()  # its heart beats on for the first one only, whose clock is a minute behind
    survivor = bench(clock=a_minute_later)
    survivor.start()
    assert finished(survivor, waiting).state is JobState.SUCCEEDED


def test_a_terminal_recovers_without_sending_what_was_queued(bench: Build) -> None:
    dead = bench(concurrency=1, demo_latency_seconds=60.0)
    dead.studio.submit(ASK, ANNA)
    waiting = dead.studio.submit(ASK, ANNA)
    terminal = bench(clock=a_minute_later)
    terminal.recover()
    assert terminal.studio.job(waiting.id, ANNA).state is JobState.QUEUED


def test_a_waiting_job_with_a_visitors_key_is_given_up_and_released(bench: Build) -> None:
    dead = bench(concurrency=1, demo_latency_seconds=60.0)
    dead.studio.submit(ASK, ANNA)
    own = dead.studio.submit(ASK, Visitor(owner="anna", api_key="sk-own"))
    survivor = bench(clock=a_minute_later)
    survivor.start()
    job = survivor.studio.job(own.id, ANNA)
    assert (job.state, job.held) == (JobState.FAILED, 0)
    assert "your own key is kept nowhere" in str(job.error)


@pytest.mark.parametrize(
    ("resolution", "state", "charged"),
    [(Resolution.NOT_BILLED, JobState.FAILED, 0), (Resolution.BILLED, JobState.FAILED, 1)],
)
def test_somebody_says_what_became_of_it(bench: Build, resolution: Resolution, state: JobState, charged: int) -> None:
    survivor, job = sent_and_dead(bench)
    survivor.recover()
    resolved = survivor.studio.resolve(job.id, resolution, ANNA)
    standing = survivor.ledger.standing("demo")
    assert (resolved.state, resolved.held, resolved.charged) == (state, 0, job.held * charged)
    assert (standing.today.spent, standing.today.held) == (job.held * charged, 0)
    with pytest.raises(JobStateError, match="nothing to resolve"):
        survivor.studio.resolve(job.id, resolution, ANNA)


def test_sending_again_counts_the_old_request_and_makes_a_new_job(bench: Build) -> None:
    survivor, job = sent_and_dead(bench)
    survivor.recover()
    again = finished(survivor, survivor.studio.resolve(job.id, Resolution.SEND_AGAIN, ANNA))
    assert again.state is JobState.SUCCEEDED
    assert survivor.studio.job(job.id, ANNA).charged == job.held
    assert survivor.ledger.standing("demo").today.spent == job.held + (again.cost or 0)


def test_looking_again_without_an_answer_says_so_and_changes_nothing(bench: Build) -> None:
    survivor, job = sent_and_dead(bench)
    survivor.recover()
    with pytest.raises(JobStateError, match="No answer to this request is on the disk"):
        survivor.studio.resolve(job.id, Resolution.LOOK_AGAIN, ANNA)
    assert survivor.studio.job(job.id, ANNA).held == job.held


def test_a_job_that_nobody_knows_is_not_found(bench: Build) -> None:
    workbench = bench()
    with pytest.raises(NotFoundError, match="There is no job"):
        workbench.studio.job(new_id(), ANNA)


def an_hour_and_more_later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=61)


def test_an_image_without_a_row_is_adopted_once(bench: Build, tmp_path: Path) -> None:
    finished(donor := bench(output_dir=tmp_path / "lost"), donor.studio.submit(ASK, ANNA))
    shutil.copytree(tmp_path / "lost" / "images", tmp_path / "images")
    survivor = bench(clock=an_hour_and_more_later)
    assert (survivor.sweeper.adopt_orphans(), survivor.sweeper.adopt_orphans()) == (1, 0)
    (job,) = survivor.studio.jobs(Visitor(owner="operator", operator=True))
    assert (job.state, job.request.prompt, len(job.images), job.cost) == (JobState.SUCCEEDED, "Recovered images", 1, 0)


def test_a_young_or_damaged_file_is_left_alone(bench: Build, tmp_path: Path) -> None:
    finished(donor := bench(output_dir=tmp_path / "lost"), donor.studio.submit(ASK, ANNA))
    shutil.copytree(tmp_path / "lost" / "images", tmp_path / "images")
    assert bench().sweeper.adopt_orphans() == 0
    (file,) = (tmp_path / "images").glob("*/*")
    file.write_bytes(file.read_bytes()[:1000])
    assert bench(clock=an_hour_and_more_later).sweeper.adopt_orphans() == 0


def test_the_spool_of_a_settled_job_is_cleared_and_an_open_ones_is_kept(bench: Build, tmp_path: Path) -> None:
    survivor, unknown = sent_and_dead(bench)
    survivor.recover()
    settled = finished(survivor, survivor.studio.submit(ASK, ANNA))
    survivor.queue.drain(10)  # a finished job's spool is cleared after its last transaction
    for job in (unknown, settled):
        (tmp_path / "spool" / job.id).mkdir(parents=True)
    piece = tmp_path / "spool" / unknown.id / "0.part"
    piece.write_bytes(b'{"media_type": "application/json", "request_id": null}\n{"data"')
    assert survivor.sweeper.clear_settled_spools() == 1
    assert piece.exists()
    survivor.studio.resolve(unknown.id, Resolution.NOT_BILLED, ANNA)
    assert survivor.sweeper.clear_settled_spools() == 1
    assert not piece.exists()
