"""A mask from a command's options: a mask file, drawing operations from JSON, and regions by numbers or names."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.cli.groups import Selecting
from app.cli.options import Polarity
from app.cli.output import note
from app.cli.sources import Sources, is_id, naming, shown
from core.domain.image import Size
from core.domain.mask import BORDER, QUICK_REGIONS, Mask, Operation, parse_region, quick_region
from core.errors import InvalidRequestError

if TYPE_CHECKING:
    from core.imaging.mask_files import MaskFile

NOT_OPERATIONS = (
    'a list of operations such as [{"tool": "rectangle", "points": [[10, 10], [90, 60]]}], '
    'or an object with such a list as "operations"'
)


def mask_of(found: Sources, size: Size, file: "MaskFile | None", selecting: Selecting) -> Mask:
    """Put a mask together: the file, then the operations, then the regions; then it is filled, grown, inverted.

    Raises InvalidRequestError where nothing was named, or for what cannot be read or lies outside.
    """
    drawn = Mask(width=size.width, height=size.height)
    if selecting.operations is not None:
        drawn = read_drawing(found, selecting.operations, size)
    regions = tuple(operation for text in selecting.region or () for operation in region(text, size))
    if file is None and not drawn.operations and not regions:
        raise InvalidRequestError("Say which part: with --region, --mask or --operations.", param="mask")
    return replace(
        drawn,
        operations=drawn.operations + regions,
        file=file.ref if file is not None else None,
        fill_holes=drawn.fill_holes or selecting.fill_holes,
        grow=drawn.grow if selecting.grow is None else selecting.grow,
        invert=drawn.invert != selecting.invert,
    )


def read_mask_file(
    found: Sources, name: str | None, size: Size, selecting: Selecting, take: "Callable[..., MaskFile]"
) -> "MaskFile | None":
    """The mask file, with the polarity that was found said on stderr; None where none was named."""
    if name is None:
        if selecting.white is not None:
            raise InvalidRequestError("--white says what a mask file means: name one.", param="white")
        return None
    with naming(name):
        file = take(found.mask_bytes(name), size, white_is_edit=_white_is_edit(name, selecting.white))
    if not is_id(name):
        note(f"Note: {shown(name)}: {file.said}")
    return file


def read_drawing(found: Sources, name: str, size: Size | None) -> Mask:
    """The operations of a JSON file; raises InvalidRequestError for another picture's size or anything else.

    Without a ``size`` the file has to say its own, as ``width`` and ``height``.
    """
    data = _json(found, name)
    told = {"operations": data} if isinstance(data, list) else data
    if not isinstance(told, dict) or not isinstance(told.get("operations"), list):
        raise InvalidRequestError(f"{shown(name)} is not {NOT_OPERATIONS}.", param="operations")
    if told.get("file") is not None:
        raise InvalidRequestError(
            f'{shown(name)} was drawn on a mask file: name that with --mask and remove "file".', param="operations"
        )
    own = drawn_size(told)
    if size is None and own is None:
        raise InvalidRequestError("How large is the picture? Name it with --image, or say --size WxH.", param="size")
    if size is not None and own is not None and own != size:
        raise InvalidRequestError(
            f"{shown(name)} was drawn for a picture of {own}, and this one is {size}.", param="operations"
        )
    chosen = size or own
    assert chosen is not None
    grow = told.get("grow", 0)
    if type(grow) is not int:
        raise InvalidRequestError(f'"grow" in {shown(name)} is no whole number.', param="operations")
    return Mask(
        width=chosen.width,
        height=chosen.height,
        operations=tuple(Operation.from_json(item) for item in told["operations"]),
        fill_holes=bool(told.get("fill_holes")),
        grow=grow,
        invert=bool(told.get("invert")),
    )


def region(text: str, size: Size) -> tuple[Operation, ...]:
    """A rectangle by numbers, or a part of the picture by name; raises InvalidRequestError outside the picture."""
    name = text.strip().lower().replace("-", " ")
    if name == BORDER or name in QUICK_REGIONS:
        return quick_region(name, size)
    try:
        rectangle = parse_region(text)
    except InvalidRequestError as error:
        names = ", ".join(known.replace(" ", "-") for known in (*QUICK_REGIONS, BORDER))
        raise InvalidRequestError(f"{error} Names work too: {names}.", param="region") from error
    (left, top), (right, bottom) = rectangle.points
    if left >= size.width or top >= size.height or right <= 0 or bottom <= 0:
        raise InvalidRequestError(f"The region {text} lies outside the picture, which is {size}.", param="region")
    return (rectangle,)


def drawn_size(told: dict[str, Any]) -> Size | None:
    """The size that a drawing says it belongs to."""
    width, height = told.get("width"), told.get("height")
    if width is None and height is None:
        return None
    if type(width) is not int or type(height) is not int or width < 1 or height < 1:
        raise InvalidRequestError('"width" and "height" of the operations are no size.', param="operations")
    return Size(width, height)


def _json(found: Sources, name: str) -> Any:
    """Numbers of any length as floats where an int could not become one."""
    try:
        return json.loads(found.read(name, "operations"), parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise InvalidRequestError(
            f"{shown(name)} is not JSON. It should be {NOT_OPERATIONS}.", param="operations"
        ) from error


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) < 16 else float(digits)


def _white_is_edit(name: str, white: Polarity | None) -> bool | None:
    """None lets the file be looked at; a mask of the history is known to be white where it edits."""
    if white is None:
        return True if is_id(name) else None
    return white is Polarity.EDIT
