"""``gesso import``: an exported library, a ZIP or a folder of pictures, or pictures, into the library."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK, OTHER, PARTIAL
from app.cli.listing import images, sets
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, print_json, print_line
from app.cli.progress import counted
from core.domain.transfer import Tally
from core.errors import InvalidRequestError

if TYPE_CHECKING:
    from core.bootstrap import Workbench
    from core.services.exporting import Seen
    from core.services.importing_pictures import Source

app = new_app()
ZIP = b"PK"
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".avif", ".bmp", ".tif", ".tiff")


@app.command(name="import")
def import_(
    path: Annotated[list[str], typer.Argument(metavar="PATH...", help="ZIPs, folders, pictures.", show_default=False)],
    json: options.Json = False,
) -> int:
    """Take an exported library, or pictures with the settings that they hold, into the library.

    What is there already is not taken twice: an import that was stopped can simply be run again.
    """
    zips, files = _sorted_out(path)
    total = Tally()
    with workbench() as opened, counted("Importing") as show:
        for file in zips:
            total += _take_in_zip(opened, file, show)
        if files:
            sources = map(_source, files)
            total += opened.importer.take_in(sources, VISITOR, total=len(files), seen=show)
    for name, problem in total.problems:
        note(f"Note: {name}: {problem}")
    if json:
        shown = [{"name": name, "problem": problem} for name, problem in total.problems]
        print_json(
            {"new": total.new, "already_there": total.there, "collections": total.collections, "problems": shown}
        )
    else:
        print_line(f"{images(total.new)} new, {total.there:,} already there, {sets(total.collections)}")
    if not total.problems:
        return OK
    return PARTIAL if total.new or total.there else OTHER


def _sorted_out(names: Sequence[str]) -> tuple[list[Path], list[Path]]:
    """The ZIPs, and the pictures with those in the folders; raises InvalidRequestError for what is not there."""
    zips: list[Path] = []
    files: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            files += _inside(path)
        elif _begins_with(path, ZIP):
            zips.append(path)
        else:
            files.append(path)
    return zips, files


def _inside(folder: Path) -> Iterator[Path]:
    """The pictures below a folder by their extensions, in order, hidden ones aside."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (path for name in sorted(names) if _may_be_picture(path := Path(root, name)))


def _may_be_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURES and not path.name.startswith(".") and path.is_file()


def _begins_with(path: Path, mark: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(mark)) == mark
    except OSError as error:
        raise InvalidRequestError(f"{str(path)!a} cannot be read: {error.strerror}.", param="path") from error


def _take_in_zip(opened: "Workbench", path: Path, show: "Seen") -> Tally:
    try:
        with path.open("rb") as file:
            return opened.importer.take_in_zip(file, VISITOR, seen=show)
    except InvalidRequestError as error:
        raise InvalidRequestError(f"{path}: {error}", param=error.param) from error


def _source(path: Path) -> "Source":
    from core.services.importing_pictures import Source

    return Source(name=str(path), read=lambda: _bytes_of(path))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidRequestError(f"It cannot be read: {error.strerror}.", param="path") from error
