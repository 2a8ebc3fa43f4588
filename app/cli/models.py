"""``gesso models``: what there is to choose from, what each takes and what it costs."""

from decimal import Decimal
from typing import Annotated, Any

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.output import dollars, print_json, print_line, print_table
from app.cli.quote import DEFAULT_SIZE, chosen_model, today
from core.domain.estimate import estimate
from core.domain.model import Model
from core.domain.money import ZERO
from core.domain.request import GenerateRequest
from core.providers.catalogue import catalogue
from core.settings import Settings

app = new_app()


@app.command()
def models(
    all: Annotated[bool, typer.Option("--all", help="Also retired models and dated snapshots.")] = False,
    json: options.Json = False,
) -> int:
    """List models, what they take and what one 1024x1024 image costs at their own quality."""
    default = _default(Settings.load())
    listed = catalogue().all() if all else catalogue().usable(today())
    if default.id not in [model.id for model in listed]:
        listed = (default, *listed)
    if json:
        print_json({"default_model": default.id, "models": [_as_json(model) for model in listed]})
        return 0
    print_table(
        ("MODEL", "STATUS", "PRICE", "QUALITIES (own)", "SIZES", "FORMATS"),
        [_row(model, is_default=model.id == default.id) for model in listed],
    )
    notes = [sentence for model in listed if (sentence := model.explain(today()))]
    print_line()
    print_line("* is used when no model is named. PRICE is one 1024x1024 image at the model's own quality.")
    for sentence in notes:
        print_line(sentence)
    return 0


def _default(settings: Settings) -> Model:
    return chosen_model(settings, None)


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
