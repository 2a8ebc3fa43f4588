"""Sums over the ledger for people, made by the database."""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    distinct,
    func,
    literal,
    select,
    type_coerce,
)

from core.domain.costs import Accuracy, By, CostLine, Period
from core.domain.job import Job
from core.domain.money import ZERO
from core.storage.selections import jobs_of
from core.storage.tables import collected, collections, jobs, ledger, pictures

KINDS = ("extension", "outpaint"), ("mask", "inpaint"), ("images", "edit")


def cost_lines(connection: Connection, account: str, by: By, period: Period, owner: str | None) -> tuple[CostLine, ...]:
    """What an account's entries of a period add up to: days in order, all else dearest first."""
    if by is By.COLLECTION:
        query = _by_collection(account, period, owner)
    else:
        label = _label(by, connection.dialect.name).label("label")
        begun = case((jobs.c.started_at.is_not(None), ledger.c.job_id))  # what was given up before is no request
        query = (
            select(label, func.sum(ledger.c.spent), func.sum(ledger.c.held), func.count(distinct(begun)))
            .join_from(ledger, jobs, jobs.c.id == ledger.c.job_id)
            .where(ledger.c.account == account, *_within(ledger.c.counted_at, period))
            .group_by(label)
        )
    lines = [
        CostLine(label=label, spent=spent or ZERO, held=held or ZERO, requests=requests)
        for label, spent, held, requests in connection.execute(query).all()
    ]
    return tuple(sorted(lines, key=lambda line: line.label if by is By.DAY else (-line.spent - line.held, line.label)))


def accuracy(connection: Connection, account: str, period: Period) -> tuple[Accuracy, ...]:
    """The estimates of a period's settled jobs beside what they cost, a line per model, dearest first."""
    model = jobs.c.request["model"].as_string().label("model")
    inside = case((and_(jobs.c.cost >= jobs.c.estimate_low, jobs.c.cost <= jobs.c.estimate_high), 1), else_=0)
    sums = (func.sum(jobs.c[name]) for name in ("estimate_low", "estimate_high", "cost"))
    query = (
        select(model, func.count(), *sums, func.sum(inside))
        .group_by(model)
        .where(
            jobs.c.account == account,
            jobs.c.state == "succeeded",
            jobs.c.cost.is_not(None),
            jobs.c.estimate_high.is_not(None),
            *_within(jobs.c.created_at, period),
        )
    )
    names = ("model", "jobs", "low", "high", "cost", "within")
    found = [Accuracy(**dict(zip(names, row, strict=True))) for row in connection.execute(query).all()]
    return tuple(sorted(found, key=lambda one: (-one.cost, one.model)))


def doubtful_jobs(connection: Connection, account: str, period: Period, limit: int) -> tuple[Job, ...]:
    """Jobs that may have been billed, or whose cost is an estimate, dearest first."""
    doubt = (jobs.c.held > Decimal(0)) | jobs.c.cost_is_estimated
    query = select(jobs).where(jobs.c.account == account, doubt, *_within(jobs.c.created_at, period))
    query = query.order_by((jobs.c.held + jobs.c.charged).desc(), jobs.c.id).limit(limit)
    return jobs_of(connection, connection.execute(query).mappings().all())


def _by_collection(account: str, period: Period, owner: str | None) -> Select[Any]:
    query = (
        select(collections.c.name, func.sum(pictures.c.cost), literal(None), func.count())
        .join(collected, collected.c.collection_id == collections.c.id)
        .join(pictures, pictures.c.place == collected.c.place)
        .join(jobs, jobs.c.id == pictures.c.job_id)
        .where(jobs.c.account == account, *_within(jobs.c.created_at, period))
        .group_by(collections.c.id, collections.c.name)
    )
    return query if owner is None else query.where(collections.c.owner == owner)


def _label(by: By, dialect: str) -> ColumnElement[Any]:
    match by:
        case By.DAY if dialect == "sqlite":
            return func.substr(type_coerce(ledger.c.counted_at, String), 1, 10)
        case By.DAY:
            return func.to_char(func.timezone("UTC", ledger.c.counted_at), "YYYY-MM-DD")
        case By.KIND:
            whens = [(jobs.c.request[field].as_string().is_not(None), literal(kind)) for field, kind in KINDS]
            return case(*whens, else_=literal("generate"))
        case _:
            return ledger.c[by.value]


def _within(moment: ColumnElement[Any], period: Period) -> tuple[ColumnElement[bool], ...]:
    return moment >= period.since, moment < period.until
