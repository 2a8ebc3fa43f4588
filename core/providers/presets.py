"""Reads ``providers.toml``: the image services we know by name and how each differs from OpenAI's."""

import ipaddress
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

from core.domain.model import Model
from core.domain.request import MAX_IMAGES
from core.providers.addresses import PLACEHOLDER

PRESETS_FILE = Path(__file__).with_name("providers.toml")
DEFAULT, GENERIC = "openai", "compatible"
OWN_MODELS = ("gpt-image-", "chatgpt-image-")
"""Models that always answer in base64 and refuse ``response_format``."""
LISTS = ("hosts", "ports", "models", "image_models", "takes")
HEEDED = (
    *("size", "quality", "background", "output_format", "output_compression", "moderation", "complexity"),
    *("frame_count", "frame_duration_ms", "svg_model", "input_fidelity"),
)
"""The options that a service may heed or not; ``n`` has ``max_n``, streaming and masks have fields of their own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """One image service.

    ``base_url`` is its usual address, which ``base_url_variable`` may name otherwise; ``hosts``
    (shell patterns) and ``ports`` recognise it. ``api_key_variable`` names where its key is;
    ``keyless`` means that it may run without one.

    ``mask`` says which part of a mask is edited, ``mask_field`` and ``images_field`` under which
    names the mask and several images go. ``takes`` are the options that it heeds (None: all that a
    model takes), ``max_n`` is how many images it makes in one request. ``safety_identifier`` means
    that it wants to be told, as a hash, who asks.

    ``unknown_models`` allows ids that are in no catalogue. ``models`` are offered in any case;
    ``lists_models`` says that ``GET /models`` tells more, of which those count that match
    ``image_models`` (shell patterns, empty: all). ``prices`` are USD per image by model.
    """

    name: str
    title: str
    base_url: str
    base_url_variable: str | None = None
    api_key_variable: str | None = None
    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    keyless: bool = False
    edits: bool
    mask: Literal["transparent", "white", "none"]
    mask_field: str = "mask"
    images_field: str = "image[]"
    safety_identifier: bool = False
    streaming: bool
    response_format: bool = False
    answers: Literal["base64", "url"]
    takes: tuple[str, ...] | None = None
    max_n: int = MAX_IMAGES
    unknown_models: bool = False
    models: tuple[str, ...] = ()
    lists_models: bool = False
    image_models: tuple[str, ...] = ()
    prices: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    own: bool = False

    def asks_for_base64(self, model: str) -> bool:
        """Whether ``response_format`` has to be sent with this model."""
        return self.response_format and not model.startswith(OWN_MODELS)

    def offered(self, model: Model) -> Model:
        """The model as this service offers it: without what the service does not do or would ignore."""
        ignored = () if self.takes is None else tuple(name for name in HEEDED if name not in self.takes)
        return replace(
            model,
            edits=model.edits and self.edits,
            mask=model.mask and self.mask != "none",
            streaming=model.streaming and self.streaming,
            max_n=min(model.max_n, self.max_n),
            ignored=ignored,
            service=self.title,
            image_price=self.prices.get(model.id),
            **_without(ignored),
        )

    def is_for_images(self, model_id: str) -> bool:
        """Whether a model that the service lists makes images, as far as its name tells."""
        name = model_id.lower()
        return not self.image_models or any(fnmatchcase(name, pattern.lower()) for pattern in self.image_models)


@cache
def presets() -> tuple[Preset, ...]:
    """The services of ``providers.toml``, in its order; read once."""
    data = tomllib.loads(PRESETS_FILE.read_text(encoding="utf-8"))
    return tuple(_preset(name, values) for name, values in data.items())


def preset(name: str) -> Preset:
    """The service of this name; raises KeyError."""
    return {preset.name: preset for preset in presets()}[name]


def preset_for(base_url: str | None) -> Preset:
    """Recognise the service behind a base URL; None means OpenAI, a stranger is ``compatible``."""
    if base_url is None:
        return preset(DEFAULT)
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    for known in presets():
        if any(fnmatchcase(host, pattern) for pattern in known.hosts):
            return known
    if _is_nearby(host):
        for known in presets():
            if parts.port in known.ports:
                return known
    return replace(preset(GENERIC), title=f"The server at {parts.netloc.rpartition('@')[2] or base_url}")


def preset_variables() -> Iterator[tuple[str, str]]:
    """The variables of all services but OpenAI, each with what it is for."""
    for known in presets():
        if known.name == DEFAULT:
            continue
        if known.api_key_variable is not None:
            yield known.api_key_variable, _key_help(known)
        if known.base_url_variable is not None:
            makes = ", which makes it one more provider" if known.keyless else ""
            yield known.base_url_variable, f"Where {known.title} answers{makes}, such as {known.base_url}"


def _key_help(known: Preset) -> str:
    if known.keyless:
        return f"A key for {known.title}, if it asks for one."
    also = " and its address make" if PLACEHOLDER in known.base_url else " makes"
    return f"A key for {known.title}{also} it one more provider."


def _without(ignored: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a model that go with these options, emptied."""
    emptied: dict[str, dict[str, Any]] = {
        "quality": {"qualities": (), "default_quality": None},
        "background": {"backgrounds": ()},
        "output_format": {"output_formats": (), "gif": None, "svg_author_usd": None},
        "moderation": {"moderations": ()},
        "complexity": {"complexities": (), "default_complexity": None},
        "input_fidelity": {"input_fidelities": ()},
    }
    return {name: value for option in ignored for name, value in emptied.get(option, {}).items()}


def _preset(name: str, values: dict[str, Any]) -> Preset:
    lists: dict[str, Any] = {key: tuple(values[key]) for key in LISTS if key in values}
    return Preset(name=name, **(values | lists))


def _is_nearby(host: str) -> bool:
    """A port tells something only on this machine or its own network, never on the internet."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))
