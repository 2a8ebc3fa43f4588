"""``gesso grid``: a picture of several pictures, cut into them; nothing is sent."""

import os
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.output import note, print_json, print_line
from app.cli.sources import STDIN, naming, sources
from app.cli.target import STDOUT, check_stdout, png_only, target, write, write_stdout
from core.errors import InvalidRequestError

if TYPE_CHECKING:
    from PIL import Image

    from core.domain.grid import GridSplit, Tile

app = new_app()


@app.callback()
def _grid() -> None:
    """Work on pictures that hold several pictures in rows and columns."""


@app.command()
def split(
    picture: Annotated[str, typer.Argument(metavar="PICTURE", help=f"{options.PICTURE}.", show_default=False)],
    rows: Annotated[
        int | None, typer.Option("--rows", metavar="N", help="Rows of tiles [default: counted in the picture].")
    ] = None,
    columns: Annotated[
        int | None, typer.Option("--cols", metavar="N", help="Columns of tiles [default: counted in the picture].")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="PATH", help="Folder, or a name such as tile.png for tile_1.png, tile_2.png, ..."
        ),
    ] = None,
    json: options.Json = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say where the tiles lie; write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before files are replaced.")] = False,
) -> int:
    """Find the tiles of a grid picture, without gutters and borders, and write each as a PNG.

    For example `gesso grid split grid.png --rows 2 --cols 2 -o tile.png`. Where a tile's edge
    could not be seen, that is said.
    """
    if output is None and not dry_run:
        raise InvalidRequestError("Where shall the tiles go? Name a folder or a file with --output.", param="output")
    png_only(output)
    with sources(picture) as found, naming(picture):
        decoded, grid = _read(found.picture_bytes(picture), rows, columns)
    check_stdout(output, len(grid.tiles), json=json, raw=False)
    paths = [] if dry_run else _written(decoded, grid, output, yes=yes, name=picture)
    if json:
        print_json(_as_json(decoded, grid, paths))
    elif paths != [STDOUT]:
        _tell(grid, paths)
    return OK


def _read(data: bytes, rows: int | None, columns: int | None) -> "tuple[Image.Image, GridSplit]":
    from core.imaging.grid import guess_grid, split_grid
    from core.imaging.upload import opened

    picture = opened(data).image
    if rows is None or columns is None:
        seen = guess_grid(picture)
        if seen == (1, 1) and rows is None and columns is None:
            raise InvalidRequestError("No grid is plain to see in it. Say --rows and --cols.", param="rows")
        rows, columns = seen[0] if rows is None else rows, seen[1] if columns is None else columns
        note(f"Rows and columns were counted in the picture: {rows}x{columns}.")
    return picture, split_grid(picture, rows, columns)


def _written(picture: "Image.Image", grid: "GridSplit", output: str | None, *, yes: bool, name: str) -> list[str]:
    """Write every tile; the paths, in reading order."""
    from core.imaging.codec import png
    from core.imaging.grid import split_at

    count = len(grid.tiles)
    files = target(_named(output, name, count=count), count=count, output_format="png", yes=yes)
    tiles = [png(tile) for tile in split_at(picture, grid.boxes)]
    if files is None:  # standard output takes one tile only, as was checked
        write_stdout(tiles[0])
        return [STDOUT]
    paths = [files.path(place, "png") for place in range(len(tiles))]
    for path, data in zip(paths, tiles, strict=True):
        write(path, data, replace=files.replace)
    return [str(path) for path in paths]


def _named(output: str | None, picture: str, *, count: int) -> str | None:
    """In a folder the tiles get the picture's own name, and a number also where there is only one."""
    if not output or output == STDOUT or not (output.endswith(os.sep) or os.path.isdir(output)):
        return output
    stem = "tile" if picture == STDIN else Path(picture).stem
    return os.path.join(output, f"{stem}.png" if count > 1 else f"{stem}_1.png")


def _tell(grid: "GridSplit", paths: list[str]) -> None:
    for path, tile in zip_longest(paths, grid.tiles):
        print_line(path if path is not None else _place(tile))
    for sentence in grid.notes:
        note(f"Note: {sentence}")


def _place(tile: "Tile") -> str:
    box = tile.box
    return f"row {tile.row + 1}, column {tile.column + 1}: {box.left},{box.top},{box.width},{box.height}"


def _as_json(picture: "Image.Image", grid: "GridSplit", paths: list[str]) -> dict[str, Any]:
    tiles = [
        {
            "path": path,
            "row": tile.row + 1,
            "column": tile.column + 1,
            "box": asdict(tile.box),
            "confidence": tile.confidence,
            "sure": tile.sure,
            "reason": tile.reason or None,
        }
        for path, tile in zip_longest(paths, grid.tiles)
    ]
    size = {"width": picture.width, "height": picture.height}
    return size | {"rows": grid.rows, "columns": grid.columns, "sure": grid.sure, "notes": grid.notes, "tiles": tiles}
