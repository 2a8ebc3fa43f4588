"""``gesso export``: the library, or a part of it, as one ZIP that ``gesso import`` takes in again."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK, PARTIAL
from app.cli.filtering import Filtering
from app.cli.groups import spread
from app.cli.listing import images, sets
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, print_json, print_line
from app.cli.picking import pick
from app.cli.progress import counted
from app.cli.target import STDOUT, check_stdout, new_file, write_pieces, write_stdout
from core.domain.transfer import Tally

if TYPE_CHECKING:
    from core.bootstrap import Workbench

app = new_app()


@app.command()
@spread
def export(
    output: Annotated[str, typer.Argument(metavar="FILE.zip", help="Where to; - is standard output.")],
    image: Annotated[
        list[str] | None, typer.Argument(metavar="[IMAGE]...", help="Only these images, by id.", show_default=False)
    ] = None,
    *,
    filtering: Filtering,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Replace a file without asking.")] = False,
    json: options.Json = False,
) -> int:
    """Write images, rows, costs and collections into one ZIP: everything, the trash too, or what the options say.

    It holds no keys. The file appears when it is whole; one that is cut off is not left behind.
    """
    if output == STDOUT:
        check_stdout(output, 1, json=json, raw=False)
    path = None if output == STDOUT else new_file(output, yes=yes)
    told = Tally()

    def seen(tally: Tally) -> None:
        nonlocal told
        told = tally
        show(tally)

    with workbench() as opened, counted("Exporting") as show:
        ids = _ids(opened, image or [], filtering)
        pieces = opened.exporter.archive(VISITOR, ids, seen=seen)
        _to_stdout(pieces) if path is None else write_pieces(path, pieces)
    for name, problem in told.problems:
        note(f"Note: {name}: {problem}")
    if json:
        print_json({"file": output, "images": told.new, "collections": told.collections, "problems": problems(told)})
    elif path is not None:
        print_line(f"{images(told.new)} and {sets(told.collections)} in {output}")
    return PARTIAL if told.problems else OK


def problems(tally: Tally) -> list[dict[str, str]]:
    """What could not be used, for programs."""
    return [{"name": name, "problem": problem} for name, problem in tally.problems]


def _ids(opened: "Workbench", named: list[str], filtering: Filtering) -> tuple[str, ...] | None:
    """None is everything."""
    if named:
        return tuple(picture.id for picture in pick(opened, named))
    if filtering == Filtering():
        return None
    return opened.history.ids(filtering.wanted(opened.history), VISITOR)


def _to_stdout(pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        write_stdout(piece)
