"""``gesso cleanup``: move old images to the trash, favourites and collections excepted."""

from typing import Annotated

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.listing import images, picture_list, print_pictures
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, print_json, print_line
from core.domain.library import MAX_DAYS

app = new_app()


@app.command()
def cleanup(
    days: Annotated[
        int,
        typer.Option("--days", metavar="N", min=1, max=MAX_DAYS, help="Older than this.", show_default=False),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would go; move nothing.")] = False,
    json: options.Json = False,
) -> int:
    """Move images older than so many days to the trash. Favourites and what is in a collection stay."""
    with workbench() as opened:
        ids = opened.history.outdated(days, VISITOR)
        if not dry_run:
            opened.history.trash(ids, VISITOR)
        found = opened.history.pictures(ids, VISITOR) if json or dry_run else ()
        if json:
            print_json({"days": days, "dry_run": dry_run, "images": picture_list(opened, found)})
            return OK
    if found:
        print_pictures(found)
    if dry_run:
        note(f"{images(len(ids))} would be moved to the trash.")
    else:
        print_line(f"{images(len(ids))} moved to the trash")
    return OK
