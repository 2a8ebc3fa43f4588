"""The one road, from a request to stored and settled images."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from core.domain.job import CallState, JobState
from core.domain.ledger import EntryKind
from core.domain.visitor import Visitor
from core.errors import BudgetExceededError, NotFoundError, UnsupportedOptionError
from core.services.library import Form
from tests.services.conftest import ANNA, ASK, Build, finished, until


def test_a_request_becomes_stored_images_and_its_price_becomes_its_cost(bench: Build) -> None:
    workbench = bench()
    job = finished(workbench, workbench.studio.submit(replace(ASK, n=2), ANNA))
    assert (job.state, len(job.images), job.held) == (JobState.SUCCEEDED, 2, 0)
    assert job.cost == job.charged == job.estimate_high
    assert [image.position for image in job.images] == [0, 1]
    assert job.images[0].ref.sha256 != job.images[1].ref.sha256


def test_the_ledger_holds_first_and_settles_after(bench: Build) -> None:
    workbench = bench()
    job = finished(workbench, workbench.studio.submit(ASK, ANNA))
    settle, reserve = workbench.ledger.entries(account="demo")
    assert (reserve.kind, reserve.held, reserve.spent) == (EntryKind.RESERVE, job.estimate_high, 0)
    assert (settle.kind, settle.held, settle.spent) == (EntryKind.SETTLE, -reserve.held, job.cost)
    assert settle.usage is not None
    assert settle.prices is not None


def test_streamed_images_differ_and_each_leaves_a_preview(bench: Build) -> None:
    workbench = bench()
    job = finished(workbench, workbench.studio.submit(replace(ASK, n=3, stream=True, partial_images=1), ANNA))
    assert len({image.ref.sha256 for image in job.images}) == 3
    assert (job.previews, [call.state for call in job.calls]) == (3, [CallState.ANSWERED] * 3)


@pytest.mark.parametrize(
    ("directive", "state", "charged", "held", "code"),
    [
        ("quota", JobState.FAILED, False, False, "quota_exceeded"),
        ("authentication", JobState.FAILED, False, False, "authentication"),
        ("moderation", JobState.FAILED, False, False, "content_rejected"),
        ("refused", JobState.FAILED, False, False, "provider_refused"),
        ("unknown", JobState.UNKNOWN, False, True, "outcome_unknown"),
        ("html", JobState.UNKNOWN, False, True, "provider_answer"),
        ("empty", JobState.FAILED, True, False, "provider_answer"),
        ("bad_base64", JobState.FAILED, True, False, "provider_answer"),
        ("truncated_image", JobState.FAILED, True, False, "provider_answer"),
        ("wrong_size", JobState.SUCCEEDED, True, False, None),
    ],
)
def test_each_fault_ends_in_its_state_and_the_ledger_says_the_same(
    bench: Build, directive: str, state: JobState, charged: bool, held: bool, code: str | None
) -> None:
    workbench = bench()
    job = finished(workbench, workbench.studio.submit(replace(ASK, prompt=f"demo:error={directive}"), ANNA))
    standing = workbench.ledger.standing("demo")
    assert (job.state, bool(job.charged), bool(job.held)) == (state, charged, held)
    assert (job.error.code if job.error else None) == code
    assert (standing.today.spent, standing.today.held) == (job.charged, job.held)


def test_the_good_images_of_a_damaged_answer_are_kept(bench: Build) -> None:
    workbench = bench()
    job = finished(workbench, workbench.studio.submit(replace(ASK, prompt="demo:error=partial_failure", n=3), ANNA))
    assert job.state is JobState.PARTIAL
    assert len(job.images) == 2
    assert job.error is not None
    assert job.error.message.startswith("2 of 3 images arrived.")


def test_an_unreadable_answer_is_kept_as_evidence(bench: Build, tmp_path: Path) -> None:
    workbench = bench()
    job = finished(workbench, workbench.studio.submit(replace(ASK, prompt="demo:error=truncated_image"), ANNA))
    assert [path.name for path in (tmp_path / "kept" / job.id).iterdir()] == ["0.answer"]
    assert not (tmp_path / "spool" / job.id).exists()


def test_what_was_delivered_stands_beside_what_was_asked(bench: Build) -> None:
    workbench = bench()
    job = finished(workbench, workbench.studio.submit(replace(ASK, quality="auto"), ANNA))
    assert job.request.quality == "auto"
    assert job.delivered.quality in ("low", "medium", "high", "xhigh", "max")
    assert job.delivered.size == "1024x640"


def test_a_budget_refuses_before_anything_is_written(bench: Build) -> None:
    workbench = bench(budget_day_usd=Decimal("0.005"))
    finished(workbench, workbench.studio.submit(ASK, ANNA))
    with pytest.raises(BudgetExceededError, match="left today"):
        workbench.studio.submit(ASK, ANNA)
    assert len(workbench.studio.jobs(ANNA)) == 1


def test_a_limit_for_one_request_refuses_it(bench: Build) -> None:
    with pytest.raises(BudgetExceededError, match="you allowed"):
        bench().studio.submit(ASK, ANNA, max_cost=Decimal("0.001"))


def test_an_option_the_model_lacks_costs_nothing(bench: Build) -> None:
    workbench = bench()
    with pytest.raises(UnsupportedOptionError):
        workbench.studio.submit(replace(ASK, complexity="low"), ANNA)
    assert workbench.studio.jobs(ANNA) == ()


def test_a_running_job_is_cancelled_within_a_second_and_stays_held(bench: Build) -> None:
    workbench = bench(demo_latency_seconds=60.0)
    job = workbench.studio.submit(ASK, ANNA)
    until(workbench, job, lambda current: any(call.state is CallState.SENT for call in current.calls))
    workbench.studio.cancel(job.id, ANNA)
    job = finished(workbench, job)
    assert (job.state, job.held) == (JobState.CANCELLED, job.estimate_high)
    assert "may have been billed" in str(job.error)


def test_a_job_is_cancelled_from_another_process(bench: Build) -> None:
    running, other = bench(demo_latency_seconds=60.0), bench()
    job = running.studio.submit(ASK, ANNA)
    until(running, job, lambda current: any(call.state is CallState.SENT for call in current.calls))
    other.studio.cancel(job.id, ANNA)
    assert finished(running, job).state is JobState.CANCELLED


def test_a_queued_job_is_cancelled_for_nothing(bench: Build) -> None:
    workbench = bench(concurrency=1, demo_latency_seconds=60.0)
    running = workbench.studio.submit(ASK, ANNA)
    queued = workbench.studio.cancel(workbench.studio.submit(ASK, ANNA).id, ANNA)
    assert (queued.state, queued.held, queued.cost) == (JobState.CANCELLED, 0, 0)
    workbench.studio.cancel(running.id, ANNA)


def test_nobody_sees_somebody_elses_pictures_unless_history_is_shared(bench: Build) -> None:
    private, shared, bert = bench(), bench(shared_history=True), Visitor(owner="bert")
    job = finished(private, private.studio.submit(ASK, ANNA))
    for look in (
        lambda: private.studio.job(job.id, bert),
        lambda: private.library.download(job.images[0].id, Form.ORIGINAL, bert),
        lambda: private.studio.cancel(job.id, bert),
    ):
        with pytest.raises(NotFoundError):
            look()
    assert private.studio.jobs(bert) == ()
    assert shared.studio.job(job.id, bert) == job


def test_a_download_is_bit_for_bit_what_the_provider_sent(bench: Build, tmp_path: Path) -> None:
    workbench = bench()
    image = finished(workbench, workbench.studio.submit(ASK, ANNA)).images[0]
    stored = tmp_path / "images" / image.ref.sha256[:2] / f"{image.ref.sha256}.png"
    download = workbench.library.download(image.id, Form.ORIGINAL, ANNA)
    assert download.data == stored.read_bytes()
    assert download.file_name.startswith("a-red-fox-1-")


@pytest.mark.parametrize("form", list(Form))
def test_every_form_of_download_is_an_image(bench: Build, form: Form) -> None:
    workbench = bench()
    image = finished(workbench, workbench.studio.submit(ASK, ANNA)).images[0]
    download = workbench.library.download(image.id, form, ANNA)
    magic = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8", "image/webp": b"RIFF"}[download.media_type]
    assert download.data.startswith(magic)
