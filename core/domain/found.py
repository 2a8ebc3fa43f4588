"""The settings of a picture as they were found in its file, whatever program wrote them there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OURS = "Gesso"


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundSettings:
    """What a file says about how it was made; all of it is text that somebody else wrote, and unchecked.

    ``source`` is the program: "Gesso", "AUTOMATIC1111", "InvokeAI" or "ComfyUI". ``size`` is
    "1024x1024". ``options`` has everything else (steps, seed, sampler, quality ...), in the file's order.
    """

    source: str
    prompt: str
    negative: str = ""
    model: str | None = None
    size: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Whether Gesso wrote it."""
        return self.source == OURS
