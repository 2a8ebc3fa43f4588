"""Sees a submitted job through in the terminal: watch it, write its files, tell how it ended."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import report
from app.cli.exits import CANCELLED, OK, OTHER, PARTIAL, UNKNOWN, exit_of
from app.cli.output import dollars, note, on_terminal, print_json, print_line
from app.cli.progress import interrupts, watch
from app.cli.target import STDOUT, Target, write
from core.domain.job import Job, JobError, JobState, StoredImage
from core.errors import GessoError, StorageError

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
    """Submit, wait and tell; returns the exit code. Ctrl-C cancels and tells what that means for money."""
    with interrupts() as interrupted:
        job_id = submit().id
        try:
            job = watch(workbench.studio, job_id, verbose=telling.verbose, interrupted=interrupted)
        except KeyboardInterrupt:
            note(f"Stopped waiting. `gesso jobs show {job_id}` says what became of it.")
            return UNKNOWN
    return tell(workbench, job, telling)


def tell(workbench: "Workbench", job: Job, telling: Telling) -> int:
    """Write a finished job's files and say how it ended; returns the exit code."""
    images, failures = _save_all(workbench, job, telling)
    if telling.json:
        print_json(_as_json(job, images, failures))
    elif telling.raw:
        print_json(report.raw_json(job, dict(images)))
    elif not telling.to_stdout:
        for path, _ in images:
            print_line(path)
    for sentence in (*_sentences(job), *failures):
        note(f"Error: {sentence}")
    if on_terminal() or telling.verbose:
        note(report.summary(job))
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


def _save(workbench: "Workbench", job: Job, image: StoredImage, telling: Telling) -> str | None:
    if telling.to_stdout:
        _write_stdout(workbench.library.original(image))
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


def _write_stdout(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise StorageError(f"Standard output took not all of it: {error.strerror or error}.") from error


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
        "images": [report.image_json(image, path) for path, image in images],
    }
    error = job.error or (JobError(code="storage", message=" ".join(failures)) if failures else None)
    if error is None and job.state is not JobState.SUCCEEDED:
        error = JobError(code=job.state.value, message=f"The job ended {job.state.value}.")
    return data if error is None else data | {"error": {"code": error.code, "message": error.message}}
