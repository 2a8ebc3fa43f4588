"""What a request will cost, from the model's data alone."""

from collections.abc import Iterator
from decimal import Decimal

from core.domain.image import Size
from core.domain.model import Model
from core.domain.request import EditRequest, Request
from core.domain.tokens import PARTIAL_IMAGE_TOKENS, STANDARD_SIZES, FactorRule, gif_sheet, prompt_tokens
from core.domain.usage import Estimate, Usage

UNSPECIFIED = (None, "auto")


def expected_usage(model: Model, request: Request, size: Size, quality: str) -> Usage:
    """Tokens of the whole request at a given size and quality; the model must have a token rule.

    Each of the n images is billed as a request of its own, prompt and input images included.
    """
    if model.tokens is None:
        raise ValueError(f"{model.id} has no token rule")
    tokens = model.tokens.tokens(size, quality) + PARTIAL_IMAGE_TOKENS * request.partial_images
    return Usage(
        text_input=prompt_tokens(request.prompt) * request.n,
        image_input=_input_tokens(model, request) * request.n,
        image_output=tokens * request.n,
    )


def sent_sizes(request: EditRequest) -> tuple[Size, ...]:
    """The sizes of the input images as they are sent: the first one's frame, the others whole."""
    first = request.source if request.frame is None else request.frame.size
    return (first, *(Size(image.width, image.height) for image in request.images[1:]))


def _input_tokens(model: Model, request: Request) -> int:
    """Tokens of the input images of one call. A mask or a markup is, as far as anyone has seen, not counted."""
    if not isinstance(request, EditRequest) or model.input_tokens is None:
        return 0
    return sum(model.input_tokens.tokens(size, request.input_fidelity) for size in sent_sizes(request))


def billed_size(model: Model, request: Request, size: Size) -> Size:
    """The frame that tokens are counted on: the sheet of all frames for a GIF."""
    if request.output_format != "gif" or model.gif is None:
        return size
    return gif_sheet(size, request.frame_count or model.gif.default_frames)


def estimate(model: Model, request: Request, *, unknown_price: Decimal) -> Estimate:
    """Estimate a request; ``unknown_price`` is USD held per image where no price is known."""
    if model.image_price is not None:
        price = model.image_price * request.n
        return Estimate(low=price, high=price, held=price)
    if model.tokens is None or model.prices is None:
        note = f"No price is known for {model.id}; {unknown_price} USD per image is held against the budget."
        return Estimate(low=None, high=None, held=unknown_price * request.n, notes=(note,))
    costs = [
        model.prices.cost(expected_usage(model, request, size, quality))
        for size in _sizes(model, request)
        for quality in _qualities(model, request)
    ]
    low, high = min(costs), max(costs)
    if request.output_format == "svg" and model.svg_author_usd is not None:
        high += Decimal(model.svg_author_usd)
    return Estimate(
        low=low, high=high, held=high, approximate=_is_approximate(model, request), notes=tuple(_notes(model, request))
    )


def _sizes(model: Model, request: Request) -> tuple[Size, ...]:
    size = request.pixel_size
    return STANDARD_SIZES if size is None else (billed_size(model, request, size),)


def _qualities(model: Model, request: Request) -> tuple[str, ...]:
    if request.quality is None or request.quality == "auto":
        return tuple(quality for quality in model.qualities if quality != "auto")
    return (request.quality,)


def _is_approximate(model: Model, request: Request) -> bool:
    return _measures_output(model, request) or _assumes_input(model, request)


def _measures_output(model: Model, request: Request) -> bool:
    match model.tokens:
        case FactorRule(multipliers=multipliers):
            measured = any(quality in multipliers for quality in _qualities(model, request))
            return measured or request.output_format in ("gif", "svg")
        case _:
            return False


def _assumes_input(model: Model, request: Request) -> bool:
    return isinstance(request, EditRequest) and bool(model.input_token_note)


def _notes(model: Model, request: Request) -> Iterator[str]:
    if request.quality in UNSPECIFIED:
        yield "The provider chooses the quality, so the price is a range."
    if request.size in UNSPECIFIED:
        yield "The provider chooses the size, so the price is a range."
    if request.output_format == "svg" and model.svg_author_usd is not None:
        yield f"Up to ${model.svg_author_usd} is held for the text model that writes the SVG."
    if _measures_output(model, request) and model.token_note:
        yield model.token_note
    if _assumes_input(model, request):
        yield model.input_token_note
