"""Reads ``providers.toml``: the image services we know by name and how each differs from OpenAI's."""

import ipaddress
import tomllib
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from core.domain.model import Model

PRESETS_FILE = Path(__file__).with_name("providers.toml")
DEFAULT, GENERIC = "openai", "compatible"
OWN_MODELS = ("gpt-image-", "chatgpt-image-")
"""Models that always answer in base64 and refuse ``response_format``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """One image service.

    ``base_url`` is its usual address; ``hosts`` (shell patterns) and ``ports`` recognise it.
    ``mask`` says which part of a mask is edited, ``mask_field`` and ``images_field`` under which
    names the mask and several images go. ``unknown_models`` allows ids that are in no catalogue;
    ``keyless`` means that it may run without an API key; ``safety_identifier`` that it wants to
    be told, as a hash, who asks.
    """

    name: str
    title: str
    base_url: str
    hosts: tuple[str, ...]
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
    unknown_models: bool = False

    def asks_for_base64(self, model: str) -> bool:
        """Whether ``response_format`` has to be sent with this model."""
        return self.response_format and not model.startswith(OWN_MODELS)

    def offered(self, model: Model) -> Model:
        """The model as this service offers it: without edits or masks where it has none."""
        return replace(model, edits=model.edits and self.edits, mask=model.mask and self.mask != "none")


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


def _preset(name: str, values: dict[str, Any]) -> Preset:
    lists: dict[str, Any] = {key: tuple(values[key]) for key in ("hosts", "ports") if key in values}
    return Preset(name=name, **(values | lists))


def _is_nearby(host: str) -> bool:
    """A port tells something only on this machine or its own network, never on the internet."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))
