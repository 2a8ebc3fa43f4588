"""Figures for Prometheus: requests of this process, and jobs and money as the database has them.

Labels are routes, states, providers, models of the catalogue and accounts; all visitors with keys of
their own are one account. Requests are counted in each process, the rest is the same in all of them.
"""

from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.types import Scope

from app.workbench import workbench
from core.domain.figures import VISITORS, Figures

MEDIA_TYPE = CONTENT_TYPE_LATEST
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SECONDS = (0.005, 0.02, 0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640)
"""Small answers take milliseconds, pictures minutes."""

_requests = CollectorRegistry()
_answered = Counter("gesso_http_requests", "API requests answered.", ("method", "route", "status"), registry=_requests)
_seconds = Histogram(
    "gesso_http_request_seconds", "Until an answer's last byte.", ("method", "route"), buckets=SECONDS,
    registry=_requests,
)  # fmt: skip


def count_request(scope: Scope, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    method = scope["method"] if scope["method"] in METHODS else "other"
    route = route_of(scope)
    _answered.labels(method, route, str(status)).inc()
    _seconds.labels(method, route).observe(seconds)


def route_of(scope: Scope) -> str:
    """The template of the route that answered, so that no id becomes a label."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", "unmatched"))


def exposition() -> bytes:
    """All figures as text; reads the database. May raise StorageError."""
    now = CollectorRegistry()
    now.register(_Read(tuple(_families(workbench().figures.read()))))
    return generate_latest(_requests) + generate_latest(now)


class _Read:
    """What was read once, as the registry wants it."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _families(figures: Figures) -> Iterable[Metric]:
    known = {model.id for model in workbench().catalogue.all()}
    ended: dict[tuple[str, str, str], int] = {}
    for one in figures.ended:
        # On some servers anything may be a model's name; each would be a series for ever.
        labels = (one.state, one.provider, one.model if one.model in known else "other")
        ended[labels] = ended.get(labels, 0) + one.count
    jobs = CounterMetricFamily("gesso_jobs_ended", "Jobs that ended.", labels=("state", "provider", "model"))
    for labels, count in ended.items():
        jobs.add_metric(labels, count)
    yield jobs
    spent = CounterMetricFamily("gesso_spent_usd", "US dollars that jobs were settled at.", labels=("account",))
    for account, total in figures.spent.items():
        spent.add_metric((account,), float(total))
    yield spent
    yield GaugeMetricFamily("gesso_jobs_queued", "Jobs that wait.", value=figures.queued)
    yield GaugeMetricFamily("gesso_jobs_running", "Jobs at their providers.", value=figures.running)
    yield _budget_left(figures)


def _budget_left(figures: Figures) -> Metric:
    left = GaugeMetricFamily("gesso_budget_left_usd", "US dollars that may be spent now.", labels=("account",))
    bench = workbench()
    for account in sorted({bench.settings.provider_name, *figures.spent} - {VISITORS}):
        if (amount := bench.ledger.standing(account).left) is not None:
            left.add_metric((account,), float(amount))
    return left
