"""What the settings page shows: facts and tables made from the workbench, never a key or a password."""

import shutil
import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.ui.tables import Cell, Column
from core.domain.estimate import estimate
from core.domain.ledger import Spending
from core.domain.model import Model, ModelStatus
from core.domain.money import ZERO, usd_text
from core.domain.request import GenerateRequest
from core.domain.stock import bytes_text
from core.domain.visitor import Visitor

if TYPE_CHECKING:
    from core.bootstrap import Workbench
    from core.providers.configured import Service

Fact = tuple[str, str]
ROOT = Path(__file__).parents[2]
TYPICAL_SIZE = "1024x1024"

MODEL_COLUMNS = (
    Column(title="Model"),
    Column(title="Status"),
    Column(title="One 1024×1024 image", number=True),
    Column(title="Text in", number=True),
    Column(title="Image in", number=True),
    Column(title="Image out", number=True),
    Column(title="Price checked"),
)
BUDGET_COLUMNS = (
    Column(title="Period (UTC)"),
    Column(title="Budget", number=True),
    Column(title="Spent", number=True),
    Column(title="Held", number=True),
    Column(title="Left", number=True),
)


def provider_facts(bench: "Workbench", visitor: Visitor) -> list[Fact]:
    """Who paints for this visitor, and whether it can."""
    others = _other_providers(bench) if visitor.api_key is None else []
    if bench.studio.provider_of(visitor) == "demo":
        return [
            ("Provider", "Demo"),
            ("Ready", "Yes. Pictures are painted on this machine, without a key or a network"),
            ("Cost", "Demo dollars by the real price list; nothing is charged"),
            *others,
        ]
    service = _service(bench, visitor)
    return [
        ("Provider", service.title),
        ("Address", _shown(service.base_url)),
        ("Key", _key_fact(service, visitor)),
        ("Ready", _ready_fact(service, visitor)),
        *_listing_fact(bench, service),
        *others,
    ]


def _service(bench: "Workbench", visitor: Visitor) -> "Service":
    """How the visitor's provider is set up; not for the demo provider, which is no service."""
    return bench.offering.service(bench.studio.provider_of(visitor)) or bench.settings.openai


def _other_providers(bench: "Workbench") -> list[Fact]:
    """Those that a request can name, each with how it is named."""
    facts = []
    for service in bench.offering.services:
        if service.name != bench.settings.provider_name:
            facts.append(("Also", f"{service.title} at {_shown(service.base_url)}, asked for as {service.name}/MODEL"))
            facts += _listing_fact(bench, service)
    return facts


def _listing_fact(bench: "Workbench", service: "Service") -> list[Fact]:
    problem = bench.offering.lists.problem_of(service)
    return [("Its models", f"{problem} Type a model's name instead")] if problem else []


def server_facts(bench: "Workbench") -> list[Fact]:
    """How this server is set up."""
    settings = bench.settings
    return [
        ("Database", "PostgreSQL" if bench.database.is_postgresql else "SQLite"),
        ("History", "shared by all visitors" if settings.shared_history else "each browser sees its own"),
        ("Jobs at once", str(settings.concurrency)),
        ("Gesso", gesso_version()),
    ]


def storage_facts(bench: "Workbench", visitor: Visitor) -> list[Fact]:
    """How much is kept of what this visitor sees, where, and how much room is left; reads no file."""
    stock, folder = bench.history.stock(visitor), bench.settings.output_dir.absolute()
    whose = "Pictures of everybody" if bench.settings.shared_history else "Your pictures"
    return [
        (whose, f"{stock.pictures:,}, originals of {bytes_text(stock.bytes)}"),
        ("In the trash", f"{stock.trashed:,}, {bytes_text(stock.trashed_bytes)}" if stock.trashed else "nothing"),
        ("Where", f"s3://{bench.settings.s3_bucket_name}" if bench.settings.s3_bucket_name else str(folder)),
        ("Free disk space", f"{bytes_text(_free_bytes(folder))} in {folder}"),
    ]


def shown_address(bench: "Workbench") -> str:
    """Where visitors' own keys go, without what a URL may hide (user, password, query)."""
    return _shown(bench.settings.openai.base_url)


def _shown(url: str) -> str:
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def model_rows(bench: "Workbench", models: Iterable[Model]) -> list[list[Cell]]:
    """The price list, one row per model."""
    today = bench.clock().date()
    return [_model_row(bench, model, today) for model in models]


def budget_rows(bench: "Workbench", visitor: Visitor) -> list[list[Cell]]:
    """Budgets beside what this visitor's account has spent and holds."""
    standing = bench.ledger.standing(bench.studio.account_of(visitor))
    return [
        _budget_row("Today", standing.budgets.day, standing.today),
        _budget_row("This month", standing.budgets.month, standing.month),
    ]


def gesso_version() -> str:
    """The installed version, or that of the checkout where nothing is installed."""
    try:
        return version("gesso")
    except PackageNotFoundError:
        return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _key_fact(service: "Service", visitor: Visitor) -> str:
    if visitor.api_key is not None:
        return "yours, set in this tab"
    return "set on the server" if service.api_key else "not set"


def _ready_fact(service: "Service", visitor: Visitor) -> str:
    if visitor.api_key or service.api_key:
        return "Yes"
    if service.preset.keyless:
        return "Yes, this service may run without a key"
    return "No. Set OPENAI_API_KEY on the server, or use your own key here"


def _model_row(bench: "Workbench", model: Model, today: date) -> list[Cell]:
    default = " · default" if model.id == bench.default_model else ""
    title = [Cell(text=model.title, small=f"{model.id}{default}"), _status(model, today), _typical(bench, model)]
    if (prices := model.prices) is None:
        return [*title, *(Cell(text="–", quiet=True) for _ in range(3)), Cell(text="price unknown", quiet=True)]
    amounts = (prices.text_input, prices.image_input, prices.image_output)
    checked = Cell(text=prices.checked_on.isoformat(), small=prices.source)
    return [*title, *(Cell(text=usd_text(amount)) for amount in amounts), checked]


def _status(model: Model, today: date) -> Cell:
    instead = f"use {' or '.join(model.replaced_by)}" if model.replaced_by else ""
    match model.status(today):
        case ModelStatus.LIVE:
            return Cell(text="live", quiet=True)
        case ModelStatus.DEPRECATED:
            return Cell(text=f"stops on {model.shuts_down_on}", small=instead)
        case ModelStatus.RETIRED:
            return Cell(text=f"stopped on {model.shuts_down_on}", small=instead)


def _typical(bench: "Workbench", model: Model) -> Cell:
    """What one square picture at the model's default quality costs; the prompt's share is a trifle."""
    quality = model.default_quality
    request = GenerateRequest(prompt="A red fox", model=model.id, size=TYPICAL_SIZE, quality=quality)
    price = estimate(model, request, unknown_price=bench.settings.unknown_price_usd)
    if price.low is None or price.high is None:
        return Cell(text="unknown", quiet=True)
    text = f"{usd_text(price.low)} – {usd_text(price.high)}" if price.is_range else usd_text(price.high)
    return Cell(text=text, small=f"{quality} quality" if quality else "any quality")


def _budget_row(name: str, limit: Decimal | None, spending: Spending) -> list[Cell]:
    left = Cell(text="–", quiet=True) if limit is None else Cell(text=usd_text(max(limit - spending.total, ZERO)))
    budget = Cell(text="no limit", quiet=True) if limit is None else Cell(text=usd_text(limit))
    return [Cell(text=name), budget, Cell(text=usd_text(spending.spent)), Cell(text=usd_text(spending.held)), left]


def _free_bytes(folder: Path) -> int:
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(existing).free
