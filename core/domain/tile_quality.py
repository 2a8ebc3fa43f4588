"""What was found when a tile was looked at: one finding per check, each a sentence for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.errors import InvalidRequestError


class Check(StrEnum):
    """What a tile is checked for."""

    SIZE = "size"
    BLANK = "blank"
    SHARPNESS = "sharpness"
    DUPLICATE = "duplicate"
    FACE = "face"


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What tiles have to be: pixels of the shorter side, the longer over the shorter, and how many faces.

    ``faces`` is None where nobody counts them.
    """

    least_side: int = 256
    most_ratio: float = 2.0
    faces: int | None = None

    def __post_init__(self) -> None:
        if self.least_side < 1:
            raise InvalidRequestError("A tile's shorter side has at least 1 pixel.", param="least_side")
        if self.most_ratio < 1:
            raise InvalidRequestError("The longer side over the shorter is at least 1.", param="most_ratio")
        if self.faces is not None and self.faces < 0:
            raise InvalidRequestError("The number of faces is 0 or more.", param="faces")


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """The outcome of one check of one tile.

    ``value`` is what was measured: the shorter side in pixels, the share of the picture that has
    structure, sharpness (0 to 1), bits in which the nearest other tile differs (of 256), or faces.
    """

    check: Check
    passed: bool
    sentence: str
    value: float


def passed(findings: Iterable[Finding]) -> bool:
    """Whether a tile has nothing against it."""
    return all(finding.passed for finding in findings)
