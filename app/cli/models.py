"""``gesso models``: what there is to choose from, what each takes and what it costs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.opening import VISITOR
from app.cli.output import dollars, print_json, print_line, print_table
from app.cli.quote import DEFAULT_SIZE, chosen_model, today, why_not_set_up
from core.domain.estimate import estimate
from core.domain.model import Model
from core.domain.money import ZERO
from core.domain.request import GenerateRequest
from core.offer import offering_of, router_of
from core.providers.addresses import without_secrets
from core.providers.catalogue import catalogue
from core.providers.offering import Offering
from core.providers.presets import DEFAULT
from core.services.routing import Route
from core.settings import Settings

app = new_app()


@app.command()
def models(
    provider: Annotated[
        str | None, typer.Option("--provider", metavar="NAME", help="Only this provider's: openai, airefinery, ...")
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="Also retired models and dated snapshots.")] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask the providers for their lists again; they are kept for ten minutes.")
    ] = False,
    json: options.Json = False,
) -> int:
    """List every provider's models, what they take and what one 1024x1024 image costs at their own quality."""
    settings = Settings.load()
    offering, default = offering_of(settings), chosen_model(settings, None)
    names = _names(settings, offering, provider)
    services = [service for name in names if (service := offering.service(name)) is not None]
    offering.lists.look(services, anew=refresh)
    listed = _listed(settings, offering, names, default, all=all)
    problems = [problem for service in services if (problem := offering.lists.problem_of(service))]
    if json:
        told = [_as_json(model) | {"provider": name} for name, model in listed]
        print_json({"default_model": default.id, "models": told, "providers": _providers(offering, names)})
        return OK
    print_table(
        ("MODEL", "STATUS", "PRICE", "QUALITIES (own)", "SIZES", "FORMATS"),
        [_row(model, is_default=model.id == default.id) for _, model in listed],
    )
    print_line()
    print_line("* is used when no model is named. PRICE is one 1024x1024 image at the model's own quality.")
    for sentence in (*(sentence for _, model in listed if (sentence := model.explain(today()))), *problems):
        print_line(sentence)
    return OK


def _names(settings: Settings, offering: Offering, provider: str | None) -> list[str]:
    """The providers to tell of; raises a usage error for one that is not set up."""
    names = list(offering.titles)
    if provider is not None and provider not in names:
        told = f"{provider!a} is not set up.{why_not_set_up(settings, provider)} Set up are {', '.join(names)}."
        raise typer.BadParameter(told, param_hint="--provider")
    return names if provider is None else [provider]


def _listed(
    settings: Settings, offering: Offering, names: Sequence[str], default: Model, *, all: bool
) -> list[tuple[str, Model]]:
    """Each model with its provider, under the name that a request asks for it by; the default among its provider's."""
    router = router_of(settings, offering)
    found: list[tuple[str, Model]] = []
    for name in names:
        told = [*offering.models_of(name, today()), *(_retired(offering, name) if all else ())]
        ids = dict.fromkeys(router.name_of(Route(provider=name, model_id=model.id), VISITOR) for model in told)
        if router.route(default.id, VISITOR).provider == name and default.id not in ids:
            ids = {default.id: None, **ids}
        found += [(name, router.model(id, VISITOR)) for id in ids]
    return found


def _retired(offering: Offering, name: str) -> Sequence[Model]:
    """The catalogue's other models, at the providers that have the catalogue's at all."""
    return catalogue().all() if offering.service(name) is None or name == DEFAULT else ()


def _providers(offering: Offering, names: Sequence[str]) -> list[dict[str, Any]]:
    told = []
    for name in names:
        service = offering.service(name)
        told.append(
            {
                "name": name,
                "title": offering.titles[name],
                "url": service and without_secrets(service.base_url),
                "problem": (service and offering.lists.problem_of(service)) or None,
            }
        )
    return told


def _row(model: Model, *, is_default: bool) -> tuple[str, ...]:
    return (
        f"{model.id}{' *' if is_default else ''}",
        model.status(today()).value,
        dollars(_price(model)),
        " ".join(f"({name})" if name == model.default_quality else name for name in model.qualities) or "-",
        _sizes(model),
        " ".join(model.output_formats) or "-",
    )


def _sizes(model: Model) -> str:
    if not model.output_formats:
        return "-"
    if model.sizes.fixed:
        return " ".join(str(size) for size in model.sizes.fixed)
    return f"to {model.sizes.max_edge} px, steps of {model.sizes.step}" if model.sizes.step else "any"


def _price(model: Model) -> Decimal | None:
    """USD for one standard image; None where no price is known."""
    if model.image_price is not None:
        return model.image_price
    if model.tokens is None or model.default_quality is None:
        return None
    request = GenerateRequest(prompt="-", model=model.id, size=str(DEFAULT_SIZE), quality=model.default_quality)
    return estimate(model, request, unknown_price=ZERO).high


def _as_json(model: Model) -> dict[str, Any]:
    rule, prices = model.sizes, model.prices
    return {
        "id": model.id,
        "title": model.title,
        "note": model.note,
        "known": model.known,
        "status": model.status(today()).value,
        "explanation": model.explain(today()) or None,
        "shuts_down_on": model.shuts_down_on and model.shuts_down_on.isoformat(),
        "replaced_by": list(model.replaced_by),
        "snapshot_of": model.snapshot_of,
        "sizes": {
            "fixed": [str(size) for size in rule.fixed],
            "step": rule.step or None,
            "max_edge": rule.max_edge or None,
            "max_ratio": rule.max_ratio or None,
            "min_pixels": rule.min_pixels or None,
            "max_pixels": rule.max_pixels or None,
        },
        "qualities": list(model.qualities),
        "default_quality": model.default_quality,
        "backgrounds": list(model.backgrounds),
        "output_formats": list(model.output_formats),
        "moderations": list(model.moderations),
        "complexities": list(model.complexities),
        "streaming": model.streaming,
        "max_n": model.max_n,
        "edits": model.edits,
        "masks": model.mask,
        "markup": model.markup,
        "input_fidelities": list(model.input_fidelities),
        "max_input_images": model.max_input_images if model.edits else 0,
        "standard_image_usd": _price(model),
        "prices": None
        if prices is None
        else {
            "text_input_usd_per_million": prices.text_input,
            "image_input_usd_per_million": prices.image_input,
            "image_output_usd_per_million": prices.image_output,
            "text_output_usd_per_million": prices.text_output,
            "checked_on": prices.checked_on.isoformat(),
            "source": prices.source,
        },
    }
