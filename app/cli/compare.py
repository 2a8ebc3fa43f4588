"""``gesso compare``: how many pixels differ between two pictures, all told or outside a mask."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.groups import Selecting, spread
from app.cli.masking import mask_of, read_mask_file
from app.cli.output import print_json, print_line
from app.cli.sources import Sources, naming, once_from_stdin, sources
from core.domain.image import Size
from core.errors import InvalidRequestError

if TYPE_CHECKING:
    from PIL import Image

    from core.imaging.changes import Comparison

app = new_app()
DIFFERENT = 1


@app.command(epilog="Exit codes, as cmp has them: 0 identical, 1 different, 2 they cannot be compared.")
@spread
def compare(
    *,
    a: Annotated[str, typer.Argument(metavar="A", help=f"{options.PICTURE}.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="The other.", show_default=False)],
    mask: options.MaskFile = None,
    selecting: Selecting,
    json: options.Json = False,
) -> int:
    """Count the pixels that differ; with a mask or a region only those outside it, as for inpaint.

    The pictures are compared as they are seen: upright, in 8-bit sRGB, with their transparency; the kind of
    file plays no part.
    """
    once_from_stdin(a, b, mask, selecting.operations)
    with sources(a, b, mask) as found:
        first, second = (_picture(found, name) for name in (a, b))
        if first.size != second.size:
            sizes = " and ".join(f"{image.width}x{image.height}" for image in (first, second))
            raise InvalidRequestError(f"Only pictures of one size can be compared; these are {sizes}.", param="b")
        area = _mask(found, Size(*first.size), mask, selecting)
    from core.imaging.changes import compare as compared

    figures = compared(first, second, area)
    if not figures.pixels:
        raise InvalidRequestError("The mask covers everything, so nothing is left to compare.", param="mask")
    left_out = first.width * first.height - figures.pixels
    if json:
        print_json(_as_json(figures, left_out))
    else:
        for line in _lines(figures, left_out):
            print_line(line)
    return DIFFERENT if figures.changed else OK


def _picture(found: Sources, name: str) -> "Image.Image":
    from core.imaging.upload import opened

    with naming(name):
        return opened(found.picture_bytes(name)).image


def _mask(found: Sources, size: Size, name: str | None, selecting: Selecting) -> "Image.Image | None":
    if name is None and selecting == Selecting():
        return None
    from core.imaging.mask_files import read_mask
    from core.imaging.masks import render

    file = read_mask_file(found, name, size, selecting, read_mask)
    return render(mask_of(found, size, file, selecting), file.data if file else None)


def _as_json(figures: "Comparison", left_out: int) -> dict[str, Any]:
    return {
        "identical": not figures.changed,
        "compared_pixels": figures.pixels,
        "masked_pixels": left_out,
        "changed_pixels": figures.changed,
        "visibly_changed_pixels": figures.visibly_changed,
        "max_difference": figures.max_difference,
        "mean_difference": round(figures.mean_difference, 6),
    }


def _lines(figures: "Comparison", left_out: int) -> list[str]:
    where = f" outside the mask ({left_out:,} inside were left out)" if left_out else ""
    if not figures.changed:
        return [f"Identical: {figures.pixels:,} of {figures.pixels:,} pixels{where}"]
    percent = 100 * figures.changed / figures.pixels
    return [
        f"Different: {figures.changed:,} of {figures.pixels:,} pixels{where}, {percent:.2f} %",
        f"Visibly (by more than 8 of 255 levels): {figures.visibly_changed:,}",
        f"Largest difference {figures.max_difference}, mean {figures.mean_difference:.4f} levels",
    ]
