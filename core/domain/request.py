"""What is asked of a provider: complete, frozen, serialisable, and right once it exists."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from typing import Any, Self

from core.domain.frame import Extension, Frame
from core.domain.grid import Layout
from core.domain.image import ImageRef, Size
from core.domain.mask import Mask
from core.errors import InvalidRequestError

MAX_PROMPT_CHARACTERS = 32_000
MAX_IMAGES = 10
MAX_PARTIAL_IMAGES = 3
MAX_INPUT_IMAGES = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRequest:
    """What every request says: a prompt, a model, and how the ``n`` images shall be.

    Names and values are the API's. None means "leave it out; the provider's own default
    applies". ``svg_model`` and ``svg_effort`` are the API's ``svg.model`` and
    ``svg.reasoning.effort``. Whether a given model takes an option is the model's business
    (``Model.check``); what no model could take raises InvalidRequestError here.
    """

    prompt: str
    model: str
    n: int = 1
    size: str | None = None
    quality: str | None = None
    background: str | None = None
    output_format: str | None = None
    output_compression: int | None = None
    moderation: str | None = None
    stream: bool = False
    partial_images: int = 0
    complexity: str | None = None
    frame_count: int | None = None
    frame_duration_ms: int | None = None
    svg_model: str | None = None
    svg_effort: str | None = None

    def __post_init__(self) -> None:
        _all_text(self)
        if not self.prompt.strip():
            raise InvalidRequestError("Write a prompt first: say what the picture should show.", param="prompt")
        if len(self.prompt) > MAX_PROMPT_CHARACTERS:
            raise InvalidRequestError(
                f"The prompt has {len(self.prompt):,} characters; at most {MAX_PROMPT_CHARACTERS:,} are allowed. "
                f"Shorten it by {len(self.prompt) - MAX_PROMPT_CHARACTERS:,}.",
                param="prompt",
            )
        if not self.model.strip():
            raise InvalidRequestError("Choose a model.", param="model")
        _within("n", self.n, 1, MAX_IMAGES)
        _within("partial_images", self.partial_images, 0, MAX_PARTIAL_IMAGES)
        _within("output_compression", self.output_compression, 0, 100)
        _within("frame_count", self.frame_count, 2, 16)
        _within("frame_duration_ms", self.frame_duration_ms, 10, 655_350)
        if self.partial_images and not self.stream:
            raise InvalidRequestError("Partial images come only with streaming; turn streaming on.", param="stream")
        if self.svg_effort and not self.svg_model:
            raise InvalidRequestError("Name the SVG model to set its effort.", param="svg_model")
        if self.size not in (None, "auto"):
            object.__setattr__(self, "size", _as_the_api_writes_it(self.size))
        if self.background == "transparent" and self.output_format == "jpeg":
            raise InvalidRequestError(
                "JPEG has no transparency. Choose png or webp, or another background.", param="background"
            )

    @property
    def pixel_size(self) -> Size | None:
        """The size asked for, or None where the provider chooses it."""
        return None if self.size in (None, "auto") else Size.parse(self.size)

    def calls(self) -> tuple[Self, ...]:
        """The HTTP requests this becomes: one, or one per image when streaming.

        Stream events carry no image number, so images that stream are asked for one by
        one; the provider bills n images as n requests in either case.
        """
        if not self.stream or self.n == 1:
            return (self,)
        return tuple(replace(self, n=1) for _ in range(self.n))

    def to_json(self) -> dict[str, Any]:
        """The fields that are set, ready for JSON; ``request_from_json`` reads it back."""
        return {f.name: as_json(v) for f in fields(self) if (v := getattr(self, f.name)) not in (None, ())}


@dataclass(frozen=True, kw_only=True, slots=True)
class GenerateRequest(ImageRequest):
    """Make images from a prompt alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EditRequest(ImageRequest):
    """Make images from images: edit, inpaint (with a mask), outpaint (with an extension).

    ``images`` are stored inputs, the first of them the picture that a mask, an extension or a
    ``markup`` (a transparent drawing of the same size) belongs to; ``parents`` has the id of the
    stored image that each came from, None for one that was brought, and is empty if all were.
    ``frame`` is the part that is sent; the studio plans it when the request is submitted.

    ``protect`` puts the original back wherever nothing was painted; ``feather`` is the width in
    pixels over which the edit fades in, inside the mask; ``context`` is how many pixels around
    the mask the model sees (None: chosen by the mask's size); ``match_colours`` and
    ``repair_drift`` fit the answer to the original before it is put in. ``split`` says that the answer is
    a grid of so many pictures: each becomes a result, and the grid is kept as the answer behind them.
    """

    images: tuple[ImageRef, ...]
    parents: tuple[str | None, ...] = ()
    mask: Mask | None = None
    markup: ImageRef | None = None
    extension: Extension | None = None
    frame: Frame | None = None
    input_fidelity: str | None = None
    protect: bool = True
    feather: int = 8
    context: int | None = None
    match_colours: bool = False
    repair_drift: bool = True
    split: Layout | None = None

    def __post_init__(self) -> None:
        ImageRequest.__post_init__(self)
        if self.split is not None and (self.n > 1 or self.mask or self.extension or self.output_format == "svg"):
            raise InvalidRequestError(
                "A grid is asked for one at a time, as pixels, without a mask and without an extension.", param="split"
            )
        if not 1 <= len(self.images) <= MAX_INPUT_IMAGES:
            raise InvalidRequestError(
                f"An edit takes 1 to {MAX_INPUT_IMAGES} images, and {len(self.images)} were given.", param="images"
            )
        if not any(self.parents):
            object.__setattr__(self, "parents", ())
        elif len(self.parents) != len(self.images):
            raise InvalidRequestError("The parents must be as many as the images.", param="parents")
        _within("feather", self.feather, 0, 512)
        _within("context", self.context, 0, 10_000)
        if self.mask is not None and self.markup is not None:
            raise InvalidRequestError("A mask and a markup cannot be sent together. Choose one.", param="markup")
        if self.mask is not None and self.mask.size != self.canvas:
            raise InvalidRequestError(
                f"The mask is {self.mask.size} and the picture {self.canvas}; they must be of one size.", param="mask"
            )
        if self.markup is not None and Size(self.markup.width, self.markup.height) != self.source:
            raise InvalidRequestError("The markup must have the size of the first picture.", param="markup")

    @property
    def source(self) -> Size:
        """The first picture's size."""
        return Size(self.images[0].width, self.images[0].height)

    @property
    def canvas(self) -> Size:
        """The size of what comes out where the original is put back: the picture with its extension."""
        return self.source if self.extension is None else self.extension.of(self.source)

    @property
    def composes(self) -> bool:
        """Whether the answer is put into the original rather than kept as it comes."""
        return self.protect and (self.mask is not None or self.extension is not None)


Request = GenerateRequest | EditRequest


def request_from_json(data: Mapping[str, Any]) -> Request:
    """Rebuild what ``to_json`` wrote."""
    if "images" not in data:
        return GenerateRequest(**data)
    values = dict(data)
    values["images"] = tuple(ImageRef(**image) for image in data["images"])
    values["parents"] = tuple(data.get("parents", ()))
    for name, read in (
        ("mask", Mask.from_json),
        ("markup", _ref),
        ("extension", _extension),
        ("frame", Frame.from_json),
        ("split", _layout),
    ):
        if name in values:
            values[name] = read(values[name])
    return EditRequest(**values)


def as_json(value: Any) -> Any:
    """Dataclasses as objects, tuples as lists."""
    if hasattr(value, "to_json"):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [as_json(item) for item in value] if isinstance(value, tuple) else value


def _ref(data: Mapping[str, Any]) -> ImageRef:
    return ImageRef(**data)


def _extension(data: Mapping[str, Any]) -> Extension:
    return Extension(**data)


def _layout(data: Mapping[str, Any]) -> Layout:
    return Layout(**data)


def _all_text(request: object) -> None:
    """Refuse what cannot be sent or stored: NUL, and half characters, as bytes that are no text become them."""
    for field in fields(request):  # type: ignore[arg-type]
        value = getattr(request, field.name)
        if not isinstance(value, str):
            continue
        if "\0" in value:
            raise InvalidRequestError(f"The {field.name} holds a NUL character, which is no text.", param=field.name)
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise InvalidRequestError(f"The {field.name} holds bytes that are not UTF-8 text.", param=field.name)


def _as_the_api_writes_it(text: str) -> str:
    size = Size.parse(text)
    if size is None:
        raise InvalidRequestError(
            f"{text[:40]!r} is not a size. Write width x height in pixels, such as 1024x1024, or auto.", param="size"
        )
    return str(size)


def _within(param: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise InvalidRequestError(f"{param} is {value}; it must be between {low} and {high}.", param=param)
