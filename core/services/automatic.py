"""Automatic collections: today's pictures, those of each model, and the recovered ones; views that store nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.domain.job import StoredImage
from core.domain.library import Filter
from core.domain.visitor import Visitor
from core.services.history import HistoryService
from core.services.sweep import RECOVERED


@dataclass(frozen=True, kw_only=True, slots=True)
class AutomaticSet:
    """A filter with a name, how many pictures match it (COUNTED_TO + 1 stands for more), and the newest of them."""

    name: str
    wanted: Filter
    count: int
    cover: StoredImage


def automatic_sets(history: HistoryService, visitor: Visitor, now: datetime) -> tuple[AutomaticSet, ...]:
    """Those that hold a picture: today (UTC), one per model by name, recovered."""
    every = ((name, wanted, history.count(wanted, visitor)) for name, wanted in _wanted(history, visitor, now))
    return tuple(
        AutomaticSet(name=name, wanted=wanted, count=count, cover=newest.image)
        for name, wanted, count in every
        if count
        for newest in history.find(wanted, visitor, size=1).pictures
    )


def _wanted(history: HistoryService, visitor: Visitor, now: datetime) -> Iterator[tuple[str, Filter]]:
    today = datetime.combine(now.date(), time(), now.tzinfo)
    yield "Today", Filter(since=today, until=today + timedelta(days=1))
    for model in history.facets(visitor).models:
        if model != RECOVERED:
            yield model, Filter(model=model)
    yield "Recovered", Filter(provider=RECOVERED)
