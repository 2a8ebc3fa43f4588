"""Between rows and the domain's objects, both ways."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import RowMapping

from core.domain.image import ImageRef
from core.domain.job import Call, CallState, Delivered, Ending, ImageRole, Job, JobError, JobState, StoredImage
from core.domain.ledger import Entry, EntryKind
from core.domain.protection import Protection
from core.domain.request import request_from_json
from core.domain.usage import Usage


def _fields_of(kind: type[Job | Call | StoredImage | Entry], *, but: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in but.split())


# Fields that are a column of the same name and need no translation.
SAME_IN_JOB = _fields_of(Job, but="request state usage delivered error calls images answers")
SAME_IN_CALL = _fields_of(Call, but="state")
SAME_IN_IMAGE = _fields_of(StoredImage, but="ref role protection trashed")
SAME_IN_ENTRY = _fields_of(Entry, but="kind")


def job_row(job: Job) -> dict[str, Any]:
    """The job's own row; its calls and images have theirs."""
    return {name: getattr(job, name) for name in SAME_IN_JOB} | {
        "request": job.request.to_json(),
        "state": str(job.state),
        **_outcome(job),
    }


def ending_row(ending: Ending) -> dict[str, Any]:
    """The columns of a job's row that its ending sets, amounts held and charged aside."""
    return {
        "state": str(ending.state),
        "stage": str(ending.state),
        "finished_at": ending.finished_at,
        "cost": ending.cost,
        "cost_is_estimated": ending.cost_is_estimated,
        **_outcome(ending),
    }


def _outcome(source: Job | Ending) -> dict[str, Any]:
    return {
        "usage": source.usage.to_json() if source.usage else None,
        "delivered": {name: value for name, value in asdict(source.delivered).items() if value is not None} or None,
        "error_code": source.error.code if source.error else None,
        "error_message": source.error.message if source.error else None,
    }


def call_row(job_id: str, call: Call) -> dict[str, Any]:
    same = {name: getattr(call, name) for name in SAME_IN_CALL}
    return same | {"job_id": job_id, "state": str(call.state)}


def image_row(image: StoredImage) -> dict[str, Any]:
    return {
        **{name: getattr(image, name) for name in SAME_IN_IMAGE},
        **asdict(image.ref),
        "role": str(image.role),
        "protection": image.protection.to_json() if image.protection else None,
    }


def entry_row(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in SAME_IN_ENTRY} | {"kind": str(entry.kind)}


def to_job(row: RowMapping, calls: Sequence[Call], images: Sequence[StoredImage]) -> Job:
    """The whole job from its row and the objects of its other rows."""
    code = row["error_code"]
    return Job(
        **{name: row[name] for name in SAME_IN_JOB},
        request=request_from_json(row["request"]),
        state=JobState(row["state"]),
        usage=Usage.from_json(row["usage"]) if row["usage"] else None,
        delivered=Delivered.from_json(row["delivered"] or {}),
        error=JobError(code=code, message=row["error_message"] or "") if code else None,
        calls=tuple(calls),
        images=tuple(image for image in images if image.role is ImageRole.RESULT),
        answers=tuple(image for image in images if image.role is ImageRole.ANSWER),
    )


def to_call(row: RowMapping) -> Call:
    return Call(**{name: row[name] for name in SAME_IN_CALL}, state=CallState(row["state"]))


def to_image(row: RowMapping) -> StoredImage:
    ref = ImageRef(**{name: row[name] for name in ("sha256", "width", "height", "media_type", "bytes")})
    return StoredImage(
        **{name: row[name] for name in SAME_IN_IMAGE},
        ref=ref,
        role=ImageRole(row["role"]),
        protection=Protection.from_json(row["protection"]) if row["protection"] else None,
        trashed=row.get("trashed_at") is not None,
    )


def to_entry(row: RowMapping) -> Entry:
    return Entry(**{name: row[name] for name in SAME_IN_ENTRY}, kind=EntryKind(row["kind"]))
