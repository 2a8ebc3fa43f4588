"""``gesso show``: everything about one image."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from app.cli import options, report
from app.cli.describing import asked, protection_line
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.listing import picture_json
from app.cli.opening import VISITOR, workbench
from app.cli.output import dollars, number, print_json, print_line, shortened
from app.cli.picking import pick
from core.domain.breakdown import Breakdown
from core.domain.job import Job, StoredImage
from core.domain.library import Collection, Lineage, Picture, Relative

app = new_app()
LONG, SHORT = 2000, 60


@dataclass(frozen=True, kw_only=True)
class Told:
    """All that is known of one image; ``answer`` is what the provider sent where the image was composed from it."""

    picture: Picture
    job: Job
    path: str
    answer: StoredImage | None
    answer_path: str | None
    tags: tuple[str, ...]
    collections: tuple[Collection, ...]
    lineage: Lineage
    parts: Breakdown


@app.command()
def show(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help=f"{options.IMAGE_ID}.", show_default=False)],
    json: options.Json = False,
) -> int:
    """Show one image: asked, delivered, what it cost, how it is filed, where it came from, where it lies."""
    told = _told(image)
    if json:
        print_json(_as_json(told))
        return OK
    for name, value in (*_what(told), *_money(told), *_filed(told), *_family(told.lineage), *_files(told)):
        if value:
            print_line(f"{name:<11} {shortened(value, LONG)}")
    return OK


def _told(name: str) -> Told:
    with workbench() as opened:
        (picture,) = pick(opened, [name])
        job = opened.studio.job(picture.image.job_id, VISITOR)
        answer = job.answer_behind(picture.image)
        return Told(
            picture=picture,
            job=job,
            path=opened.library.where(picture.image),
            answer=answer,
            answer_path=None if answer is None else opened.library.where(answer),
            tags=opened.history.tags_of(picture.id),
            collections=opened.history.holding(picture.id, VISITOR),
            lineage=opened.history.lineage(picture.id, VISITOR),
            parts=opened.ledger.breakdown(job),
        )


def _what(told: Told) -> list[tuple[str, str]]:
    picture, delivered = told.picture, told.job.delivered
    named = (delivered.size, delivered.quality, delivered.background, delivered.output_format)
    return [
        ("image", picture.id),
        ("kind", picture.kind.value),
        ("state", picture.state.value),
        ("created", picture.image.created_at.isoformat(timespec="seconds")),
        ("provider", picture.provider),
        ("prompt", picture.prompt),
        ("revised", picture.image.revised_prompt or ""),
        ("asked", ", ".join(f"{name}={value}" for name, value in asked(told.job.request).items())),
        ("delivered", ", ".join(filter(None, named)) or "-"),
        *(("note", sentence) for sentence in delivered.remarks),
        ("error", told.job.error.message if told.job.error else ""),
    ]


def _money(told: Told) -> list[tuple[str, str]]:
    job, many = told.job, told.picture.sharers(told.job.charged)
    share = f", its share of {dollars(job.charged)} for {many} images" if many > 1 else ""
    guessed = " (estimated)" if job.cost_is_estimated else " (price unknown)" if job.cost is None else ""
    return [
        ("cost", f"{dollars(told.picture.cost)}{guessed}{share}"),
        ("held", f"{dollars(job.held)} (may have been billed)" if job.may_have_been_billed else ""),
        *report.money_parts(job, told.parts),
        ("request", ", ".join(job.request_ids) or "-"),
        ("job", job.id),
    ]


def _filed(told: Told) -> list[tuple[str, str]]:
    trashed = told.picture.trashed_at
    return [
        ("favourite", "yes" if told.picture.favourite else ""),
        ("tags", ", ".join(told.tags)),
        ("collections", ", ".join(one.name for one in told.collections)),
        ("trash", f"since {trashed.isoformat(timespec='seconds')}" if trashed else ""),
    ]


def _family(lineage: Lineage) -> list[tuple[str, str]]:
    requests = f"{lineage.requests:,} request{'' if lineage.requests == 1 else 's'}"
    return [
        *(("from", _relative(one)) for one in lineage.ancestors),
        *(("became", _relative(one)) for one in lineage.descendants),
        ("took", f"{requests} and {dollars(lineage.cost)}"),
    ]


def _relative(one: Relative) -> str:
    return f"{one.image.id}  {shortened(one.prompt, SHORT)}{'' if one.present else ' (deleted)'}"


def _files(told: Told) -> list[tuple[str, str]]:
    ref, proof = told.picture.image.ref, told.picture.image.protection
    return [
        ("protected", protection_line(proof) if proof else ""),
        ("answer", told.answer_path or ""),
        ("path", f"{told.path} ({ref.width}x{ref.height}, {ref.media_type}, {ref.bytes:,} bytes)"),
    ]


def _as_json(told: Told) -> dict[str, Any]:
    image, answer = told.picture.image, told.answer
    extra = {
        "bytes": image.ref.bytes,
        "revised_prompt": image.revised_prompt,
        "protection": report.protection_json(image),
        "tags": list(told.tags),
        "collections": [{"id": one.id, "name": one.name} for one in told.collections],
    }
    return {
        "image": picture_json(told.picture, told.path) | extra,
        "answer": answer and report.image_json(answer, str(told.answer_path)) | {"id": answer.id},
        "job": report.job_details(told.job) | report.parts_json(told.parts),
        "lineage": {
            "requests": told.lineage.requests,
            "cost_usd": number(told.lineage.cost),
            "ancestors": [_relative_json(one) for one in told.lineage.ancestors],
            "descendants": [_relative_json(one) for one in told.lineage.descendants],
            "edges": [{"parent": parent, "child": child} for parent, child in told.lineage.edges],
        },
    }


def _relative_json(one: Relative) -> dict[str, Any]:
    return {
        "id": one.image.id,
        "job_id": one.job_id,
        "prompt": one.prompt,
        "distance": one.distance,
        "present": one.present,
    }
