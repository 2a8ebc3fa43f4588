"""``gesso collections sheet``: a contact sheet of a collection, as a PDF or a PNG."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.automatic import automatic_sets
from app.cli.exits import OK
from app.cli.listing import images
from app.cli.opening import VISITOR, workbench
from app.cli.output import print_json, print_line
from app.cli.picking import find_collection
from app.cli.target import new_file, write_pieces
from core.domain.library import Filter
from core.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from core.bootstrap import Workbench

Output = Annotated[
    str, typer.Option("-o", "--output", metavar="PATH", help="A .pdf or a .png file.", show_default=False)
]


def sheet(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A collection's name or id, or an automatic one's name.")],
    output: Output,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask: replace the file.")] = False,
    json: options.Json = False,
) -> int:
    """Write a contact sheet: the images with their prompts, models, dates and costs."""
    from core.services.sheets import SheetForm

    ending = Path(output).suffix[1:].lower()
    if ending not in list(SheetForm):
        raise InvalidRequestError(
            f"A contact sheet is a PDF or a PNG, and {output or 'an empty name'} names neither. "
            "End the name with .pdf or .png.",
            param="output",
        )
    path = new_file(output, yes=yes)
    with workbench() as opened:
        title, notes, ids = _to_show(opened, name)
        drawn = opened.sheets.draw(ids, SheetForm(ending), VISITOR, title=title, notes=notes)
    write_pieces(path, [drawn.data])
    if json:
        print_json({"path": str(path), "images": len(ids), "bytes": len(drawn.data)})
    else:
        print_line(f"{path}: {images(len(ids))}")
    return OK


def _to_show(opened: "Workbench", name: str) -> tuple[str, str, tuple[str, ...]]:
    """Title, notes and image ids of a collection, or of the automatic one of this name; raises NotFoundError."""
    history = opened.history
    try:
        found = find_collection(history, name)
    except NotFoundError:
        wanted = " ".join(name.split()).casefold()
        for one in automatic_sets(opened):
            if one.name.casefold() == wanted:
                return one.name, "", history.ids(one.wanted, VISITOR)
        raise
    return found.name, found.notes, history.ids(Filter(collection=found.id), VISITOR)
