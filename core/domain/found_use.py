"""What of a picture's settings a model here takes: the choices to make, and in words what was used and what was not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from core.domain.found import FoundSettings
from core.domain.image import Size
from core.domain.model import Model
from core.domain.request import MAX_PARTIAL_IMAGES, MAX_PROMPT_CHARACTERS

RECORD = (
    "provider", "created_at", "job", "revised_prompt", "delivered_size", "delivered_quality", "request_id",
    "job_cost_usd", "stream",
)  # fmt: skip
"""What our own files say about what came of a request; nobody misses it in a form."""
LONGEST = 40
"""Characters of a value that is told; of a longer one only the name is."""


@dataclass(kw_only=True)
class Use:
    """Choices by their names, ``size`` apart, and how they are told."""

    choices: dict[str, Any] = field(default_factory=dict)
    size: str | None = None
    used: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def take(self, name: str, value: Any, said: str) -> None:
        self.choices[name] = value
        self.used.append(said)


def use_of(found: FoundSettings, model: Model, *, model_is_theirs: bool, streams: bool) -> Use:
    """What to choose on a form for this model; ``model_is_theirs`` says that it is the one the file names.

    ``streams`` says whether the service here sends previews.
    """
    use = Use()
    _use_prompt(use, found)
    if model_is_theirs:
        use.take("model", model.id, f"model {model.title}")
    elif found.model:
        use.unused.append(f"model {_short(found.model)}".strip())
    _use_size(use, found, model)
    takes = dict(_takes(model, streams=streams))
    for name, text in found.options.items():
        if name in takes and (value := _value(text, takes[name])) is not None:
            use.take(name, value, _told(name, text))
        elif name not in RECORD and not (name == "size" and use.size):
            use.unused.append(_told(name, text))
    return use


def _use_prompt(use: Use, found: FoundSettings) -> None:
    if found.prompt:
        cut = f" (its first {MAX_PROMPT_CHARACTERS:,} characters)" if len(found.prompt) > MAX_PROMPT_CHARACTERS else ""
        use.take("prompt", found.prompt[:MAX_PROMPT_CHARACTERS], f"prompt{cut}")
    if found.negative:
        use.unused.append("negative prompt")


def _use_size(use: Use, found: FoundSettings, model: Model) -> None:
    """The size, or the nearest one that the model takes."""
    size = Size.parse(found.size) if found.size else None
    if found.options.get("size") == "auto" and model.auto_size:
        use.size = "auto"
        use.used.append("size auto")
    elif size is not None:
        legal = size if found.options.get("output_format") == "gif" else model.sizes.nearest(size)
        use.size = str(legal)
        use.used.append(f"size {legal}" if legal == size else f"size {legal}, the nearest to {size}")


def _takes(model: Model, *, streams: bool) -> Iterator[tuple[str, tuple[str, ...] | range]]:
    """The values that each option may have."""
    yield "quality", model.qualities
    yield "output_format", model.output_formats
    yield "background", model.backgrounds
    yield "moderation", model.moderations
    yield "complexity", model.complexities
    yield "n", range(1, model.max_n + 1)
    yield "output_compression", range(101)
    if streams and model.streaming:
        yield "partial_images", range(MAX_PARTIAL_IMAGES + 1)
    if model.gif is not None:
        yield "frame_count", range(model.gif.min_frames, model.gif.max_frames + 1)
        yield "frame_duration_ms", range(10, 655_351)


def _value(text: str, allowed: tuple[str, ...] | range) -> str | int | None:
    """A value that is allowed, None for any other."""
    if isinstance(allowed, tuple):
        return text if text in allowed else None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
    return number if number in allowed else None


def _told(name: str, text: str) -> str:
    return f"{name.replace('_', ' ')} {_short(text)}".strip()


def _short(text: str) -> str:
    return text if len(text) <= LONGEST and "\n" not in text else ""
