"""Reads a ``providers.toml`` of somebody's own: more services, or other values for those we know.

    [atelier]                        # a name of your own
    like = "vllm-omni"               # the service it resembles; "compatible" if left out
    title = "Atelier GPU"
    base_url = "http://gpu.internal:8091/v1"
    api_key_variable = "ATELIER_KEY" # the variable with the key, never the key itself
    models = ["Qwen/Qwen-Image"]

    [atelier.prices]                 # USD per image
    "Qwen/Qwen-Image" = "0.004"

An entry named like one of ours starts from ours and keeps its variables. A mistake is a
SettingsError whose sentence names the file, the entry and the field.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from core.domain.request import MAX_IMAGES
from core.errors import SettingsError
from core.providers.addresses import problem_of_address
from core.providers.presets import GENERIC, HEEDED, Preset, preset, presets

VARIABLE = "PROVIDERS_FILE"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)
VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)
RESERVED = ("auto", "demo", "visitor", "imported", "recovered", "import", GENERIC)
"""Names that mean something else, in settings or on the ledger."""
TEXTS = ("title", "base_url", "base_url_variable", "api_key_variable", "mask_field", "images_field")
CHOICES = {"mask": ("transparent", "white", "none"), "answers": ("base64", "url")}
SWITCHES = (
    *("keyless", "edits", "safety_identifier", "streaming", "response_format", "unknown_models", "lists_models"),
)
LISTS = ("models", "image_models", "takes")
KNOWN = ("like", "max_n", "prices", *TEXTS, *CHOICES, *SWITCHES, *LISTS)
MAX_BYTES = 1_000_000
MAX_IMAGE_USD = Decimal(1000)


def read_own(path: Path) -> tuple[Preset, ...]:
    """The entries of a file, in its order."""
    return tuple(_Entry(path, name, values).preset() for name, values in _tables(path).items())


def _tables(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SettingsError(f"{path} is larger than a list of providers can be.", name=VARIABLE)
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text. Save it as UTF-8.", name=VARIABLE) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}", name=VARIABLE) from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", name=VARIABLE) from error


class _Entry:
    """One entry while it is checked."""

    def __init__(self, path: Path, name: str, values: object) -> None:
        self._path = path
        self._name = name
        if not isinstance(values, dict):
            raise SettingsError(f"{path}: {name!r} must be a table, [{name}].", name=VARIABLE)
        self._values = values

    def preset(self) -> Preset:
        if not NAME.fullmatch(self._name) or self._name in RESERVED:
            self._wrong(None, "is no provider's name: use small letters, digits, dots, dashes, and no word like auto")
        for field in self._values:
            self._check_field(field)
        plain = (*TEXTS, *CHOICES, *SWITCHES, "max_n")
        found = {field: self._values[field] for field in plain if field in self._values}
        found |= {field: tuple(self._values[field]) for field in LISTS if field in self._values}
        if "prices" in self._values:
            found["prices"] = MappingProxyType({id: self._price(id) for id in self._values["prices"]})
        return replace(self._base(), **found)

    def _base(self) -> Preset:
        """What the entry starts from. A stranger inherits no address, no key and no host of the service it is like."""
        ours = {known.name: known for known in presets()}
        if (known := ours.get(self._name)) is not None:
            if "like" in self._values:
                self._wrong("like", f"cannot be set: {self._name} is like the {self._name} that Gesso knows")
            return replace(known, own="base_url" in self._values)
        like = self._values.get("like", GENERIC)
        if like not in ours:
            self._wrong("like", f"must be one of {', '.join(ours)}")
        if "base_url" not in self._values and "base_url_variable" not in self._values:
            self._wrong("base_url", "is missing: say where the server answers")
        its_own: dict[str, Any] = {
            "name": self._name,
            "title": self._name,
            "own": "base_url" in self._values,
            "keyless": "api_key_variable" not in self._values,
            "unknown_models": True,
            "safety_identifier": False,
        } | dict.fromkeys(("hosts", "ports", "models"), ())
        its_own |= {"base_url": "", "base_url_variable": None, "api_key_variable": None}
        return replace(preset(like), **its_own)

    def _check_field(self, field: str) -> None:
        value = self._values[field]
        if field not in KNOWN:
            if "key" in field.lower() or "token" in field.lower() or "secret" in field.lower():
                self._wrong(field, "is refused: keys do not stand in a file. Name their variable in api_key_variable")
            self._wrong(field, f"is unknown. Known are {', '.join(KNOWN)}")
        if field in (*TEXTS, "like") and not (isinstance(value, str) and value.strip() and value.isprintable()):
            self._wrong(field, "must be a text in one line")
        if field in SWITCHES and not isinstance(value, bool):
            self._wrong(field, "must be true or false")
        if field in CHOICES and value not in CHOICES[field]:
            self._wrong(field, f"must be one of {', '.join(CHOICES[field])}")
        if field in LISTS and not (isinstance(value, list) and all(isinstance(one, str) and one for one in value)):
            self._wrong(field, "must be a list of texts")
        self._check_meaning(field, value)

    def _check_meaning(self, field: str, value: Any) -> None:
        if field == "base_url" and (problem := problem_of_address(value)):
            self._wrong(field, problem)
        if field.endswith("_variable") and not VARIABLE_NAME.fullmatch(value):
            # Not repeated: it may be a key.
            self._wrong(field, "must be the name of an environment variable, such as MY_KEY")
        if field == "max_n" and not (type(value) is int and 1 <= value <= MAX_IMAGES):
            self._wrong(field, f"must be a number from 1 to {MAX_IMAGES}")
        if field == "takes" and (strangers := [one for one in value if one not in HEEDED]):
            self._wrong(field, f"names {strangers[0]!r}, which is no option. Options are {', '.join(HEEDED)}")
        if field == "prices" and not isinstance(value, dict):
            self._wrong(field, f"must be a table, [{self._name}.prices], of USD per image")

    def _price(self, model: str) -> Decimal:
        try:
            price = Decimal(str(self._values["prices"][model]))
        except InvalidOperation:
            price = Decimal("NaN")
        if not price.is_finite() or not 0 <= price <= MAX_IMAGE_USD:
            self._wrong("prices", f'says no amount in USD for {model!r}. Write it like "0.004"')
        return price

    def _wrong(self, field: str | None, what: str) -> NoReturn:
        where = f"[{self._name}]" if field is None else f"[{self._name}] {field}"
        raise SettingsError(f"{self._path}: {where} {what}.", name=VARIABLE)
