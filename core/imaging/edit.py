"""An edit's pixels from end to end, as bytes in and bytes out: what is sent, and what becomes of the answer."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PIL import Image

from core.domain.answer import EditInputs
from core.domain.frame import Box, Extension
from core.domain.image import MEDIA_TYPES, Size
from core.domain.mask import Mask
from core.domain.protection import Protection
from core.domain.request import EditRequest
from core.errors import InvalidRequestError
from core.imaging import changes, masks, outpaint, region
from core.imaging.codec import decode, png
from core.imaging.compose import compose, verify
from core.imaging.mask_files import black_white, provider_png

PNG = MEDIA_TYPES["png"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Composition:
    """A result as it is stored: a PNG, with the proof counted on it."""

    data: bytes
    protection: Protection


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """How much of a canvas may change: its bounds, and the percentage of its pixels."""

    bounds: Box
    percent: float

    @property
    def is_everything(self) -> bool:
        return self.percent >= 100


def selection(request: EditRequest, mask_file: bytes | None) -> Selection:
    """What a request lets change; raises InvalidRequestError if that is nothing."""
    mask = editable(request.mask, request.extension, request.images[0].width, request.images[0].height, mask_file)
    bounds = masks.bounds(mask)
    if bounds is None:
        raise InvalidRequestError("Nothing is selected. Paint over the part that may change.", param="mask")
    return Selection(bounds=bounds, percent=masks.share(mask))


def sent(request: EditRequest, sources: tuple[bytes, ...], mask_file: bytes | None, markup: bytes | None) -> EditInputs:
    """The files of a planned request: the frame of the first picture, the other pictures whole, mask and markup."""
    first, mask = _canvas(request, sources[0], mask_file)
    others = tuple((data, PNG) for data in sources[1:])
    if request.frame is None:
        return EditInputs(images=((sources[0], PNG), *others), markup=markup)
    part, part_mask = region.cut(first, request.frame, mask=mask)
    data, media_type = region.encode_for_sending(part)
    return EditInputs(
        images=((data, media_type), *others), mask=black_white(part_mask) if part_mask is not None else None
    )


def composed(request: EditRequest, source: bytes, mask_file: bytes | None, answer: bytes) -> Composition:
    """Put an answer back into the original inside the mask, write it, and count on what was written."""
    if request.frame is None:
        raise ValueError("the request was never planned")
    original, mask = _canvas(request, source, mask_file)
    if mask is None:
        raise ValueError("there is nothing to compose without a mask or an extension")
    made = compose(
        original,
        decode(answer),
        request.frame,
        mask,
        feather=request.feather,
        match_colours=request.match_colours,
        repair_drift=request.repair_drift,
    )
    written = png(made.image)
    protected, unchanged = verify(written, original, mask)
    return Composition(
        data=written,
        protection=Protection(
            protected_pixels=protected,
            unchanged_pixels=unchanged,
            drift=made.drift,
            changed_by_model_percent=round(made.changed_percent, 2),
            edited_percent=round(made.edited_percent, 2),
        ),
    )


def change_map(request: EditRequest, source: bytes, mask_file: bytes | None, answer: bytes) -> tuple[bytes, float]:
    """A heat map (PNG) of what the model altered in the part it was sent, and the percentage of pixels."""
    original, mask = _canvas(request, source, mask_file)
    part = region.cut(original, request.frame, mask=mask)[0] if request.frame else original
    heat, percent = changes.change_map(part, decode(answer))
    return png(heat), percent


def before(request: EditRequest, source: bytes) -> bytes:
    """The canvas as it was, a PNG of the result's size: the picture itself, or set into its extension."""
    return source if request.extension is None else png(outpaint.extended(decode(source), request.extension)[0])


def mask_png(request: EditRequest, mask_file: bytes | None, polarity: Literal["transparent", "white"]) -> bytes:
    """The mask at the picture's own size: RGBA with alpha 0 = edit, or black and white with white = edit."""
    mask = editable(request.mask, request.extension, request.images[0].width, request.images[0].height, mask_file)
    return provider_png(mask, polarity)


@lru_cache(maxsize=4)
def editable(
    mask: Mask | None, extension: Extension | None, width: int, height: int, mask_file: bytes | None
) -> Image.Image:
    """The L image of what may change, 255 = edit: what was painted, and what the canvas grew by.

    Cached, since a page asks for it at every rerun; callers must not draw on it.
    """
    if extension is None:
        if mask is None:
            raise ValueError("neither mask nor extension")
        return masks.render(mask, mask_file)
    grown = outpaint.new_area(Size(width, height), extension)
    if mask is not None:
        raise InvalidRequestError("Extend the picture first, then paint on the result.", param="mask")
    return grown


def _canvas(request: EditRequest, source: bytes, mask_file: bytes | None) -> tuple[Image.Image, Image.Image | None]:
    picture = decode(source)
    if request.extension is not None:
        return outpaint.extended(picture, request.extension)
    if request.mask is None:
        return picture, None
    return picture, editable(request.mask, None, request.mask.width, request.mask.height, mask_file)
