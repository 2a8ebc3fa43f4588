"""What a model accepts and costs: read from data, asked by every door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import log, sqrt

from core.domain.image import Size
from core.domain.request import MAX_IMAGES, GenerateRequest
from core.domain.tokens import TokenRule
from core.domain.usage import Prices
from core.errors import UnsupportedOptionError


class ModelStatus(StrEnum):
    """Whether a model can be used: ``deprecated`` still works until its last day."""

    LIVE = "live"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


@dataclass(frozen=True, kw_only=True, slots=True)
class SizeRule:
    """Which sizes are legal: a fixed list, or free within bounds (pixels, edges, ratio).

    ``fixed`` empty and ``step`` 0 means that nothing is known and any size may be tried.
    """

    fixed: tuple[Size, ...] = ()
    step: int = 0
    max_edge: int = 0
    max_ratio: int = 0
    min_pixels: int = 0
    max_pixels: int = 0
    experimental_pixels: int = 0

    @property
    def free(self) -> bool:
        return not self.fixed

    def problem(self, size: Size) -> str | None:
        """Say in a sentence why a size is not legal; None if it is."""
        if self.fixed:
            return None if size in self.fixed else f"{size} is not one of {_listed(self.fixed)}."
        if not self.step:
            return None
        if size.width % self.step or size.height % self.step:
            return f"{size}: width and height must be multiples of {self.step}."
        if size.long > self.max_edge:
            return f"{size}: no side may be longer than {self.max_edge:,} pixels."
        if size.long > self.max_ratio * size.short:
            return f"{size}: the long side may be at most {self.max_ratio} times the short one."
        if size.pixels < self.min_pixels:
            return f"{size} has {size.pixels:,} pixels; at least {self.min_pixels:,} are needed."
        if size.pixels > self.max_pixels:
            return f"{size} has {size.pixels:,} pixels; at most {self.max_pixels:,} are allowed."
        return None

    def nearest(self, size: Size) -> Size:
        """The legal size closest to the wish, keeping its shape where bounds force another area."""
        if self.problem(size) is None:
            return size
        if self.fixed:
            return min(self.fixed, key=lambda s: (_stretch(s, size.width / size.height), abs(s.pixels - size.pixels)))
        width, height = self._bounded(size)
        columns, rows = (
            range(max(int(edge / self.step) - 3, 1), int(edge / self.step) + 5) for edge in (width, height)
        )
        candidates = (Size(column * self.step, row * self.step) for column in columns for row in rows)
        legal = (candidate for candidate in candidates if self.problem(candidate) is None)
        return min(legal, key=lambda s: abs(log(s.width / width)) + abs(log(s.height / height)))

    def _bounded(self, size: Size) -> tuple[float, float]:
        """The wish scaled into the bounds on ratio, area and edge, not yet on the grid."""
        ratio = min(max(size.width / size.height, 1 / self.max_ratio), self.max_ratio)
        if ratio == size.width / size.height and self.min_pixels <= size.pixels <= self.max_pixels:
            width = float(size.width)
        else:
            width = sqrt(min(max(size.pixels, self.min_pixels), self.max_pixels) * ratio)
        width = min(width, self.max_edge, self.max_edge * ratio)
        return width, width / ratio


@dataclass(frozen=True, kw_only=True, slots=True)
class GifRule:
    """Animated output: how many frames, at most how large by frame count, at which pace."""

    min_frames: int
    max_frames: int
    default_frames: int
    default_duration_ms: int
    max_square_edges: tuple[tuple[int, int], ...]
    """(frames up to, longest square edge) pairs, measured by a third party."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """One model id and all that Gesso knows of it.

    A tuple that is empty, or a rule that is None, means that the model does not take the
    option. ``known`` is False for an id that is in no catalogue: nearly everything is then
    allowed and the price is unknown.
    """

    id: str
    title: str
    note: str = ""
    released_on: date | None = None
    deprecated: bool = False
    shuts_down_on: date | None = None
    replaced_by: tuple[str, ...] = ()
    snapshot_of: str | None = None
    sizes: SizeRule = SizeRule()
    auto_size: bool = True
    qualities: tuple[str, ...] = ()
    default_quality: str | None = None
    backgrounds: tuple[str, ...] = ()
    output_formats: tuple[str, ...] = ()
    moderations: tuple[str, ...] = ()
    streaming: bool = False
    complexities: tuple[str, ...] = ()
    default_complexity: str | None = None
    gif: GifRule | None = None
    svg_author_usd: str | None = None
    max_n: int = MAX_IMAGES
    tokens: TokenRule | None = None
    prices: Prices | None = None
    token_note: str = ""
    known: bool = True

    def status(self, today: date) -> ModelStatus:
        if self.shuts_down_on is not None and self.shuts_down_on <= today:
            return ModelStatus.RETIRED
        return ModelStatus.DEPRECATED if self.deprecated else ModelStatus.LIVE

    def explain(self, today: date) -> str:
        """One sentence about the model's future, empty for a live one."""
        instead = f" Use {' or '.join(self.replaced_by)} instead." if self.replaced_by else ""
        match self.status(today):
            case ModelStatus.RETIRED:
                return f"{self.id} was shut down on {self.shuts_down_on}.{instead}"
            case ModelStatus.DEPRECATED:
                return f"{self.id} stops on {self.shuts_down_on}.{instead}"
            case ModelStatus.LIVE:
                return ""

    def check(self, request: GenerateRequest, today: date) -> None:
        """Raise UnsupportedOptionError for the first option this model does not take."""
        if self.status(today) is ModelStatus.RETIRED:
            raise self._refuse("model", self.explain(today), self.replaced_by)
        self._check_choices(request)
        self._check_size(request)
        self._check_streaming(request)
        self._check_gif(request)
        self._check_svg(request)

    def _check_choices(self, request: GenerateRequest) -> None:
        for param, allowed in (
            ("quality", self.qualities),
            ("background", self.backgrounds),
            ("output_format", self.output_formats),
            ("moderation", self.moderations),
            ("complexity", self.complexities),
        ):
            value = getattr(request, param)
            if value is None or value in allowed or (not self.known and not allowed):
                continue
            taken = f"It takes {_listed(allowed)}." if allowed else f"It takes no {param}; leave it out."
            raise self._refuse(param, f"{self.id} does not take {param}={value}. {taken}", allowed)
        if request.n > self.max_n:
            raise self._refuse("n", f"{self.id} makes at most {self.max_n} images in one request.")
        if request.output_compression is not None and request.output_format not in ("jpeg", "webp"):
            raise self._refuse(
                "output_compression", "Compression works with jpeg and webp only. Choose one of them or leave it out."
            )

    def _check_size(self, request: GenerateRequest) -> None:
        if request.size == "auto" and not self.auto_size:
            raise self._refuse("size", f"{self.id} needs a size; auto is not taken.")
        size = request.pixel_size
        if size is None or request.output_format == "gif":
            return
        if problem := self.sizes.problem(size):
            nearest = self.sizes.nearest(size)
            raise self._refuse("size", f"{problem} The nearest size {self.id} takes is {nearest}.", (str(nearest),))

    def _check_streaming(self, request: GenerateRequest) -> None:
        if not request.stream:
            return
        if not self.streaming:
            raise self._refuse("stream", f"{self.id} does not stream; turn previews off.")
        if request.output_format in ("gif", "svg"):
            raise self._refuse("stream", f"{request.output_format.upper()} comes without previews; turn streaming off.")

    def _check_gif(self, request: GenerateRequest) -> None:
        if request.output_format != "gif":
            for param in ("frame_count", "frame_duration_ms"):
                if getattr(request, param) is not None:
                    raise self._refuse(
                        param, f"{param} belongs to GIF output. Choose output_format=gif or leave it out."
                    )
            return
        size, rule = request.pixel_size, self.gif
        if size is None or rule is None:
            return
        frames = request.frame_count or rule.default_frames
        edge = next(edge for up_to, edge in rule.max_square_edges if frames <= up_to)
        if size.width % self.sizes.step or size.height % self.sizes.step or size.pixels > edge * edge:
            raise self._refuse(
                "size",
                f"{size} is too large or not a multiple of {self.sizes.step} for a GIF of {frames} frames. "
                f"Up to {edge}x{edge} fits.",
                (f"{edge}x{edge}",),
            )

    def _check_svg(self, request: GenerateRequest) -> None:
        if request.output_format == "svg" and request.n > 1:
            raise self._refuse("n", "SVG comes one at a time: set n to 1.", ("1",))
        if request.svg_model is not None and request.output_format != "svg":
            raise self._refuse(
                "svg_model", "svg_model belongs to SVG output. Choose output_format=svg or leave it out."
            )

    def _refuse(self, param: str, message: str, allowed: tuple[str, ...] = ()) -> UnsupportedOptionError:
        return UnsupportedOptionError(message, model=self.id, param=param, allowed=allowed)


def _listed(values: Iterable[object]) -> str:
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _stretch(size: Size, ratio: float) -> float:
    return abs(log(size.width / size.height / ratio))
