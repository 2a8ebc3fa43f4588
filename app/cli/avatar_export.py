"""``gesso avatars export``: the accepted pictures by persona, with ``avatars.json``, into a folder or a ZIP."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zipfile import ZipFile

import typer

from app.cli import options
from app.cli.avatar_options import SetId
from app.cli.avatar_running import find_set
from app.cli.batch_export import _check_folder, _put
from app.cli.batch_options import Replace
from app.cli.batch_telling import counted as in_number
from app.cli.exits import OK
from app.cli.opening import VISITOR, workbench
from app.cli.output import print_json, print_line
from app.cli.progress import counted
from app.cli.target import new_file, write_pieces
from core.domain.file_names import safe_name
from core.domain.transfer import Tally
from core.errors import InvalidRequestError
from core.services.zipping import Outlet, member

if TYPE_CHECKING:
    pass

LIST = "avatars.json"


def export(
    id: SetId,
    everything: Annotated[
        bool, typer.Option("--all", help="All pictures and the base portraits, not only what was accepted.")
    ] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FOLDER|FILE.zip", help="Where to [default: a folder named as the set]."
        ),
    ] = None,
    yes: Replace = False,
    json: options.Json = False,
) -> int:
    """Write the accepted pictures as PERSONA/NUMBER.png, with avatars.json: who they are of, where copies lie."""
    with workbench() as opened:
        found = find_set(opened, id)
        listed = opened.avatars.listing(found.id, VISITOR, accepted_only=not everything)
        if not listed:
            raise InvalidRequestError(
                f"No picture is accepted yet. `gesso avatars accept {found.id} --good` accepts all that passed their "
                "checks, --all exports everything."
            )
        batch = opened.batches.get(found.id, VISITOR)
        place = output or safe_name(batch.name) or batch.id
        files = _counted(opened.avatars.export(found.id, VISITOR, accepted_only=not everything), len(listed))
        if place.lower().endswith(".zip"):
            write_pieces(new_file(place, yes=yes), _zipped(files, opened.clock()))
        else:
            _write_folder(Path(place), files, [str(one["file"]) for one in listed], yes=yes)
    if json:
        print_json({"set": found.id, "output": place, "images": len(listed)})
    else:
        print_line(f"{in_number(len(listed), 'image')} in {place}")
    return OK


def _write_folder(folder: Path, files: Iterator[tuple[str, bytes]], names: list[str], *, yes: bool) -> None:
    replace = _check_folder(folder, [*names, LIST], yes=yes)
    for name, data in files:
        _put(folder / name, data, replace=replace)


def _zipped(files: Iterator[tuple[str, bytes]], now: datetime) -> Iterator[bytes]:
    outlet = Outlet()
    with ZipFile(outlet, "w") as archive:
        for name, data in files:
            archive.writestr(member(name, now, small=name == LIST), data)
            yield outlet.taken()
    yield outlet.taken()


def _counted(files: Iterator[tuple[str, bytes]], total: int) -> Iterator[tuple[str, bytes]]:
    with counted("Exporting") as show:
        for done, file in enumerate(files, 1):
            yield file
            show(Tally(total=total, done=min(done, total)))
