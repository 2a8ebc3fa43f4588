"""``gesso favourite``: mark images that cleaning up shall never touch."""

from typing import Annotated

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.listing import images
from app.cli.opening import VISITOR, workbench
from app.cli.output import print_json, print_line
from app.cli.picking import pick

app = new_app()


@app.command()
def favourite(
    image: options.ImageIds,
    off: Annotated[bool, typer.Option("--off", help="Take the mark away.")] = False,
    json: options.Json = False,
) -> int:
    """Mark images as favourites, which `gesso cleanup` never touches."""
    with workbench() as opened:
        ids = [picture.id for picture in pick(opened, image)]
        opened.history.set_favourite(ids, VISITOR, favourite=not off)
    if json:
        print_json({"images": ids, "favourite": not off})
    else:
        print_line(f"{images(len(ids))}: {'no longer favourite' if off else 'favourite'}")
    return OK
