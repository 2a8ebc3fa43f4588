"""``gesso collections``: named sets of images, made, filled, renamed, removed, and put on contact sheets."""

from typing import Annotated, Any

import typer

from app.cli import options
from app.cli.asking import can_ask, confirm_deletion
from app.cli.automatic import automatic_as_json, automatic_row, automatic_sets
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.listing import images, picture_list, print_pictures
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, one_line, print_json, print_line, print_table, shortened
from app.cli.picking import find_collection, pick
from app.cli.sheets import sheet
from core.domain.library import Collection, Filter

app = new_app()
NOTES_WIDTH = 40

Name = Annotated[str, typer.Argument(metavar="NAME", help="The collection's name or id.", show_default=False)]
NewName = Annotated[str, typer.Argument(metavar="NEW_NAME", help="Its new name.", show_default=False)]


@app.callback(invoke_without_command=True)
def collections(context: typer.Context, json: options.Json = False) -> int:
    """List collections, by name, and the automatic ones."""
    if context.invoked_subcommand is not None:
        return OK
    with workbench() as opened:
        found, automatic = opened.history.collections(VISITOR), automatic_sets(opened)
    if json:
        automatic_json = [automatic_as_json(one) for one in automatic]
        print_json({"collections": [_as_json(one) for one in found], "automatic": automatic_json})
        return OK
    if found:
        print_table(("NAME", "IMAGES", "CREATED (UTC)", "NOTES", "ID"), map(_row, found))
    else:
        note("No collections yet.")
    if automatic:
        print_line()
        print_table(("AUTOMATIC", "IMAGES", "TO SEE THEM"), map(automatic_row, automatic))
    return OK


@app.command()
def make(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.", show_default=False)],
    notes: Annotated[str, typer.Option("--notes", metavar="TEXT", help="What it is for.")] = "",
    json: options.Json = False,
) -> int:
    """Make an empty collection."""
    with workbench() as opened:
        made = opened.history.make_collection(name, VISITOR, notes)
    return _tell(made, "made", json=json)


@app.command()
def show(
    name: Name,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=100_000, help="How many images.")] = 100,
    json: options.Json = False,
) -> int:
    """Show a collection and its images, in its own order."""
    with workbench() as opened:
        found = find_collection(opened.history, name)
        ids = opened.history.ids(Filter(collection=found.id), VISITOR)
        pictures = opened.history.pictures(ids[:limit], VISITOR)
        if json:
            print_json({"collection": _as_json(found), "images": picture_list(opened, pictures)})
            return OK
    print_line(f"{one_line(found.name)}: {images(found.count)}, id {found.id}")
    if found.notes:
        print_line(one_line(found.notes))
    if pictures:
        print_line()
        print_pictures(pictures)
    if len(ids) > limit:
        note(f"{limit:,} of {len(ids):,}; --limit shows more.")
    return OK


app.command()(sheet)


@app.command()
def add(name: Name, image: options.ImageIds, json: options.Json = False) -> int:
    """Append images; those that it has keep their places."""
    with workbench() as opened:
        found = find_collection(opened.history, name)
        ids = [picture.id for picture in pick(opened, image)]
        new = opened.history.collect(found, ids, VISITOR)
        found = opened.history.collection(found.id, VISITOR)
    return _tell(found, f"{images(new)} added", json=json, added=new)


@app.command()
def take_out(name: Name, image: options.ImageIds, json: options.Json = False) -> int:
    """Take images out of a collection; they stay in the library."""
    with workbench() as opened:
        found = find_collection(opened.history, name)
        ids = [picture.id for picture in pick(opened, image)]
        gone = opened.history.take_out(found, ids, VISITOR)
        found = opened.history.collection(found.id, VISITOR)
    return _tell(found, f"{images(gone)} taken out", json=json, taken_out=gone)


@app.command()
def rename(
    name: Name,
    new_name: NewName,
    notes: Annotated[
        str | None, typer.Option("--notes", metavar="TEXT", help="New notes [default: as they are].")
    ] = None,
    json: options.Json = False,
) -> int:
    """Give a collection another name."""
    with workbench() as opened:
        found = find_collection(opened.history, name)
        kept = found.notes if notes is None else notes
        changed = opened.history.describe(found, VISITOR, name=new_name, notes=kept)
    return _tell(changed, f'renamed from "{found.name}"', json=json)


@app.command()
def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: options.Json = False,
) -> int:
    """Remove a collection; its images stay in the library."""
    with workbench() as opened:
        found = find_collection(opened.history, name)
        if found.count and not yes and can_ask():
            confirm_deletion(f'Remove "{one_line(found.name)}" with the order of its {images(found.count)}?')
        opened.history.remove_collection(found, VISITOR)
    return _tell(found, "removed", json=json)


def _tell(collection: Collection, what: str, *, json: bool, **figures: int) -> int:
    if json:
        print_json({"collection": _as_json(collection), **figures})
    else:
        print_line(one_line(f"{collection.name}: {what}"))
    return OK


def _row(one: Collection) -> tuple[str, ...]:
    created = one.created_at.strftime("%Y-%m-%d %H:%M")
    return one.name, f"{one.count:,}", created, shortened(one.notes, NOTES_WIDTH) or "-", one.id


def _as_json(one: Collection) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "notes": one.notes,
        "created_at": one.created_at,
        "owner": one.owner,
        "count": one.count,
        "cover": None if one.cover is None else one.cover.id,
    }
