"""Checks and prices a request: a prompt's from the model data alone, without a database or anything heavy to import."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from app.cli.opening import VISITOR
from core.domain.estimate import estimate
from core.domain.image import Size
from core.domain.model import GifRule, Model
from core.domain.request import EditRequest, GenerateRequest, Request
from core.domain.usage import Estimate
from core.errors import NotFoundError
from core.offer import offering_of, router_of
from core.providers.addresses import without_secrets
from core.providers.catalogue import catalogue
from core.providers.configured import Service, known_presets, what_is_missing
from core.providers.openai_arguments import edit_arguments, generate_arguments
from core.providers.presets import Preset, preset
from core.services.routing import Route
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
    route: Route
    service: Service | None

    @property
    def preset(self) -> Preset:
        return preset("openai") if self.service is None else self.service.preset

    @property
    def address(self) -> str | None:
        """Where the request goes, without a password; None for the demo provider, which runs in this process."""
        if self.service is None:
            return None
        base = without_secrets(self.service.base_url).rstrip("/")
        return f"{base}/images/{'edits' if isinstance(self.request, EditRequest) else 'generations'}"


def quote(settings: Settings, model_id: str | None, options: dict[str, Any]) -> Quote:
    """Complete the options with the model's defaults, check and price them.

    Raises InvalidRequestError or NotFoundError (model).
    """
    model = chosen_model(settings, model_id)
    request = GenerateRequest(model=model.id, **completed(model, options))
    return _priced(settings, model, request)


def quote_edit(opened: "Workbench", model: Model, options: dict[str, Any]) -> Quote:
    """Complete, plan, check and price an edit of pictures that the workbench has taken in.

    Raises InvalidRequestError or NotFoundError (model, picture).
    """
    request = EditRequest(model=model.id, **({"quality": model.default_quality} | _given(options)))
    return _priced(opened.settings, model, opened.studio.plan(request, VISITOR))


def chosen_model(settings: Settings, name: str | None) -> Model:
    """The model that was named (``provider/model``, or its id alone), else DEFAULT_MODEL, else the provider's usual.

    Raises NotFoundError, or SettingsError for DEFAULT_MODEL.
    """
    if name is not None:
        return find_model(settings, name)
    if settings.default_model is None:
        return find_model(settings, offering_of(settings).default_model)
    try:
        return find_model(settings, settings.default_model)
    except NotFoundError as error:
        raise no_such_default(settings.default_model) from error


def find_model(settings: Settings, name: str) -> Model:
    """The model as its provider has it, under the name that a request asks for it by; a miss names close matches."""
    offering = offering_of(settings)
    try:
        return router_of(settings, offering).model(name, VISITOR)
    except NotFoundError as error:
        head, slash, _ = name.partition("/")
        unset = why_not_set_up(settings, head) if slash and head not in offering.titles else ""
        close = get_close_matches(name, [model.id for model in catalogue().usable(today())], n=2)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise NotFoundError(f"{error}{unset or hint}", kind="model", id=name) from error


def why_not_set_up(settings: Settings, provider: str) -> str:
    """What keeps a known provider from being asked, as a sentence after a space; empty for any other name."""
    known = next((one for one in known_presets(settings.own_presets) if one.name == provider), None)
    if known is None:
        return ""
    demo = "change PROVIDER=demo, which leaves all others out" if settings.provider == "demo" else ""
    to_do = [one for one in (what_is_missing(known, settings.others), demo) if one]
    return f" For {known.title}, {', and '.join(to_do)}." if to_do else ""


def body(quoted: Quote) -> dict[str, Any]:
    """What one call says beside its files, exactly as the provider receives it."""
    call = replace(quoted.request.calls()[0], model=quoted.route.model_id)
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
    offering = offering_of(settings)
    route = router_of(settings, offering).route(model.id, VISITOR)
    service = offering.service(route.provider)
    return Quote(settings=settings, model=model, request=request, price=price, route=route, service=service)


def completed(model: Model, options: dict[str, Any]) -> dict[str, Any]:
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
