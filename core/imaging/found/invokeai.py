"""InvokeAI's records: ``invokeai_metadata`` of versions 3 and later, ``sd-metadata`` and ``Dream`` of version 2.

Their fields are those of ``invokeai/app/invocations/metadata.py`` and ``ldm/invoke/args.py`` in invoke-ai/InvokeAI.
"""

import re
from typing import Any

from core.domain.found import FoundSettings
from core.imaging.found.reading import json_object, options_of, size_of, sized, value_text

_PLACED = ("positive_prompt", "negative_prompt", "model", "width", "height")
_PLACED_2 = ("prompt", "width", "height")
_UNWANTED = re.compile(r"\[([^\[\]]*)\]")
_SWITCH = re.compile(r"\s--?[A-Za-z]")
_SWITCHES = re.compile(r"-([sSWHCA])\s?([\w.]{1,40})", re.ASCII)
_SAID = {"s": "steps", "S": "seed", "C": "cfg_scale", "A": "sampler"}


def find_invokeai(text: str) -> FoundSettings | None:
    """From ``invokeai_metadata``."""
    record = json_object(text)
    prompt, negative = (value if isinstance(value := record.get(name), str) else "" for name in _PLACED[:2])
    options = options_of((name, value) for name, value in record.items() if name not in _PLACED)
    model, size = value_text(record.get("model")), size_of(record)
    if not (prompt or model or size):
        return None
    return FoundSettings(
        source="InvokeAI", prompt=prompt, negative=negative, model=model or None, size=size, options=options
    )


def find_invokeai_2(text: str) -> FoundSettings | None:
    """From ``sd-metadata``; a grid has several pictures, and the first stands for them."""
    record = json_object(text)
    several = record.get("images")
    image = record.get("image") or (several[0] if isinstance(several, list) and several else None)
    if not isinstance(image, dict):
        return None
    prompt, negative = _parted(_prompt_of(image.get("prompt")))
    values = [(name, value) for name, value in image.items() if name not in _PLACED_2]
    values += [(name, record.get(name)) for name in ("model_hash", "app_version")]
    return FoundSettings(
        source="InvokeAI",
        prompt=prompt,
        negative=negative,
        model=value_text(record.get("model_weights")) or None,
        size=size_of(image),
        options=options_of(values),
    )


def find_dream(text: str) -> FoundSettings | None:
    """From ``Dream``, a command line: ``"a cat" -s50 -S123 -W512 -H512 -C7.5 -Ak_lms``."""
    text = text.strip()
    if text.startswith('"') and (end := text.find('"', 1)) > 0:
        prompt, switches = text[1:end], text[end + 1 :]
    else:
        found = _SWITCH.search(text)
        at = found.start() if found else len(text)
        prompt, switches = text[:at], text[at:]
    said = dict(_SWITCHES.findall(switches))
    prompt, negative = _parted(prompt)
    if not prompt:
        return None
    edges = (int(edge) if (edge := said.get(name, "")).isdecimal() else None for name in "WH")
    return FoundSettings(
        source="InvokeAI",
        prompt=prompt,
        negative=negative,
        size=sized(*edges),
        options=options_of((name, said.get(letter)) for letter, name in _SAID.items()),
    )


def _prompt_of(value: Any) -> str:
    """A text, or version 2's list of texts with weights."""
    if isinstance(value, list):
        parts = (part.get("prompt") for part in value if isinstance(part, dict))
        return ", ".join(part for part in parts if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _parted(prompt: str) -> tuple[str, str]:
    """Version 2 writes what is not wanted into the prompt, in square brackets."""
    unwanted = ", ".join(part.strip() for part in _UNWANTED.findall(prompt) if part.strip())
    return " ".join(_UNWANTED.sub(" ", prompt).split()) if unwanted else prompt.strip(), unwanted
