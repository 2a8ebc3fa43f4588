"""``gesso mask``: masks as files: drawn from operations, converted, inverted, grown."""

import os
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options
from app.cli.describing import selection_json, selection_line
from app.cli.door import new_app
from app.cli.groups import Selecting, spread
from app.cli.masking import mask_of, read_drawing, read_mask_file
from app.cli.output import note, print_json, print_line
from app.cli.sources import Sources, naming, once_from_stdin, sources
from app.cli.target import STDOUT, check_stdout, png_only, put, target
from core.domain.frame import LARGEST_CANVAS_PIXELS
from core.domain.image import Size
from core.errors import InvalidRequestError

if TYPE_CHECKING:
    from core.imaging.edit import Selection

app = new_app()
MOSTLY = 80.0


class Form(StrEnum):
    """What kind of file a mask is written as."""

    BW = "bw"
    RGBA = "rgba"


@app.command()
@spread
def mask(
    *,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="MASK",
            help="Mask file to start from, - for standard input, or the id of an earlier inpaint's job.",
            show_default=False,
        ),
    ] = None,
    selecting: Selecting,
    size: Annotated[
        str | None, typer.Option("--size", metavar="WxH", help="The picture's size [default: the mask file's].")
    ] = None,
    image: Annotated[str | None, typer.Option("--image", metavar="IMAGE", help="The picture, for its size.")] = None,
    to: Annotated[
        Form,
        typer.Option(
            "--to", help="Black and white (white = edit), or RGBA as it is sent to OpenAI (transparent = edit)."
        ),
    ] = Form.BW,
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="PATH", help="PNG file, or - for standard output.", show_default=False),
    ],
    json: options.Json = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a file is replaced.")] = False,
) -> int:
    """Draw a mask from operations, or convert, invert, grow or shrink one; nothing is sent.

    For example `gesso mask --operations strokes.json --image photo.png -o mask.png`, or
    `gesso mask mask.png --to rgba -o sent.png`.
    """
    check_stdout(output, 1, json=json, raw=False)
    once_from_stdin(file, image, selecting.operations)
    png_only(output)
    if output.endswith(os.sep) or os.path.isdir(output):
        raise InvalidRequestError(f"{output} is a folder. Name a file.", param="output")
    with sources(file, image) as found:
        chosen = _size(found, size, image, file, selecting)
        data, selection = _made(found, file, chosen, selecting, to)
    path = put(data, target(output, count=1, output_format="png", yes=yes))
    if selection.percent > MOSTLY:
        means = "edit" if to is Form.BW else "keep"
        note(f"Note: Most of it is selected, which readers may take for the opposite: add --white {means} there.")
    if json:
        print_json(_as_json(path, chosen, selection))
    elif output != STDOUT:
        print_line(path)
        note(selection_line(selection))
    return 0


def _made(found: Sources, file: str | None, size: Size, selecting: Selecting, to: Form) -> "tuple[bytes, Selection]":
    from core.imaging.edit import Selection
    from core.imaging.mask_files import provider_png, read_mask
    from core.imaging.masks import bounds, render, share

    taken = read_mask_file(found, file, size, selecting, read_mask)
    image = render(mask_of(found, size, taken, selecting), taken.data if taken else None)
    box = bounds(image)
    if box is None:
        raise InvalidRequestError("Nothing is selected.", param="mask")
    data = provider_png(image, "white" if to is Form.BW else "transparent")
    return data, Selection(bounds=box, percent=share(image))


def _size(found: Sources, size: str | None, image: str | None, file: str | None, selecting: Selecting) -> Size:
    """The size that was said, else the picture's, else the mask file's, else the drawing's own."""
    if size is not None and image is not None:
        raise InvalidRequestError("Give --size or --image, not both.", param="size")
    if size is not None:
        parsed = Size.parse(size)
        if parsed is None or parsed.pixels > LARGEST_CANVAS_PIXELS:
            raise InvalidRequestError(
                f"{size!a} is not a size of at most {LARGEST_CANVAS_PIXELS:,} pixels. Write WxH, such as 640x480.",
                param="size",
            )
        return parsed
    name = image if image is not None else file
    if name is not None:
        return _size_of(name, found.picture_bytes(name) if name == image else found.mask_bytes(name))
    if selecting.operations is not None:
        return read_drawing(found, selecting.operations, None).size
    raise InvalidRequestError("How large is the picture? Name it with --image, or say --size WxH.", param="size")


def _size_of(name: str, data: bytes) -> Size:
    from core.imaging.upload import opened

    with naming(name):
        return Size(*opened(data).image.size)


def _as_json(path: str, size: Size, selection: "Selection") -> dict[str, Any]:
    return {"path": path, "width": size.width, "height": size.height, "selection": selection_json(selection)}
