"""What is told of each compared picture: its settings, those that differ marked, what it cost and how long it took."""

from collections.abc import Sequence
from typing import Any

from app.ui.comparing.picking import Compared
from app.ui.facts import exact
from app.ui.jobs import elapsed
from core.domain.differences import NAMES, differing
from core.domain.job import Job
from core.domain.library import Picture

ALWAYS = ("model", "size", "quality")
APART = ("kind", "prompt", "images", "mask", "extension", "markup")
"""Settings that are too long for a line, or told elsewhere."""

Fact = dict[str, Any]


def differs_in(found: Sequence[Compared]) -> tuple[str, ...]:
    """The settings that are not the same in all of them, as people call them."""
    names = [NAMES[name] for name in differing([one.job.request for one in found])]
    sizes = {(one.picture.image.ref.width, one.picture.image.ref.height) for one in found}
    return (*names, "size") if len(sizes) > 1 and "size" not in names else tuple(names)


def facts_of(one: Compared, found: Sequence[Compared]) -> list[Fact]:
    """Name and text of each fact of one of them, and whether that is where they differ."""
    other = differing([each.job.request for each in found])
    names = [*ALWAYS, *(name for name in other if name not in (*ALWAYS, *APART))]
    shown = [{"name": NAMES[name].capitalize(), **_said(name, one, found)} for name in names]
    cost = {"name": "Cost", "text": cost_of(one.picture, one.job), "differs": False}
    return [*shown, cost, {"name": "Time", "text": elapsed(one.job, one.job.created_at), "differs": False}]


def cost_of(picture: Picture, job: Job) -> str:
    """One picture's share of what its job cost."""
    if job.may_have_been_billed or job.cost is None:
        return f"unknown ({exact(picture.cost)} assumed)" if picture.cost else "unknown"
    return exact(picture.cost)


def _said(name: str, one: Compared, found: Sequence[Compared]) -> Fact:
    texts = [_text(name, each) for each in found]
    return {"text": _text(name, one), "differs": len(set(texts)) > 1}


def _text(name: str, one: Compared) -> str:
    ref, request = one.picture.image.ref, one.job.request
    if name == "size" and ref.width:
        return f"{ref.width}x{ref.height}"
    if name == "quality" and request.quality in (None, "auto") and one.job.delivered.quality:
        return f"auto → {one.job.delivered.quality}"
    match getattr(request, name, None):
        case None:
            return "default"
        case bool(value):
            return "on" if value else "off"
        case value:
            return str(value)
