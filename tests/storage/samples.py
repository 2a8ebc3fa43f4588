"""Jobs, entries and endings for storage tests, complete but for what a test is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.domain.ids import new_id
from core.domain.image import ImageRef
from core.domain.job import Call, Ending, Job, JobState, StoredImage
from core.domain.ledger import Budgets, Entry, EntryKind
from core.domain.request import GenerateRequest
from core.storage.journal import SqlJournal

NOW = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)
PRICE = Decimal("0.042")
RUNNING = {JobState.RUNNING}


def a_job(*, calls: int = 1, **changes: Any) -> Job:
    job = Job(
        id=new_id(),
        owner="ada",
        account="openai",
        provider="openai",
        request=GenerateRequest(prompt="a heron", model="gpt-image-2", quality="high"),
        state=JobState.QUEUED,
        stage="queued",
        created_at=NOW,
        estimate_low=PRICE,
        estimate_high=PRICE,
        held=PRICE,
        calls=tuple(Call(number=number) for number in range(calls)),
    )
    return replace(job, **changes)


def an_entry(job: Job, **changes: Any) -> Entry:
    entry = Entry(
        id=new_id(),
        job_id=job.id,
        account=job.account,
        provider=job.provider,
        model=job.request.model,
        kind=EntryKind.RESERVE,
        held=job.held,
        created_at=NOW,
        counted_at=job.created_at,
    )
    return replace(entry, **changes)


def settled(job: Job, spent: Decimal = PRICE) -> Entry:
    return an_entry(job, kind=EntryKind.SETTLE, held=-job.held, spent=spent)


def an_image(job: Job, position: int = 0, sha256: str = "ab" * 32) -> StoredImage:
    ref = ImageRef(sha256=sha256, width=1024, height=1536, media_type="image/png", bytes=3_000_000_000)
    return StoredImage(
        id=new_id(), job_id=job.id, position=position, ref=ref, revised_prompt="a grey heron", created_at=NOW
    )


def an_ending(**changes: Any) -> Ending:
    return replace(Ending(state=JobState.SUCCEEDED, finished_at=LATER), **changes)


def opened(journal: SqlJournal, job: Job | None = None, budgets: Budgets | None = None) -> Job:
    job = job or a_job()
    journal.open(job, an_entry(job), budgets or Budgets(), lease_until=LATER)
    return job


def running(journal: SqlJournal, job: Job | None = None) -> Job:
    job = opened(journal, job)
    claimed = journal.claim(job.id, "worker-1", now=NOW, lease_until=LATER)
    assert claimed is not None
    return claimed
