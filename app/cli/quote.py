"""Checks and prices a request: a prompt's from the model data alone, without a database or anything heavy to import."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.cli.opening import VISITOR
from core.domain.estimate import estimate
from core.domain.image import Size
from core.domain.model import GifRule, Model
from core.domain.request import EditRequest, GenerateRequest, Request
from core.domain.usage import Estimate
from core.errors import NotFoundError
from core.providers.catalogue import catalogue
from core.providers.openai_arguments import edit_arguments, generate_arguments
from core.providers.presets import Preset, preset_for
from core.settings import Settings, no_such_default

if TYPE_CHECKING:
    from core.bootstrap import Workbench

DEFAULT_SIZE = Size(1024, 1024)


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A request that its model takes, and what it will cost."""

    settings: Settings
    model: Model
    request: Request
    price: Estimate

    @property
    def preset(self) -> Preset:
        return preset_for(self.settings.openai_base_url)

    @property
    def address(self) -> str | None:
        """Where the request goes, without a password; None for the demo provider, which runs in this process."""
        if self.settings.provider_name == "demo":
            return None
        parts = urlsplit(self.settings.openai_base_url or self.preset.base_url)
        base = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")
        return f"{base}/images/{'edits' if isinstance(self.request, EditRequest) else 'generations'}"


def quote(settings: Settings, model_id: str | None, options: dict[str, Any]) -> Quote:
    """Complete the options with the model's defaults, check and price them.

    Raises InvalidRequestError or NotFoundError (model).
    """
    model = chosen_model(settings, model_id)
    request = GenerateRequest(model=model.id, **_completed(model, options))
    return _priced(settings, model, request)


def quote_edit(opened: "Workbench", model: Model, options: dict[str, Any]) -> Quote:
    """Complete, plan, check and price an edit of pictures that the workbench has taken in.

    Raises InvalidRequestError or NotFoundError (model, picture).
    """
    request = EditRequest(model=model.id, **({"quality": model.default_quality} | _given(options)))
    return _priced(opened.settings, model, opened.studio.plan(request, VISITOR))


def chosen_model(settings: Settings, model_id: str | None) -> Model:
    """The model that was named, else DEFAULT_MODEL, else the catalogue's.

    Raises NotFoundError, or SettingsError for DEFAULT_MODEL.
    """
    if model_id is not None:
        return find_model(settings, model_id)
    if settings.default_model is None:
        return find_model(settings, catalogue().default_model)
    try:
        return find_model(settings, settings.default_model)
    except NotFoundError as error:
        raise no_such_default(settings.default_model) from error


def find_model(settings: Settings, model_id: str) -> Model:
    """The model as the configured provider knows it; a miss names close matches."""
    preset = preset_for(settings.openai_base_url)
    try:
        if settings.provider_name == "demo":
            return catalogue().find(model_id)
        return preset.offered(catalogue().find(model_id, allow_unknown=preset.unknown_models))
    except NotFoundError as error:
        close = get_close_matches(model_id, [model.id for model in catalogue().usable(today())], n=2)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise NotFoundError(f"{error}{hint}", kind="model", id=model_id) from error


def body(quoted: Quote) -> dict[str, Any]:
    """What one call says beside its files, exactly as the provider receives it."""
    call = quoted.request.calls()[0]
    if isinstance(call, EditRequest):
        return edit_arguments(call, quoted.preset)
    return generate_arguments(call, quoted.preset)


def estimate_json(price: Estimate) -> dict[str, Any]:
    """An estimate for programs; amounts in USD."""
    return {
        "low_usd": price.low,
        "high_usd": price.high,
        "held_usd": price.held,
        "approximate": price.approximate,
        "notes": list(price.notes),
    }


def price_lines(price: Estimate) -> Iterator[str]:
    """An estimate for people."""
    yield f"Estimate: {price.text}"
    yield from price.notes


def today() -> date:
    """The day in UTC, on which models retire."""
    return datetime.now(UTC).date()


def _priced(settings: Settings, model: Model, request: Request) -> Quote:
    model.check(request, today())
    price = estimate(model, request, unknown_price=settings.unknown_price_usd)
    return Quote(settings=settings, model=model, request=request, price=price)


def _completed(model: Model, options: dict[str, Any]) -> dict[str, Any]:
    """The defaults that the browser has too: 1024x1024 and the model's own quality."""
    given = _given(options)
    size = DEFAULT_SIZE
    if given.get("output_format") == "gif" and model.gif is not None:
        size = _largest(model.gif, given.get("frame_count") or model.gif.default_frames)
    return {"size": str(size), "quality": model.default_quality} | given


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _largest(rule: GifRule, frames: int) -> Size:
    """The largest square that a GIF of so many frames may have."""
    edge = next((edge for up_to, edge in rule.max_square_edges if frames <= up_to), DEFAULT_SIZE.width)
    return Size(min(edge, DEFAULT_SIZE.width), min(edge, DEFAULT_SIZE.height))
