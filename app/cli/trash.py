"""``gesso trash``: what was put away, moved there, brought back, or deleted for good."""

from datetime import timedelta
from typing import Annotated

import typer

from app.cli import options
from app.cli.asking import can_ask, confirm_deletion
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.filtering import Paging
from app.cli.listing import images, list_images
from app.cli.opening import VISITOR, workbench
from app.cli.output import print_json, print_line
from app.cli.picking import pick
from core.domain.library import MAX_DAYS, Filter
from core.errors import InvalidRequestError

app = new_app()


@app.callback(invoke_without_command=True)
def trash(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help="How many.")] = 20,
    after: options.After = None,
    json: options.Json = False,
) -> int:
    """List the trash, newest images first."""
    if context.invoked_subcommand is not None:
        return OK
    with workbench() as opened:
        paging = Paging(limit=limit, after=after, json=json)
        list_images(opened, Filter(trashed=True), paging, none="The trash is empty.")
    return OK


@app.command()
def move(image: options.ImageIds, json: options.Json = False) -> int:
    """Move images to the trash; nothing is deleted and no figure changes."""
    with workbench() as opened:
        ids = [picture.id for picture in pick(opened, image) if picture.trashed_at is None]
        opened.history.trash(ids, VISITOR)
    return _tell("moved to the trash", ids, json=json)


@app.command()
def restore(
    image: options.OptionalImageIds = None,
    all: Annotated[bool, typer.Option("--all", help="All that is in the trash.")] = False,
    json: options.Json = False,
) -> int:
    """Bring images back from the trash, with their tags and into their collections."""
    if all is bool(image):
        raise typer.BadParameter("name images or say --all.", param_hint="IMAGE... or --all")
    with workbench() as opened:
        if all:
            ids = list(opened.history.ids(Filter(trashed=True), VISITOR))
        else:
            ids = [picture.id for picture in pick(opened, image or ()) if picture.trashed_at is not None]
        opened.history.restore(ids, VISITOR)
    return _tell("restored", ids, json=json)


@app.command()
def empty(
    older_than: Annotated[
        int,
        typer.Option("--older-than", metavar="DAYS", min=0, max=MAX_DAYS, help="In the trash for so long."),
    ] = 0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: options.Json = False,
) -> int:
    """Delete what is in the trash for good. What it cost stays in the records."""
    age = timedelta(days=older_than)
    with workbench() as opened:
        limit = opened.clock() - age
        trashed = opened.history.pictures(opened.history.ids(Filter(trashed=True), VISITOR), VISITOR)
        old = [picture.id for picture in trashed if picture.trashed_at is not None and picture.trashed_at <= limit]
        if old and not yes:
            _ask(len(old))
        done = opened.history.delete_for_good(old, VISITOR)
    if json:
        print_json({"deleted": done.pictures, "files": done.files, "bytes": done.bytes})
    else:
        print_line(f"{images(done.pictures)} deleted for good; {done.files:,} files, {done.bytes:,} bytes removed")
    return OK


def _ask(count: int) -> None:
    if not can_ask():
        raise InvalidRequestError(f"This deletes {images(count)} for good. Add --yes to do so.", param="yes")
    confirm_deletion(f"Delete {images(count)} for good?")


def _tell(what: str, ids: list[str], *, json: bool) -> int:
    if json:
        print_json({"images": ids})
    else:
        print_line(f"{images(len(ids))} {what}")
    return OK
