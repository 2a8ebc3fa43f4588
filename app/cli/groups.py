"""Groups of options that several commands share: a dataclass each, spread into a command's own options for Typer."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints

import typer

from app.cli import options
from app.cli.target import check_stdout


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How the images shall be, whatever they are made from; names are the API's."""

    model: options.Model = None
    n: options.Count = 1
    quality: options.Quality = None
    background: options.Background = None
    output_format: options.OutputFormat = None
    output_compression: options.OutputCompression = None
    moderation: options.Moderation = None
    stream: options.Stream = False
    partial_images: options.PartialImages = 0
    complexity: options.Complexity = None

    def fields(self) -> dict[str, Any]:
        """The request's fields beside its model."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "model"}
        return values | {"stream": self.stream or self.partial_images > 0}


@dataclass(frozen=True, kw_only=True)
class EditWanted(Wanted):
    """The same for an edit."""

    input_fidelity: options.InputFidelity = None


@dataclass(frozen=True, kw_only=True)
class Variations(EditWanted):
    """The same for variations: four of them."""

    n: options.Count = 4


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Where the outcome goes, how it is told, and what it may cost."""

    output: options.Output = None
    json: options.Json = False
    raw: options.Raw = False
    verbose: options.Verbose = False
    dry_run: options.DryRun = False
    max_cost: options.MaxCost = None
    yes: options.Yes = False

    @property
    def limit(self) -> Decimal | None:
        return options.read_amount(self.max_cost)

    def check(self, n: int) -> None:
        """Refuse what cannot go together, before anything is read; raises a usage error."""
        if self.json and self.raw:
            raise typer.BadParameter("takes no --json beside it; choose one.", param_hint="--raw")
        options.read_amount(self.max_cost)
        check_stdout(self.output, n, json=self.json, raw=self.raw)


@dataclass(frozen=True, kw_only=True)
class Selecting:
    """Which part is meant, beside a mask file: drawn, by numbers, and what is done to the whole of it."""

    region: options.Region = None
    operations: options.Operations = None
    white: options.White = None
    grow: options.Grow = None
    fill_holes: options.FillHoles = False
    invert: options.Invert = False


@dataclass(frozen=True, kw_only=True)
class Blending:
    """How an answer is put back into the picture; ``fields`` are the request's."""

    feather: options.Feather = 8
    context: options.Context = None
    match_colours: options.MatchColours = False
    no_repair_drift: options.NoRepairDrift = False
    no_protect: options.NoProtect = False

    def fields(self) -> dict[str, Any]:
        return {
            "feather": self.feather,
            "context": self.context,
            "match_colours": self.match_colours,
            "repair_drift": not self.no_repair_drift,
            "protect": not self.no_protect,
        }


def spread(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command one option for each field of its parameters that are groups; it still receives the groups."""
    hints = get_type_hints(command, include_extras=True)
    own = signature(command).parameters.values()
    groups = {name: hint for name, hint in hints.items() if is_dataclass(hint)}

    @wraps(command)
    def run(**given: Any) -> int:
        filled = {
            name: group(**{f.name: given.pop(f.name) for f in fields(group)})  # type: ignore[operator]
            for name, group in groups.items()
        }
        return command(**filled, **given)

    parameters = [
        option
        for parameter in own
        for option in (
            _options_of(groups[parameter.name])
            if parameter.name in groups
            else [_keyword(parameter.name, hints[parameter.name], parameter.default)]
        )
    ]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _options_of(group: Any) -> list[Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        _keyword(f.name, hints[f.name], Parameter.empty if f.default is MISSING else f.default) for f in fields(group)
    ]


def _keyword(name: str, annotation: Any, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
