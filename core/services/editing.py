"""Edits as the studio sees them: inputs taken in, frames planned, files prepared, answers put back.

take_in   an upload becomes a stored input
plan      the request learns its frame: which part of the canvas is sent, at which size
prepare   the files of that frame, ready to be sent
compose   the answer goes back into the original, inside the mask only, and is counted
"""

from dataclasses import dataclass, replace
from typing import Literal

from core.domain.answer import EditInputs
from core.domain.copies import CopyQuality
from core.domain.frame import Box, plan_frame
from core.domain.grid import Layout
from core.domain.image import ImageRef, Size
from core.domain.job import StoredImage
from core.domain.model import Model
from core.domain.request import EditRequest
from core.errors import InvalidRequestError
from core.imaging.codec import image_ref
from core.imaging.edit import Composition, Selection, before, change_map, composed, mask_png, selection, sent
from core.imaging.grid_files import tiles_of
from core.imaging.markup import markup_png
from core.imaging.mask_files import MaskFile, read_mask
from core.imaging.thumbnails import thumbnail
from core.imaging.upload import check_upload, take_in
from core.services.ports import FileStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """A picture that an edit can start from; ``notes`` say in sentences what was changed to take it in."""

    ref: ImageRef
    notes: tuple[str, ...] = ()
    parent: str | None = None
    """The id of the stored image it came from, if it did."""


class Editor:
    """Knows where an edit's pixels are; every picture it hands out is an upright PNG in 8-bit sRGB."""

    def __init__(self, *, files: FileStore, limit_mb: int = 50, quality: CopyQuality | None = None) -> None:
        self._files = files
        self._limit_mb = limit_mb
        self._quality = quality or CopyQuality()

    def take_in(self, data: bytes) -> Input:
        """Keep an upload as an input; raises InvalidImageError with the reason it cannot be used."""
        check_upload(data, self._limit_mb)
        return self._taken_in(data)

    def _taken_in(self, data: bytes) -> Input:
        taken = take_in(data)
        self._files.put_input(taken.data, taken.ref)
        return Input(ref=taken.ref, notes=taken.notes)

    def take_in_mask(
        self, data: bytes, size: Size, *, white_is_edit: bool | None = None, by_convention: bool = False
    ) -> MaskFile:
        """Keep a mask file for a picture of this size; says which polarity was found, as ``read_mask`` explains."""
        check_upload(data, self._limit_mb)
        mask = read_mask(data, size, white_is_edit=white_is_edit, by_convention=by_convention)
        self._files.put_input(mask.data, mask.ref)
        return mask

    def take_in_markup(self, overlay: bytes, size: Size, under: ImageRef | None = None) -> ImageRef:
        """Keep notes drawn over a picture of this size, and over earlier notes (``under``) where there are some.

        Raises InvalidImageError if nothing is drawn.
        """
        data = markup_png(overlay, size, self.read(under) if under else None)
        ref = image_ref(data)
        self._files.put_input(data, ref)
        return ref

    def from_image(self, image: StoredImage) -> Input:
        """Start from an image of the history, however large its file is."""
        return replace(self._taken_in(self._files.read_image(image.ref)), parent=image.id)

    def read(self, ref: ImageRef) -> bytes:
        """An input's bytes; raises NotFoundError if its file is gone."""
        return self._files.read_input(ref)

    def small(self, ref: ImageRef, edge: int) -> bytes:
        """An input to look at: a WebP whose longer edge is at most ``edge`` pixels."""
        return self._small(self.read(ref), edge)

    def selection(self, request: EditRequest) -> Selection:
        """How much of the canvas may change; raises InvalidRequestError if nothing is selected."""
        return selection(request, self._mask_file(request))

    def plan(self, request: EditRequest, model: Model) -> EditRequest:
        """Decide what is sent: the part around the mask at a legal size, or the whole picture.

        With ``protect`` off the whole canvas is sent, since the answer is kept whole. Without a
        mask or an extension the pictures go as they are and the answer has the size asked for,
        or the legal one nearest to the first picture.
        """
        if request.mask is None and request.extension is None:
            size = request.size or str(model.sizes.nearest(request.source))
            return replace(request, frame=None, size=size)
        region = self.selection(request).bounds
        canvas = request.canvas
        if not request.protect:
            region = Box(left=0, top=0, width=canvas.width, height=canvas.height)
        frame = plan_frame(canvas, region, model.sizes, context=request.context if request.protect else 0)
        return replace(request, frame=frame, size=str(frame.size))

    def prepare(self, request: EditRequest) -> EditInputs:
        """Read and cut the files of a planned request; raises NotFoundError if an input is gone."""
        sources = tuple(self.read(ref) for ref in request.images)
        markup = self.read(request.markup) if request.markup else None
        return sent(request, sources, self._mask_file(request), markup)

    def compose(self, request: EditRequest, answer: bytes) -> Composition:
        """Put an answer back into the first picture; raises InvalidImageError if it is no image."""
        return composed(request, self.read(request.images[0]), self._mask_file(request), answer)

    def split(self, layout: Layout, answer: bytes) -> tuple[list[bytes], tuple[str, ...]]:
        """The tiles of a grid as PNGs in reading order, and sentences about what was not sure.

        Raises InvalidImageError if it is no image.
        """
        return tiles_of(answer, layout)

    def mask_png(self, request: EditRequest, polarity: Literal["transparent", "white"]) -> bytes:
        """The mask to take away: the exact RGBA PNG (alpha 0 = edit), or black and white (white = edit)."""
        return mask_png(request, self._mask_file(request), polarity)

    def mask_small(self, request: EditRequest, edge: int) -> bytes:
        """The mask to look at (white = edit): a WebP whose longer edge is at most ``edge`` pixels."""
        return self._small(self.mask_png(request, "white"), edge)

    def before(self, request: EditRequest, edge: int | None = None) -> bytes:
        """What a result is compared with: the first picture, on its extended canvas if it has one.

        A PNG, or a WebP whose longer edge is at most ``edge`` pixels.
        """
        data = before(request, self.read(request.images[0]))
        return data if edge is None else self._small(data, edge)

    def change_map(self, request: EditRequest, answer: StoredImage) -> tuple[bytes, float]:
        """Where the model altered the part it was sent, as a picture (PNG), and how much of it in percent."""
        data = self._files.read_image(answer.ref)
        return change_map(request, self.read(request.images[0]), self._mask_file(request), data)

    def _small(self, data: bytes, edge: int) -> bytes:
        return thumbnail(data, edge, self._quality.small)

    def _mask_file(self, request: EditRequest) -> bytes | None:
        if request.mask is None or request.mask.file is None:
            return None
        if Size(request.mask.file.width, request.mask.file.height) != request.mask.size:
            raise InvalidRequestError("The mask's file does not have the mask's size.", param="mask")
        return self.read(request.mask.file)
