"""``gesso jobs``: list requests, look at one, cancel one, resolve one that may have been billed."""

from typing import Annotated

import typer

from app.cli import options, report
from app.cli.asking import can_ask
from app.cli.describing import asked, protection_line
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.opening import VISITOR, workbench
from app.cli.output import dollars, note, print_json, print_line, print_table, shortened
from core.domain.breakdown import Breakdown
from core.domain.job import Job, JobState

app = new_app()
PROMPT_WIDTH = 48
CANCEL_SECONDS = 5.0


@app.callback(invoke_without_command=True)
def jobs(
    context: typer.Context,
    state: Annotated[
        list[JobState] | None, typer.Option("--state", metavar="NAME", help="Only this state; may be repeated.")
    ] = None,
    open: Annotated[bool, typer.Option("--open", help="Only ended jobs that may have been billed.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help="How many.")] = 20,
    before: Annotated[str | None, typer.Option("--before", metavar="ID", help="Older than this job.")] = None,
    json: options.Json = False,
) -> int:
    """List requests, newest first, and what became of them."""
    if context.invoked_subcommand is not None:
        return OK
    with workbench() as opened:
        found = opened.studio.jobs(VISITOR, states=state or (), held_only=open, before=before, limit=limit)
    if open:
        found = tuple(job for job in found if job.may_have_been_billed)
    if json:
        print_json({"jobs": [report.job_details(job) for job in found]})
    elif found:
        print_table(("ID", "STATE", "CREATED (UTC)", "MODEL", "IMAGES", "COST", "PROMPT"), map(_row, found))
    else:
        note("No such jobs." if state or open or before else "No jobs yet.")
    return OK


@app.command(short_help="Show one job and its images.")
def show(job_id: options.JobId, json: options.Json = False) -> int:
    """Show one job: what was asked, what was delivered, what it cost, where its images are."""
    with workbench() as opened:
        job = opened.studio.job(job_id, VISITOR)
        parts = opened.ledger.breakdown(job)
        images, answers = (
            [report.image_json(image, opened.library.where(image)) | report.facts_json(image) for image in found]
            for found in (job.images, job.answers)
        )
    if json:
        details = report.job_details(job) | report.parts_json(parts)
        print_json({"job": details, "images": images, "answers": answers})
        return OK
    for name, value in _facts(job, parts):
        print_line(f"{name:<10} {value}")
    for kind, image in (*(("image", image) for image in images), *(("answer", answer) for answer in answers)):
        print_line(f"{kind:<10} {image['path']} ({image['width']}x{image['height']}), id {image['id']}")
    for proof in (image.protection for image in job.images if image.protection):
        print_line(f"{'protected':<10} {protection_line(proof)}")
    return OK


@app.command()
def cancel(job_id: options.JobId, json: options.Json = False) -> int:
    """Stop a job, whichever process runs it."""
    from app.cli.running import Telling, tell
    from app.cli.waiting import wait_briefly

    with workbench() as opened:
        opened.studio.cancel(job_id, VISITOR)
        job = wait_briefly(opened.studio, job_id, CANCEL_SECONDS)
        if job.state.is_final:
            tell(opened, job, Telling(json=json))
        elif json:
            print_json({"job": report.job_json(job), "images": []})
        else:
            note(f"Job {job_id} has been asked to stop.")
    return OK


@app.command()
def resolve(
    job_id: options.JobId,
    look_again: Annotated[
        bool, typer.Option("--look-again", help="Finish it for free if its answer lies on the disk.")
    ] = False,
    not_billed: Annotated[bool, typer.Option("--not-billed", help="It cost nothing: give back what is held.")] = False,
    billed: Annotated[bool, typer.Option("--billed", help="It was billed: count what is held as spent.")] = False,
    send_again: Annotated[
        bool, typer.Option("--send-again", help="Count it as billed and send it again: may be charged twice.")
    ] = False,
    json: options.Json = False,
    yes: options.Yes = False,
) -> int:
    """Settle a job that may have been billed. Look at the provider's own usage page first."""
    from app.cli.running import Telling, run_job, tell
    from core.services.studio import Resolution

    choices = (look_again, not_billed, billed, send_again)
    if sum(choices) != 1:
        raise typer.BadParameter(
            "choose exactly one.", param_hint="--look-again, --not-billed, --billed or --send-again"
        )
    resolution = list(Resolution)[choices.index(True)]
    if send_again and not yes and can_ask():
        typer.confirm("It may be charged twice. Send it again?", abort=True, err=True)
    telling = Telling(json=json)
    with workbench() as opened:
        if resolution is Resolution.SEND_AGAIN:
            return run_job(opened, lambda: opened.studio.resolve(job_id, resolution, VISITOR), telling)
        job = opened.studio.resolve(job_id, resolution, VISITOR)
        if resolution is Resolution.LOOK_AGAIN:
            return tell(opened, job, telling)
        if json:
            print_json({"job": report.job_json(job), "images": []})
        else:
            print_line(report.summary(job))
    return OK


def _row(job: Job) -> tuple[str, ...]:
    cost = f"{dollars(job.held)} held" if job.may_have_been_billed else dollars(job.cost)
    created = job.created_at.strftime("%Y-%m-%d %H:%M")
    images = f"{len(job.images)}/{job.request.n}"
    return (
        job.id,
        job.state.value,
        created,
        job.request.model,
        images,
        cost,
        shortened(job.request.prompt, PROMPT_WIDTH),
    )


def _facts(job: Job, parts: Breakdown) -> list[tuple[str, str]]:
    told = job.delivered
    facts = [
        ("job", job.id),
        ("state", job.state.value),
        ("created", job.created_at.isoformat(timespec="seconds")),
        ("provider", job.provider),
        ("prompt", shortened(job.request.prompt, 2000)),
        ("asked", ", ".join(f"{name}={value}" for name, value in asked(job.request).items())),
        ("delivered", ", ".join(filter(None, (told.size, told.quality, told.background, told.output_format))) or "-"),
        *(("note", sentence) for sentence in told.remarks),
        ("estimate", dollars(job.estimate_high)),
        ("cost", f"{dollars(job.cost)}{' (estimated)' if job.cost_is_estimated else ''}"),
        ("held", f"{dollars(job.held)} (may have been billed)" if job.may_have_been_billed else ""),
        *report.money_parts(job, parts),
        ("request", ", ".join(job.request_ids) or "-"),
        ("error", shortened(job.error.message, 2000) if job.error else ""),
    ]
    return [(name, value) for name, value in facts if value]
