"""Reads ``models.toml``: which models there are, what they accept and what they cost."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from core.domain.image import Size
from core.domain.model import GifRule, Model, ModelStatus
from core.domain.sizes import SizeRule
from core.domain.tokens import INPUT_IMAGE_RULES, FactorRule, TableRule, TokenRule
from core.domain.usage import Prices
from core.errors import NotFoundError

LONGEST_TASK_SECONDS = 600
MODELS_FILE = Path(__file__).with_name("models.toml")
LISTS = ("replaced_by", "qualities", "backgrounds", "output_formats", "moderations", "complexities", "input_fidelities")


class Catalogue:
    """The models of ``models.toml``, in its order."""

    def __init__(self, models: Mapping[str, Model], unknown: Mapping[str, Any], default_model: str) -> None:
        self._models = dict(models)
        self._unknown = unknown
        self.default_model = default_model

    @classmethod
    def load(cls, path: Path = MODELS_FILE) -> "Catalogue":
        """Read the data file; a mistake in it raises KeyError, TypeError or ValueError here."""
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        models = {id: _model(id, _inherited(data["models"], id), data["rules"]) for id in data["models"]}
        return cls(models, data["unknown"], data["default_model"])

    def all(self) -> tuple[Model, ...]:
        return tuple(self._models.values())

    def usable(self, today: date) -> tuple[Model, ...]:
        """What a person chooses from: no retired models, no dated snapshots."""
        return tuple(
            model
            for model in self._models.values()
            if model.status(today) is not ModelStatus.RETIRED and model.snapshot_of is None
        )

    def find(self, id: str, *, allow_unknown: bool = False) -> Model:
        """Return the model, or a generic one for an unlisted id where that is allowed."""
        if (model := self._models.get(id)) is not None:
            return model
        if allow_unknown:
            return _model(id, {**self._unknown, "title": id, "known": False}, {})
        raise NotFoundError(
            f"There is no model called {id!r} at this provider. `gesso models` lists them.", kind="model", id=id
        )


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships with Gesso, read once."""
    return Catalogue.load()


def _inherited(models: Mapping[str, Any], id: str) -> dict[str, Any]:
    own = dict(models[id])
    parent = own.pop("like", None)
    return own if parent is None else {**_inherited(models, parent), **own}


def _model(id: str, data: Mapping[str, Any], rules: Mapping[str, Any]) -> Model:
    values = dict(data)
    values["tokens"] = _token_rule(values, rules)
    for name in LISTS:
        if name in values:
            values[name] = tuple(values[name])
    if "sizes" in values:
        values["sizes"] = _size_rule(rules[values["sizes"]])
    if "gif" in values:
        values["gif"] = _gif_rule(rules[values["gif"]])
    if "input_tokens" in values:
        values["input_tokens"] = INPUT_IMAGE_RULES[values["input_tokens"]]
    if "prices" in values:
        values["prices"] = _prices(values["prices"])
    if values.get("task_seconds", 0) > LONGEST_TASK_SECONDS:
        raise ValueError(f"{id}: a task takes at most {LONGEST_TASK_SECONDS} seconds")
    if values.get("released_on") is False:
        values["released_on"] = None
    return Model(id=id, **values)


def _token_rule(values: dict[str, Any], rules: Mapping[str, Any]) -> TokenRule | None:
    factors, table = values.pop("factors", None), values.pop("table", None)
    if factors is not None:
        rule = rules[factors]
        return FactorRule(factors=rule["factors"], multipliers=rule.get("multipliers", {}))
    return None if table is None else TableRule(table=rules[table])


def _size_rule(rule: Mapping[str, Any]) -> SizeRule:
    fixed = tuple(size for text in rule.get("fixed", ()) if (size := Size.parse(text)) is not None)
    return SizeRule(**{**rule, "fixed": fixed})


def _gif_rule(rule: Mapping[str, Any]) -> GifRule:
    edges = tuple((up_to, edge) for up_to, edge in rule["max_square_edges"])
    return GifRule(**{**rule, "max_square_edges": edges})


def _prices(data: Mapping[str, Any]) -> Prices:
    amounts = {name: Decimal(data[name]) for name in ("text_input", "image_input", "image_output", "text_output")}
    return Prices(**amounts, checked_on=data["checked_on"], source=data["source"])
