"""Sees a submitted job through in the terminal: watch it, write its files, tell how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import report
from app.cli.describing import protection_line
from app.cli.exits import CANCELLED, OK, OTHER, PARTIAL, UNKNOWN, exit_of
from app.cli.opening import VISITOR
from app.cli.output import dollars, note, on_terminal, print_json, print_line
from app.cli.progress import interrupts, watch
from app.cli.target import STDOUT, Target, write, write_stdout
from core.domain.job import Job, JobError, JobState, StoredImage
from core.domain.request import EditRequest
from core.errors import GessoError

if TYPE_CHECKING:
    from core.bootstrap import Workbench


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How the outcome is told, and where the files go; ``target`` None leaves them where they are stored."""

    target: Target | None = None
    to_stdout: bool = False
    json: bool = False
    raw: bool = False
    verbose: bool = False


def run_job(workbench: "Workbench", submit: Callable[[], Job], telling: Telling) -> int:
    """Submit, wait and tell; returns the exit code.

    Ctrl-C cancels and tells what that means for money; while files are written it changes nothing.
    """
    with interrupts() as interrupted:
        job_id = submit().id
        try:
            job = watch(
                workbench.studio,
                job_id,
                verbose=telling.verbose,
                interrupted=interrupted,
                look_after=lambda job: _end_if_left(workbench, job),
            )
        except KeyboardInterrupt:
            note(f"Stopped waiting. `gesso jobs show {job_id}` says what became of it.")
            return UNKNOWN
        return tell(workbench, job, telling)


def _end_if_left(workbench: "Workbench", job: Job) -> None:
    """Bring a job that nobody runs any more to its end, lest we wait for ever.

    A defect in this program may have ended its thread: then the sweep says what is true of a
    request that was sent, and one that was not is cancelled.
    """
    if workbench.queue.holds(job.id):
        return
    workbench.recover()
    if workbench.studio.job(job.id, VISITOR).state is JobState.QUEUED:
        workbench.studio.cancel(job.id, VISITOR)


def tell(workbench: "Workbench", job: Job, telling: Telling) -> int:
    """Write a finished job's files and say how it ended; returns the exit code."""
    images, failures = _save_all(workbench, job, telling)
    failures += _broken_promises(job)
    if telling.json:
        print_json(_as_json(job, images, failures))
    elif telling.raw:
        print_json(report.raw_json(job, dict(images)))
    elif not telling.to_stdout:
        for path, _ in images:
            print_line(path)
    for sentence in job.delivered.remarks:
        note(f"Note: {sentence}")
    for sentence in (*_sentences(job), *failures):
        note(f"Error: {sentence}")
    if on_terminal() or telling.verbose:
        note(report.summary(job))
        for proof in (image.protection for image in job.images if image.protection):
            note(protection_line(proof))
    code = exit_of(job)
    return OTHER if failures and code in (OK, PARTIAL) else code


def _save_all(workbench: "Workbench", job: Job, telling: Telling) -> tuple[list[tuple[str, StoredImage]], list[str]]:
    """Each image with the path it is found at now, and a sentence for each that could not be written."""
    images: list[tuple[str, StoredImage]] = []
    failures: list[str] = []
    for image in job.images:
        stored = workbench.library.where(image)
        try:
            images.append((_save(workbench, job, image, telling) or stored, image))
        except GessoError as error:
            failures.append(f"{error} Nothing is lost: the picture is stored as {stored}.")
            images.append((stored, image))
    return images, failures


def _broken_promises(job: Job) -> list[str]:
    """A sentence for each result in which protected pixels changed all the same."""
    return [
        f"Image {image.position + 1} does not keep what was protected: {protection_line(image.protection)}."
        for image in job.images
        if image.protection is not None and not image.protection.holds
    ]


def _save(workbench: "Workbench", job: Job, image: StoredImage, telling: Telling) -> str | None:
    if telling.to_stdout:
        write_stdout(workbench.library.original(image))
        return STDOUT
    if telling.target is None:
        return None
    path = _path(telling.target, job, image)
    write(path, workbench.library.original(image), replace=telling.target.replace)
    asked = telling.target.extension.lower()
    if asked and asked.replace("jpeg", "jpg") != image.ref.extension:
        note(f"Note: {path} holds {image.ref.media_type}: that is what the provider delivered.")
    return str(path)


def _path(target: Target, job: Job, image: StoredImage) -> Path:
    from core.services.library import file_name

    if not target.stem:
        return target.folder / file_name(image, job, image.ref.media_type)
    return target.path(image.position, image.ref.extension)


def _sentences(job: Job) -> list[str]:
    """What a person must know about an end that is not a plain success."""
    sentences = [] if job.error is None else [job.error.message]
    if job.may_have_been_billed:
        settle = f"`gesso jobs resolve {job.id}` with --look-again, --not-billed or --billed settles it."
        sentences.append(f"{dollars(job.held)} stays set aside: {settle}")
    elif exit_of(job) == CANCELLED:
        sentences.append("Nothing was charged.")
    return [" ".join(sentences)] if sentences else []


def _as_json(job: Job, images: list[tuple[str, StoredImage]], failures: list[str]) -> dict[str, object]:
    data: dict[str, object] = {
        "job": report.job_json(job),
        "images": [report.result_json(job, image, path) for path, image in images],
    }
    if isinstance(job.request, EditRequest):
        data["protection"] = report.protection_json(images[0][1]) if images else None
    if job.delivered.remarks:
        data["remarks"] = list(job.delivered.remarks)
    error = job.error or (JobError(code="storage", message=" ".join(failures)) if failures else None)
    if error is None and job.state is not JobState.SUCCEEDED:
        error = JobError(code=job.state.value, message=f"The job ended {job.state.value}.")
    return data if error is None else data | {"error": {"code": error.code, "message": error.message}}
