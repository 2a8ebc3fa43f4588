"""What is asked of a provider: complete, frozen, serialisable, and right once it exists."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from core.domain.image import Size
from core.errors import InvalidRequestError

MAX_PROMPT_CHARACTERS = 32_000
MAX_IMAGES = 10
MAX_PARTIAL_IMAGES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class GenerateRequest:
    """Make ``n`` images from a prompt.

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
        if self.size not in (None, "auto") and Size.parse(self.size) is None:
            raise InvalidRequestError(
                f"{self.size!r} is not a size. Write width x height in pixels, such as 1024x1024, or auto.",
                param="size",
            )
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
        """The fields that are set, ready for JSON."""
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild what ``to_json`` wrote."""
        return cls(**data)


def _within(param: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise InvalidRequestError(f"{param} is {value}; it must be between {low} and {high}.", param=param)
