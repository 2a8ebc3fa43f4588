"""An answer put into the original so that nothing outside the mask changes, and the count that proves it."""

from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.frame import Box, Frame
from core.domain.image import Size
from core.errors import InvalidImageError
from core.imaging import changes, codec, drift, feathering, masks, region, resampling
from core.imaging.fitting import matched

# An answer that has moved by less than this is left as it is: moving it would only soften it.
LEAST_DRIFT = 0.05

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """The finished picture, and what the model had done outside the mask before it was put back.

    ``drift`` is the shift (x, y) in the picture's pixels that was found, (0, 0) where none was
    sure; ``changed_percent`` is the share of the protected pixels that were sent which came back
    visibly different, and ``change_map`` shows them (RGB, of the size that was sent).
    ``edited_percent`` of the pixels inside the mask are visibly different in the finished picture.
    """

    image: Image.Image
    drift: tuple[float, float]
    changed_percent: float
    edited_percent: float
    change_map: Image.Image


def compose(
    source: Image.Image,
    answer: Image.Image,
    frame: Frame,
    mask: Image.Image,
    *,
    feather: int,
    match_colours: bool,
    repair_drift: bool,
) -> Composed:
    """Scale the answer back onto ``frame.box`` and lay it into the source where the mask (L, 255 = edit) is on.

    Outside the mask every pixel stays the source's bit for bit, its alpha too; the edit fades in
    over ``feather`` pixels inside the mask, less where the mask is thinner. A part of the mask
    beyond the frame stays as it was. The outcome has alpha where source or answer has. Raises
    InvalidImageError for a mask of another size than the source.
    """
    if mask.size != source.size:
        raise InvalidImageError(
            f"The mask is {mask.width}x{mask.height} and the picture {source.width}x{source.height}.", param="mask"
        )
    source, answer = changes.alike(source, answer)
    answer = resampling.scaled(answer, frame.size)
    sent, sent_mask = region.cut(source, frame, mask=None)[0], region.cut_mask(mask, frame)
    _mark_beyond(sent_mask, frame, Size(*source.size))
    heat, percent = changes.change_map(sent, answer, sent_mask)
    found = _drift(sent, answer, sent_mask) if repair_drift else drift.NONE
    if match_colours:
        answer = matched(answer, sent, sent_mask, found)
    image = source.copy()
    _lay(image, answer, frame, mask, feather, found)
    across, down = frame.box.width / frame.size.width, frame.box.height / frame.size.height
    shift = (round(found.dx * across, 3), round(found.dy * down, 3)) if found.confident else (0.0, 0.0)
    edited = _edited_percent(source, image, mask)
    return Composed(image=image, drift=shift, changed_percent=percent, edited_percent=edited, change_map=heat)


def verify(written: bytes, source: Image.Image, mask: Image.Image) -> tuple[int, int]:
    """Decode a written PNG and count the protected pixels, and those of them that are bit for bit the source's.

    Raises InvalidImageError if it cannot be read or has another size.
    """
    found = changes.compare(source, codec.decode(written), mask)
    return found.pixels, found.pixels - found.changed


def _edited_percent(source: Image.Image, image: Image.Image, mask: Image.Image) -> float:
    """The share of the pixels inside the mask that look different now; 0 for an empty mask."""
    box = masks.bounds(mask)
    if box is None:
        return 0.0
    corners = (box.left, box.top, box.left + box.width, box.top + box.height)
    outside = Image.fromarray(cv2.bitwise_not(np.asarray(mask.crop(corners))))
    found = changes.compare(source.crop(corners), image.crop(corners), outside.point(_ANY))
    return 100 * found.visibly_changed / found.pixels if found.pixels else 0.0


def _mark_beyond(sent_mask: Image.Image, frame: Frame, canvas: Size) -> None:
    """Take what lies beyond the picture out of every measure, by counting it as edited."""
    inside = region.clipped(frame.box, canvas)
    if inside == frame.box:
        return
    across, down = frame.size.width / frame.box.width, frame.size.height / frame.box.height
    left, right = ((edge - frame.box.left) * across for edge in (inside.left, inside.right))
    top, bottom = ((edge - frame.box.top) * down for edge in (inside.top, inside.bottom))
    pixels = np.full((frame.size.height, frame.size.width), 255, np.uint8)
    rows, columns = slice(int(np.ceil(top)), int(bottom)), slice(int(np.ceil(left)), int(right))
    pixels[rows, columns] = np.asarray(sent_mask)[rows, columns]
    sent_mask.paste(Image.fromarray(pixels))


def _drift(sent: Image.Image, answer: Image.Image, sent_mask: Image.Image) -> drift.Drift:
    protected = cv2.bitwise_not(np.asarray(sent_mask))
    found = drift.estimate(np.asarray(sent.convert("L")), np.asarray(answer.convert("L")), np.asarray(protected))
    return found if found.confident and max(abs(found.dx), abs(found.dy)) >= LEAST_DRIFT else drift.NONE


def _lay(
    image: Image.Image, answer: Image.Image, frame: Frame, mask: Image.Image, feather: int, found: drift.Drift
) -> None:
    """Change the image in place, looking only at the smallest box around the mask within the frame."""
    inside = region.clipped(frame.box, Size(*image.size))
    part = mask.crop((inside.left, inside.top, inside.right, inside.bottom))
    edited = masks.bounds(part)
    if edited is None:
        return
    alpha = feathering.inwards(part, feather).crop((edited.left, edited.top, edited.right, edited.bottom))
    place = Box(left=inside.left + edited.left, top=inside.top + edited.top, width=edited.width, height=edited.height)
    new = _mapped(answer, frame, place, found)
    corners = (place.left, place.top, place.right, place.bottom)
    if image.mode == "RGBA":
        new = _blended(image.crop(corners), new, alpha)
        alpha = alpha.point(_ANY)
    image.paste(new, corners, alpha)


_ANY = [0] + [255] * 255


def _mapped(answer: Image.Image, frame: Frame, place: Box, found: drift.Drift) -> Image.Image:
    """The part of the answer that falls on ``place``, drift undone: moved and scaled in one step.

    Pillow's resize takes a box in fractions of pixels, keeps areas when it shrinks and weighs
    colours by alpha; cv2's warp does none of that, and its Lanczos takes twice the time.
    """
    across, down = frame.size.width / frame.box.width, frame.size.height / frame.box.height
    dx, dy = (found.dx, found.dy) if found.confident else (0.0, 0.0)
    left, top = (place.left - frame.box.left) * across + dx, (place.top - frame.box.top) * down + dy
    right, bottom = left + place.width * across, top + place.height * down
    edge = ceil(max(-left, -top, right - answer.width, bottom - answer.height, 0))
    if edge:
        pixels = np.asarray(answer)
        answer = Image.fromarray(cv2.copyMakeBorder(pixels, edge, edge, edge, edge, cv2.BORDER_REPLICATE))
    box = (left + edge, top + edge, min(right + edge, answer.width), min(bottom + edge, answer.height))
    return answer.resize((place.width, place.height), Image.Resampling.LANCZOS, box=box)


def _blended(old: Image.Image, new: Image.Image, alpha: Image.Image) -> Image.Image:
    """Fade between pictures with transparency: what is invisible lends no colour. Strip by strip, for memory."""
    out = old.copy()
    for top in range(0, old.height, changes.ROWS):
        strip = (0, top, old.width, min(top + changes.ROWS, old.height))
        a, b = (np.asarray(image.crop(strip), np.float32) for image in (old, new))
        part = np.asarray(alpha.crop(strip), np.float32)[..., None] / 255
        seen_a, seen_b = a[..., 3:] * (1 - part), b[..., 3:] * part
        seen = seen_a + seen_b
        colour = (a[..., :3] * seen_a + b[..., :3] * seen_b) / np.maximum(seen, 1e-6)
        mixed = np.concatenate((colour, seen), axis=2)
        out.paste(Image.fromarray(np.clip(mixed + 0.5, 0, 255).astype(np.uint8)), strip[:2])
    return out
