"""What the local Images API says to an edit: as strict about its files as OpenAI, with answers made from them."""

import io
import re
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import Image, ImageChops

from core.domain.image import ImageRef, Size
from core.domain.mask import Mask
from core.domain.model import Model
from core.domain.request import EditRequest
from core.errors import InvalidImageError, InvalidRequestError, NotFoundError
from core.imaging.codec import image_ref
from core.providers.catalogue import catalogue
from tests.images_api_answers import PARAMETERS, TODAY, RefusedError, colour_of, frame, weighed
from tests.images_api_multipart import Part, parts_of

MAX_MASK_BYTES, MAX_IMAGE_BYTES = 4 * 1024 * 1024, 50 * 1024 * 1024
TAKEN = ("image/png", "image/jpeg", "image/webp")
FILES = ("image", "image[]", "mask", "markup")
FIELDS = {**PARAMETERS, "input_fidelity": str}
DIRECTIVE = re.compile(r"\[answer:((?:\s*\w+=[-\w.,]+)+)\s*\]")


@dataclass(frozen=True)
class Retouch:
    """What becomes of the picture besides the edit: shift (x, y pixels), brighten (levels), scale (of its size).

    In a prompt: ``[answer:shift=3,2 brighten=10 scale=0.5]``.
    """

    shift: tuple[float, float] = (0.0, 0.0)
    brighten: float = 0.0
    scale: float = 1.0

    def told(self, prompt: str) -> "Retouch":
        """As it is, but for what the prompt says."""
        match = DIRECTIVE.search(prompt)
        said = dict(pair.split("=") for pair in match[1].split()) if match else {}
        x, y = (float(value) for value in said.pop("shift").split(",")) if "shift" in said else self.shift
        return replace(self, shift=(x, y), **{name: float(value) for name, value in said.items()})


@dataclass(frozen=True)
class Edit:
    """A checked edit: what is asked, of which files."""

    request: EditRequest
    model: Model
    images: tuple[bytes, ...]
    mask: bytes | None
    retouch: Retouch = field(default_factory=Retouch)

    def picture(self, request: EditRequest, position: int, *, weight: int = 0) -> bytes:
        """The first image at the size asked for, with a colour where the mask says so, retouched."""
        size, format = frame(request), request.output_format or "png"
        source = Image.open(io.BytesIO(self.images[0]))
        picture = source.convert("RGBA" if request.background == "transparent" else "RGB")
        if self.mask is not None:
            alpha = Image.open(io.BytesIO(self.mask)).convert("RGBA").getchannel("A")
            picture.paste(colour_of(request.prompt, position), mask=ImageChops.invert(alpha))
        picture = _retouched(picture.resize((size.width, size.height)), self.retouch)
        buffer = io.BytesIO()
        picture.save(buffer, format, **({"compress_level": 1} if format == "png" else {}))
        return weighed(buffer.getvalue(), weight) if format == "png" else buffer.getvalue()


def _retouched(picture: Image.Image, retouch: Retouch) -> Image.Image:
    x, y = retouch.shift
    if x or y:
        matrix = (1, 0, -x, 0, 1, -y)
        moved = picture.transform(picture.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
        # What the shift brings in from outside stays as it was, as a model would paint something there.
        inside = Image.new("L", picture.size, 255).transform(picture.size, Image.Transform.AFFINE, matrix)
        picture = Image.composite(moved, picture, inside)
    if retouch.brighten:
        picture = picture.point(lambda value: min(max(value + retouch.brighten, 0), 255))
    if retouch.scale != 1:
        size = (max(round(picture.width * retouch.scale), 1), max(round(picture.height * retouch.scale), 1))
        picture = picture.resize(size)
    return picture


def checked_edit(content_type: str, body: bytes, *, lenient: bool, retouch: Retouch, white_mask: bool = False) -> Edit:
    """The edit; raises RefusedError for whatever OpenAI would not take.

    A lenient server knows every model, ignores unknown fields, takes ``mask_image`` and asks nothing of a mask:
    it goes by one only if it edits where that is white.
    """
    try:
        parts = parts_of(content_type, body)
    except (ValueError, KeyError) as error:
        message = f"Unsupported content: an edit is sent as multipart/form-data ({error})."
        raise RefusedError(400, message, code="invalid_content_type") from None
    images = _images(parts)
    names = {"mask", "mask_image"} if lenient else {"mask"}
    mask = next((part.data for part in parts if part.name in names), None)
    markup = next((part.data for part in parts if part.name == "markup"), None)
    if mask is not None and not lenient:
        _check_mask(mask, images[0][1])
    refs = tuple(ref for _, ref in images)
    request = _request(_fields(parts, lenient=lenient), refs, mask, markup)
    model = _checked_model(request, lenient=lenient)
    if lenient:
        mask = _clear_where_white(mask) if white_mask and mask is not None else None
    return Edit(request, model, tuple(data for data, _ in images), mask, retouch.told(request.prompt))


def _clear_where_white(mask: bytes) -> bytes:
    """A black and white mask in OpenAI's form."""
    white = Image.open(io.BytesIO(mask)).convert("L")
    clear = Image.new("RGBA", white.size)
    clear.putalpha(ImageChops.invert(white))
    buffer = io.BytesIO()
    clear.save(buffer, "png")
    return buffer.getvalue()


def _images(parts: list[Part]) -> list[tuple[bytes, ImageRef]]:
    found = [part for part in parts if part.name in ("image", "image[]")]
    if not found:
        raise RefusedError(
            400, "Missing required parameter: 'image'.", code="missing_required_parameter", param="image"
        )
    if [part.name for part in found].count("image") > 1:
        raise RefusedError(400, "Duplicate parameter: 'image'. Use 'image[]'.", code="invalid_value", param="image")
    return [(part.data, _image(part)) for part in found]


def _image(part: Part) -> ImageRef:
    if part.filename is None or part.media_type not in TAKEN:
        message = f"Invalid file '{part.name}': unsupported mimetype ('{part.media_type}'). Supported are {TAKEN}."
        raise RefusedError(400, message, code="unsupported_file_mimetype", param=part.name)
    try:
        ref = image_ref(part.data)
    except InvalidImageError as error:
        raise RefusedError(400, f"Invalid image file: {error}", code="invalid_image_file", param=part.name) from None
    if ref.media_type != part.media_type or ref.bytes >= MAX_IMAGE_BYTES:
        raise RefusedError(400, "Invalid image file: wrong type or too large.", code="invalid_image_file")
    return ref


def _check_mask(mask: bytes, first: ImageRef) -> None:
    picture = Image.open(io.BytesIO(mask))
    problem = None
    if picture.format != "PNG" or len(mask) >= MAX_MASK_BYTES:
        problem = "it must be a PNG of less than 4MB"
    elif picture.mode != "RGBA":
        problem = "it must have an alpha channel"
    elif picture.size != (first.width, first.height):
        problem = f"it is {picture.size}, and the image {(first.width, first.height)}"
    elif picture.getchannel("A").getextrema()[0] != 0:
        problem = "it has no fully transparent area"
    if problem:
        raise RefusedError(400, f"Invalid mask: {problem}.", code="invalid_mask", param="mask")


def _fields(parts: list[Part], *, lenient: bool) -> dict[str, Any]:
    """The fields beside the files, in the types they have in JSON."""
    data: dict[str, Any] = {}
    for part in parts:
        if part.name in FILES or (lenient and part.filename is not None):
            continue
        name, _, inner = part.name.partition("[")
        if name not in FIELDS and not lenient:
            raise RefusedError(400, f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)
        if name in data and not inner:
            raise RefusedError(400, f"Duplicate parameter: '{name}'.", code="invalid_value", param=name)
        if name == "svg":
            data["svg_model" if inner == "model]" else "svg_effort"] = part.text
        elif name in FIELDS and name != "safety_identifier":
            data[name] = _typed(name, part.text)
    return data


def _typed(name: str, text: str) -> Any:
    try:
        return {"true": True, "false": False}[text] if FIELDS[name] is bool else FIELDS[name](text)
    except (KeyError, ValueError):
        message = f"Invalid type for '{name}': {text!r}."
        raise RefusedError(400, message, code="invalid_type", param=name) from None


def _request(
    data: dict[str, Any], images: tuple[ImageRef, ...], mask: bytes | None, markup: bytes | None
) -> EditRequest:
    size = Size(images[0].width, images[0].height)
    try:
        return EditRequest(
            **data,
            images=images,
            mask=Mask(width=size.width, height=size.height) if mask is not None else None,
            markup=image_ref(markup) if markup is not None else None,
        )
    except InvalidRequestError as error:
        raise RefusedError(400, str(error), code="invalid_value", param=error.param) from None
    except TypeError as error:
        raise RefusedError(400, f"Missing parameter: {error}.", code="missing_required_parameter") from None


def _checked_model(request: EditRequest, *, lenient: bool) -> Model:
    try:
        model = catalogue().find(request.model, allow_unknown=lenient)
        model.check(request, TODAY)
    except NotFoundError as error:
        message = f"The model '{error.id}' does not exist or you do not have access to it."
        raise RefusedError(404, message, code="model_not_found") from None
    except InvalidRequestError as error:
        raise RefusedError(400, str(error), code="invalid_value", param=error.param) from None
    return model
