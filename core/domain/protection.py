"""The proof that what was not painted did not change."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Protection:
    """What was counted on the written file, and what the model had done before it was undone.

    ``protected_pixels`` lie outside the mask; ``unchanged_pixels`` of them are bit for bit the
    original's. ``drift`` is how far (x, y, in the picture's pixels) the answer had moved.
    ``changed_by_model_percent`` of the protected pixels that were sent came back visibly
    different (by more than 8 of 255 levels in some channel). ``edited_percent`` of the pixels
    inside the mask did so in the result; None where that was not counted.
    """

    protected_pixels: int
    unchanged_pixels: int
    drift: tuple[float, float]
    changed_by_model_percent: float
    edited_percent: float | None = None

    @property
    def holds(self) -> bool:
        return self.protected_pixels == self.unchanged_pixels

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"drift": list(self.drift)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Protection":
        return cls(**{**data, "drift": tuple(data["drift"])})
