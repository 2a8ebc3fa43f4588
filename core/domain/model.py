"""What a model accepts and costs: read from data, asked by every door."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.domain.request import MAX_IMAGES, MAX_INPUT_IMAGES, EditRequest, Request
from core.domain.sizes import SizeRule, listed
from core.domain.tokens import InputImageRule, TokenRule
from core.domain.usage import Prices
from core.errors import UnsupportedOptionError


class ModelStatus(StrEnum):
    """Whether a model can be used: ``deprecated`` still works until its last day."""

    LIVE = "live"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


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
    allowed and the price is unknown, unless ``image_price`` (USD per image) was told. ``ignored``
    names options that the ``service`` which serves it is known not to heed.
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
    edits: bool = False
    mask: bool = False
    markup: bool = False
    input_fidelities: tuple[str, ...] = ()
    max_input_images: int = MAX_INPUT_IMAGES
    input_tokens: InputImageRule | None = None
    input_token_note: str = ""
    tokens: TokenRule | None = None
    prices: Prices | None = None
    token_note: str = ""
    image_price: Decimal | None = None
    ignored: tuple[str, ...] = ()
    service: str = ""
    known: bool = True
    task_seconds: int | None = None
    """How long a worker may take for one job of it, at most 600; None: as the settings say."""

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

    def check(self, request: Request, today: date) -> None:
        """Raise UnsupportedOptionError for the first option this model does not take."""
        if self.status(today) is ModelStatus.RETIRED:
            raise self._refuse("model", self.explain(today), self.replaced_by)
        self._check_ignored(request)
        if isinstance(request, EditRequest):
            self._check_inputs(request)
        self._check_choices(request)
        self._check_size(request)
        self._check_streaming(request)
        self._check_gif(request)
        self._check_svg(request)

    def _check_ignored(self, request: Request) -> None:
        for param in self.ignored:
            if (value := getattr(request, param, None)) is not None:
                raise self._refuse(
                    param,
                    f"{self.service or self.id} would ignore {param}={value}: it takes no {param} here. Leave it out.",
                )

    def _check_inputs(self, request: EditRequest) -> None:
        masked = request.mask is not None or request.extension is not None
        if not self.edits:
            raise self._refuse("model", f"{self.id} does not edit pictures. Choose a model that does.")
        if len(request.images) > self.max_input_images:
            raise self._refuse(
                "images",
                f"{self.id} takes at most {self.max_input_images} images, and {len(request.images)} were given.",
            )
        if masked and not self.mask:
            raise self._refuse("mask", f"{self.id} takes no mask here. Edit the whole picture or change the model.")
        if masked and request.output_format == "gif":
            raise self._refuse(
                "output_format", "A GIF cannot be made with a mask. Choose png, or edit the whole picture.", ("png",)
            )
        if request.markup is not None and not self.markup:
            raise self._refuse("markup", f"{self.id} takes no markup. Use a mask, or choose a newer model.")
        if request.markup is not None and masked:
            raise self._refuse("markup", "A markup cannot be sent while the picture is masked or extended. Choose one.")

    def _check_choices(self, request: Request) -> None:
        for param, allowed in (
            ("quality", self.qualities),
            ("background", self.backgrounds),
            ("output_format", self.output_formats),
            ("moderation", self.moderations),
            ("complexity", self.complexities),
            ("input_fidelity", self.input_fidelities),
        ):
            value = getattr(request, param, None)
            if value is None or value in allowed or (not self.known and not allowed):
                continue
            taken = f"It takes {listed(allowed)}." if allowed else f"It takes no {param}; leave it out."
            raise self._refuse(param, f"{self.id} does not take {param}={value}. {taken}", allowed)
        if request.n > self.max_n:
            images = "one image" if self.max_n == 1 else f"at most {self.max_n} images"
            raise self._refuse("n", f"{self.id} makes {images} in one request.", (str(self.max_n),))
        if request.output_compression is not None and request.output_format not in ("jpeg", "webp"):
            raise self._refuse(
                "output_compression", "Compression works with jpeg and webp only. Choose one of them or leave it out."
            )

    def _check_size(self, request: Request) -> None:
        if request.size == "auto" and not self.auto_size:
            raise self._refuse("size", f"{self.id} needs a size; auto is not taken.")
        size = request.pixel_size
        if size is None or request.output_format == "gif":
            return
        if problem := self.sizes.problem(size):
            nearest = self.sizes.nearest(size)
            raise self._refuse("size", f"{problem} The nearest size {self.id} takes is {nearest}.", (str(nearest),))

    def _check_streaming(self, request: Request) -> None:
        if not request.stream:
            return
        if not self.streaming:
            raise self._refuse("stream", f"{self.id} does not stream; turn previews off.")
        if request.output_format in ("gif", "svg"):
            raise self._refuse("stream", f"{request.output_format.upper()} comes without previews; turn streaming off.")

    def _check_gif(self, request: Request) -> None:
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

    def _check_svg(self, request: Request) -> None:
        if request.output_format == "svg" and request.n > 1:
            raise self._refuse("n", "SVG comes one at a time: set n to 1.", ("1",))
        if request.svg_model is not None and request.output_format != "svg":
            raise self._refuse(
                "svg_model", "svg_model belongs to SVG output. Choose output_format=svg or leave it out."
            )

    def _refuse(self, param: str, message: str, allowed: tuple[str, ...] = ()) -> UnsupportedOptionError:
        return UnsupportedOptionError(message, model=self.id, param=param, allowed=allowed)
