"""Operations as the browser tells them: tenths of a pixel, each point as its distance from the one before."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from core.domain.mask import Operation, Tool
from core.errors import InvalidRequestError

TENTHS = 10


def encode(operation: Operation) -> dict[str, Any]:
    """An operation for the browser: ``{"tool", "size", "erase", "path": [x, y, dx, dy, ...]}``."""
    tenths = [(round(x * TENTHS), round(y * TENTHS)) for x, y in operation.points]
    path: list[int] = [*tenths[0]]
    for (x, y), (to_x, to_y) in pairwise(tenths):
        path += (to_x - x, to_y - y)
    return {"tool": operation.tool.value, "size": operation.size, "erase": operation.erase, "path": path}


def decode(data: Mapping[str, Any]) -> Operation:
    """An operation from the browser; raises InvalidRequestError for anything that is none."""
    try:
        path = data["path"]
        points = zip(_summed(path[0::2]), _summed(path[1::2]), strict=True)
        return Operation(
            tool=Tool(data["tool"]),
            points=tuple(points),
            size=float(data.get("size", 0)),
            erase=bool(data.get("erase")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InvalidRequestError("What was painted cannot be read.", param="mask") from error


def _summed(steps: Sequence[int]) -> list[float]:
    return [total / TENTHS for total in accumulate(steps)]
