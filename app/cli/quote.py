"""Checks and prices a request from the model data alone: no database, no network, nothing heavy to import."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from core.domain.estimate import estimate
from core.domain.image import Size
from core.domain.model import GifRule, Model
from core.domain.request import GenerateRequest
from core.domain.usage import Estimate
from core.errors import NotFoundError
from core.providers.catalogue import catalogue
from core.providers.openai_arguments import generate_arguments
from core.providers.presets import Preset, preset_for
from core.settings import Settings

DEFAULT_SIZE = Size(1024, 1024)


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A request that its model takes, and what it will cost."""

    settings: Settings
    model: Model
    request: GenerateRequest
    price: Estimate

    @property
    def preset(self) -> Preset:
        return preset_for(self.settings.openai_base_url)

    @property
    def address(self) -> str | None:
        """Where the request goes; None for the demo provider, which runs in this process."""
        if self.settings.provider_name == "demo":
            return None
        return f"{(self.settings.openai_base_url or self.preset.base_url).rstrip('/')}/images/generations"


def quote(settings: Settings, model_id: str | None, options: dict[str, Any]) -> Quote:
    """Complete the options with the model's defaults, check and price them.

    Raises InvalidRequestError or NotFoundError (model).
    """
    model = find_model(settings, model_id or settings.default_model or catalogue().default_model)
    request = GenerateRequest(model=model.id, **_completed(model, options))
    model.check(request, today())
    return Quote(
        settings=settings,
        model=model,
        request=request,
        price=estimate(model, request, unknown_price=settings.unknown_price_usd),
    )


def find_model(settings: Settings, model_id: str) -> Model:
    """The model as the configured provider knows it; a miss names close matches."""
    preset = preset_for(settings.openai_base_url)
    try:
        return catalogue().find(model_id, allow_unknown=settings.provider_name == "openai" and preset.unknown_models)
    except NotFoundError as error:
        close = get_close_matches(model_id, [model.id for model in catalogue().usable(today())], n=2)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise NotFoundError(f"{error}{hint}", kind="model", id=model_id) from error


def body(quoted: Quote) -> dict[str, Any]:
    """One call's JSON body exactly as the provider receives it."""
    return generate_arguments(quoted.request.calls()[0], quoted.preset)


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


def _completed(model: Model, options: dict[str, Any]) -> dict[str, Any]:
    """The defaults that the browser has too: 1024x1024 and the model's own quality."""
    given = {name: value for name, value in options.items() if value is not None}
    size = DEFAULT_SIZE
    if given.get("output_format") == "gif" and model.gif is not None:
        size = _largest(model.gif, given.get("frame_count") or model.gif.default_frames)
    return {"size": str(size), "quality": model.default_quality} | given


def _largest(rule: GifRule, frames: int) -> Size:
    """The largest square that a GIF of so many frames may have."""
    edge = next((edge for up_to, edge in rule.max_square_edges if frames <= up_to), DEFAULT_SIZE.width)
    return Size(min(edge, DEFAULT_SIZE.width), min(edge, DEFAULT_SIZE.height))
