"""``gesso outpaint``: a picture on a larger canvas, itself unchanged."""

import re
from typing import Annotated, Any

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.editing import EPILOG, run_edit
from app.cli.groups import Blending, Delivery, EditWanted, spread
from core.domain.frame import Extension
from core.domain.image import ImageRef, Size
from core.errors import InvalidRequestError

app = new_app()


@app.command(epilog=EPILOG)
@spread
def outpaint(
    *,
    image: options.Image,
    prompt: options.EditPrompt,
    left: Annotated[int, typer.Option("--left", metavar="PIXELS", help="Extend to the left.")] = 0,
    top: Annotated[int, typer.Option("--top", metavar="PIXELS", help="Extend upwards.")] = 0,
    right: Annotated[int, typer.Option("--right", metavar="PIXELS", help="Extend to the right.")] = 0,
    bottom: Annotated[int, typer.Option("--bottom", metavar="PIXELS", help="Extend downwards.")] = 0,
    ratio: Annotated[
        str | None, typer.Option("--ratio", metavar="W:H", help="Extend both sides to this ratio, such as 16:9.")
    ] = None,
    blending: Blending,
    wanted: EditWanted,
    delivery: Delivery,
) -> int:
    """Extend a picture beyond its edges; the picture itself stays bit for bit the same. The result is a PNG."""

    def shape(_opened: object, _found: object, picture: ImageRef) -> dict[str, Any]:
        size = Size(picture.width, picture.height)
        return {"extension": extension(size, ratio, left, top, right, bottom), **blending.fields()}

    return run_edit([image], prompt, wanted, delivery, shape, protects=not blending.no_protect)


def extension(size: Size, ratio: str | None, left: int, top: int, right: int, bottom: int) -> Extension:
    """By sides or by ratio, not both; raises InvalidRequestError."""
    if ratio is None:
        return Extension(left=left, top=top, right=right, bottom=bottom)
    if any((left, top, right, bottom)):
        raise InvalidRequestError("Give a ratio or sides, not both.", param="ratio")
    match = re.fullmatch(r"\s*(\d{1,5})\s*[:x/]\s*(\d{1,5})\s*", ratio)
    if match is None:
        raise InvalidRequestError(f"{ratio!a} is no ratio. Write two numbers, such as 16:9.", param="ratio")
    return Extension.to_ratio(size, int(match[1]), int(match[2]))
