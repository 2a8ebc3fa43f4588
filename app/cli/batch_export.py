"""``gesso batch export``: the pictures of a batch into a folder or a ZIP, and its results as a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.asking import can_ask
from app.cli.batch_options import BatchId, Replace
from app.cli.batch_running import find_batch
from app.cli.batch_telling import counted as in_number
from app.cli.exits import OK, PARTIAL
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, print_json, print_line
from app.cli.progress import counted
from app.cli.target import STDOUT, new_file, write, write_pieces, write_stdout
from core.domain.file_names import safe_name
from core.domain.transfer import Tally
from core.errors import InvalidRequestError
from core.services.batch_files import MANIFEST, RESULTS, BatchFiles, files_of_batch, read_files, zipped_batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.bootstrap import Workbench


def export(
    id: BatchId,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FOLDER|FILE.zip", help="Where to [default: a folder named as the batch]."
        ),
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="TEXT", help="File names [default: the batch's own template].")
    ] = None,
    csv: Annotated[
        str | None,
        typer.Option(
            "--csv", metavar="FILE", help="The table of results, - for standard output; alone, no picture is written."
        ),
    ] = None,
    yes: Replace = False,
    json: options.Json = False,
) -> int:
    """Write the pictures under names from the template, with manifest.json and results.csv; what is trashed stays away.

    A name may hold the row's fields and columns: {number:04}-{prompt}-{position}, {model}/{name}, {mood?}.
    """
    if csv == STDOUT and json:
        raise InvalidRequestError("Standard output takes the table or JSON, not both: name a file.", param="csv")
    with workbench() as opened:
        batch = find_batch(opened, id)
        found = files_of_batch(batch, VISITOR, batches=opened.batches, history=opened.history, template=template or "")
        place = output or (safe_name(batch.name) or batch.id if csv is None else None)
        table = None if csv in (None, STDOUT) else new_file(str(csv), yes=yes)
        lost = {} if place is None else _write_all(opened, found, place, yes=yes)
        if table is not None:
            write_pieces(table, [found.csv(lost)])
        if csv == STDOUT:
            write_stdout(found.csv(lost))
    written = 0 if place is None else len(found.files) - len(lost)
    for name, problem in lost.items():
        note(f"Note: {name}: {problem}")
    if json:
        problems = [{"name": name, "problem": problem} for name, problem in lost.items()]
        print_json({"batch": batch.id, "output": place, "csv": csv, "images": written, "problems": problems})
    else:
        _tell(written, place, csv)
    return PARTIAL if lost else OK


def _tell(images: int, place: str | None, csv: str | None) -> None:
    """What was written where; on stderr if the table itself is on standard output."""
    where = " and ".join(one for one in (place, csv) if one and one != STDOUT)
    if csv != STDOUT:
        print_line(f"{in_number(images, 'image')} in {where}" if place else f"The results are in {where}")
    elif place:
        note(f"{in_number(images, 'image')} in {where}")


def _write_all(opened: "Workbench", found: BatchFiles, place: str, *, yes: bool) -> dict[str, str]:
    """Write into a ZIP or a folder; returns what was lost, by name, with a sentence each."""
    if not found.files:
        raise InvalidRequestError("This batch has no pictures yet. --csv FILE writes the table of its rows.")
    lost: dict[str, str] = {}
    with _counting(len(found.files)) as seen:
        if place.lower().endswith(".zip"):
            path = new_file(place, yes=yes)
            write_pieces(path, zipped_batch(found, opened.library, now=opened.clock(), seen=seen, lost=lost))
        else:
            _write_folder(opened, found, Path(place), lost, seen, yes=yes)
    return lost


def _write_folder(
    opened: "Workbench",
    found: BatchFiles,
    folder: Path,
    lost: dict[str, str],
    seen: "Callable[[int], None]",
    *,
    yes: bool,
) -> None:
    replace = _check_folder(folder, [*(one.name for one in found.files), MANIFEST, RESULTS], yes=yes)
    for count, (name, data) in enumerate(read_files(found, opened.library, lost=lost.__setitem__), 1):
        _put(folder / name, data, replace=replace)
        seen(count)
    _put(folder / MANIFEST, found.manifest(lost), replace=replace)
    _put(folder / RESULTS, found.csv(lost), replace=replace)


def _check_folder(folder: Path, names: list[str], *, yes: bool) -> bool:
    """Make the folder and ask before anything in it is replaced; True if that was allowed."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise InvalidRequestError(f"{folder} cannot be made: {error.strerror or error}.", param="output") from error
    taken = [name for name in names if (folder / name).exists()]
    if taken and not yes:
        sentence = f"{in_number(len(taken), 'file')} of these names exist in {folder} already ({taken[0]}, ...)"
        if not can_ask():
            raise InvalidRequestError(f"{sentence}. Choose another folder, or add --force.", param="output")
        typer.confirm(f"{sentence}. Replace?", abort=True, err=True)
    return yes or bool(taken)


def _put(path: Path, data: bytes, *, replace: bool) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidRequestError(f"{path.parent} cannot be made: {error.strerror}.", param="output") from error
    write(path, data, replace=replace)


@contextmanager
def _counting(total: int) -> "Iterator[Callable[[int], None]]":
    with counted("Exporting") as show:
        yield lambda done: show(Tally(total=total, done=done))
