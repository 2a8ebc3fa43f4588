"""What was asked beside what was delivered: size, quality, format, cost, time, tokens and request id."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from html import escape

import streamlit as st

from app.ui.jobs import elapsed
from app.workbench import workbench
from core.domain.breakdown import Breakdown
from core.domain.job import Job, StoredImage
from core.domain.library import Picture
from core.domain.money import usd_text
from core.domain.usage import Estimate, Usage

Fact = tuple[str, str]


def facts_table(job: Job, image: StoredImage | None, picture: Picture | None = None) -> None:
    """A dense table of a job's facts, or, with a ``picture`` of the library, of that one."""
    told = facts(job, image, workbench().ledger.breakdown(job), picture)
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(said)}</dd></div>" for name, said in told)
    small = " · ".join(_small_print(job))
    st.html(f'<dl class="gesso-told">{cells}<div class="record"><dt>Record</dt><dd>{escape(small)}</dd></div></dl>')


def facts(job: Job, image: StoredImage | None, parts: Breakdown, picture: Picture | None = None) -> Iterator[Fact]:
    """Name and text of each fact; ``parts`` is what the job's charge is made of."""
    asked, got = job.request, job.delivered
    size = None if image is None else f"{image.ref.width}x{image.ref.height}" if image.ref.width else got.size
    yield "Size", _both(asked.size or "auto", size)
    if asked.quality or got.quality:
        yield "Quality", _both(asked.quality or "auto", got.quality)
    kind = None if image is None else image.ref.media_type.removeprefix("image/").removesuffix("+xml")
    yield "Format", _both(asked.output_format or "png", kind)
    if asked.background or got.background == "transparent":
        yield "Background", _both(asked.background or "auto", got.background)
    many = 1 if picture is None else picture.sharers(job.charged)
    if picture is not None and many > 1:
        yield "Cost", _share(job, picture.cost, many)
    yield "The whole request's cost" if many > 1 else "Cost", _cost(job)
    yield "Time", elapsed(job, job.finished_at or job.created_at)
    yield from _charged(job, parts, "The whole request's " if many > 1 else "")


def _charged(job: Job, parts: Breakdown, whose: str) -> Iterator[Fact]:
    """The tokens with their cost, or what else was charged for; ``whose`` is said before."""
    if parts.tokens:
        yield f"{whose}tokens, and what they cost".capitalize(), parts.text
    elif job.usage is not None:
        yield f"{whose}tokens".capitalize(), _tokens(job.usage)
    elif parts.others:
        yield f"{whose}charge".capitalize() if whose else "Charged", parts.text


def _small_print(job: Job) -> Iterator[str]:
    yield job.request.model
    yield "demo provider" if job.provider == "demo" else job.provider
    yield f"{job.created_at:%Y-%m-%d %H:%M} UTC"
    yield from (f"request {id}" for id in dict.fromkeys(job.request_ids))
    yield f"job {job.id}"


def _both(asked: str, delivered: str | None) -> str:
    """Asked and delivered, one word where they agree."""
    return asked if delivered in (None, asked) else f"{asked} → {delivered}"


def _share(job: Job, cost: Decimal, many: int) -> str:
    """One picture's part of what its request cost, as the terminal says it."""
    guessed = " (estimated)" if job.cost_is_estimated else " (price unknown)" if job.cost is None else ""
    return f"{usd_text(cost)}{guessed}, its share of {usd_text(job.charged)} for {many} images"


def _cost(job: Job) -> str:
    estimate = Estimate(low=job.estimate_low, high=job.estimate_high, held=job.held).text
    if job.held:
        return f"{estimate} → {usd_text(job.held)} held"
    if job.cost is None:
        return f"{estimate} → unknown ({usd_text(job.charged)} assumed)" if job.charged else estimate
    return f"{estimate} → {exact(job.cost)}{' (estimated)' if job.cost_is_estimated else ''}"


def exact(amount: Decimal) -> str:
    """USD to a hundredth of a cent, and further where an amount is smaller than that."""
    if not amount:
        return "$0"
    if amount < Decimal("0.01"):
        return usd_text(amount)
    return f"${amount.quantize(Decimal('0.0001'), ROUND_HALF_UP):,}"


def _tokens(usage: Usage) -> str:
    parts = ((usage.text_input, "text in"), (usage.image_input, "image in"), (usage.image_output, "image out"))
    said = [f"{count:,} {kind}" for count, kind in parts if count]
    other = usage.total - sum(count for count, _ in parts)
    return ", ".join([*said, f"{other:,} other"] if other else said)
