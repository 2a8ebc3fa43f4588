"""The automatic collections for the terminal: today, by model, recovered."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.cli.opening import VISITOR
from core.domain.library import COUNTED_TO, Filter

if TYPE_CHECKING:
    from core.bootstrap import Workbench
    from core.services.automatic import AutomaticSet


def automatic_sets(opened: "Workbench") -> tuple["AutomaticSet", ...]:
    """Those that hold an image."""
    from core.services import automatic

    return automatic.automatic_sets(opened.history, VISITOR, opened.clock())


def automatic_row(one: "AutomaticSet") -> tuple[str, ...]:
    """Its name, how many images match, and the command that lists them."""
    count = f"{COUNTED_TO:,}+" if one.count > COUNTED_TO else f"{one.count:,}"
    return one.name, count, f"gesso history{_options(one.wanted)}"


def automatic_as_json(one: "AutomaticSet") -> dict[str, Any]:
    return {"name": one.name, "count": one.count, "cover": one.cover.id}


def _options(wanted: Filter) -> str:
    """The options of ``gesso history`` that ask for the same."""
    until = wanted.until and wanted.until - timedelta(days=1)
    parts = {
        "since": wanted.since and f"{wanted.since:%Y-%m-%d}",
        "until": until and f"{until:%Y-%m-%d}",
        "model": wanted.model,
        "provider": wanted.provider,
    }
    return "".join(f" --{name} {text}" for name, text in parts.items() if text)
