"""``gesso tag``: give images tags and take them away."""

from typing import Annotated

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.opening import VISITOR, workbench
from app.cli.output import one_line, print_json, print_line
from app.cli.picking import pick
from core.domain.library import checked_tag, known_tag

app = new_app()


@app.command()
def tag(
    image: options.ImageIds,
    add: Annotated[list[str] | None, typer.Option("--add", metavar="TAG", help="May be repeated.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="TAG", help="May be repeated.")] = None,
    json: options.Json = False,
) -> int:
    """Give images tags and take them away; prints the tags that each then has."""
    new, old = [checked_tag(one) for one in add or ()], [known_tag(one) for one in remove or ()]
    if not new and not old:
        raise typer.BadParameter("name at least one tag.", param_hint="--add or --remove")
    with workbench() as opened:
        ids = [picture.id for picture in pick(opened, image)]
        added = sum(opened.history.add_tag(ids, VISITOR, one) for one in new)
        removed = sum(opened.history.remove_tag(ids, VISITOR, one) for one in old)
        tags = {id: opened.history.tags_of(id) for id in ids}
    if json:
        told = [{"id": id, "tags": list(its)} for id, its in tags.items()]
        print_json({"images": told, "added": added, "removed": removed})
    else:
        for id, its in tags.items():
            print_line(f"{id}  {one_line(', '.join(its)) or '-'}")
    return OK
