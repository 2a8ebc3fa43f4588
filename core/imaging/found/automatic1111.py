"""AUTOMATIC1111's text, which Forge, SD.Next and many more write too.

The prompt, on as many lines as it has; ``Negative prompt: ...``, likewise; one line of
``Steps: 20, Sampler: Euler a, Size: 512x768, Lora hashes: "a: 1, b: 2"``; then, from some extensions,
lines such as ``Template: ...``. Values with a comma, a colon or a line break are JSON strings
(``modules/infotext_utils.py`` of AUTOMATIC1111/stable-diffusion-webui reads them so too).
"""

import json
import re
from collections.abc import Iterator

from core.domain.found import FoundSettings
from core.imaging.found.reading import options_of, size_text

NEGATIVE = "Negative prompt:"
FEWEST = 3
"""A last line with fewer settings, and without steps, is a part of the prompt."""
LONGEST_LINE = 100_000
_STEPS = re.compile(r"Steps:\s*\d")
_PAIR = re.compile(r'\s*(\w[\w \-/.+]{0,60}):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)')
_MORE = re.compile(r"(\w[\w \-]{0,40}): ?(.*)")


def find_automatic1111(text: str) -> FoundSettings | None:
    """The settings in this text; a text without any is a prompt alone, and none at all is None."""
    lines = [line.strip() for line in text.strip().split("\n")]
    if not text.strip() or text.lstrip().startswith("{"):
        return None
    at = _line_of_settings(lines)
    prompt, negative = _prompts(lines[:at])
    pairs = [*_pairs(lines[at])] if at < len(lines) else []
    pairs += [(found[1].lower(), found[2]) for line in lines[at + 1 :] if (found := _MORE.fullmatch(line))]
    known = {name: value for name, value in reversed(pairs) if name in ("model", "size")}
    size = size_text(known.get("size"))
    taken = {"model"} | ({"size"} if size else set())
    return FoundSettings(
        source="AUTOMATIC1111",
        prompt=prompt,
        negative=negative,
        model=known.get("model") or None,
        size=size,
        options=options_of((name, value) for name, value in pairs if name not in taken),
    )


def _line_of_settings(lines: list[str]) -> int:
    """Where the settings stand; behind the end if nowhere."""
    steps = [at for at, line in enumerate(lines) if _STEPS.match(line)]
    if steps:
        return steps[-1]
    last = len(lines) - 1
    return last if len([*_pairs(lines[last])]) >= FEWEST else len(lines)


def _prompts(lines: list[str]) -> tuple[str, str]:
    at = next((at for at, line in enumerate(lines) if line.startswith(NEGATIVE)), len(lines))
    negative = "\n".join(lines[at:]).removeprefix(NEGATIVE)
    return "\n".join(lines[:at]).strip(), negative.strip()


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """Names in lower case with their values; what has no such form is passed over."""
    at, line = 0, line[:LONGEST_LINE]
    while at < len(line):
        found = _PAIR.match(line, at)
        if found is None:
            comma = line.find(",", at)
            at = len(line) if comma < 0 else comma + 1
            continue
        yield found[1].strip().lower(), _unquoted(found[2].strip())
        at = found.end()


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':
        return value
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, str) else value
