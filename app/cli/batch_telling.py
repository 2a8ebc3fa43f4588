"""How plans, batches and rows are told: as tables to people, as JSON to programs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from app.cli.batch_planning import Plan
from app.cli.output import dollars, number, one_line, shortened, table_lines
from app.cli.quote import estimate_json
from app.cli.report import error_json, image_json
from core.domain.batch import Batch, PlannedRow, Progress, Row, RowState
from core.domain.job import Job
from core.domain.money import usd_text
from core.domain.request import EditRequest, Request

SHOWN = 20
PROMPT_WIDTH = 48
FAILED = (RowState.FAILED, RowState.PARTIAL, RowState.CANCELLED, RowState.UNKNOWN, RowState.PROBLEM)
"""Rows that did not wholly succeed, in whatever way."""
PLAN_HEADER = ("ROW", "PRICE", "MODEL", "SIZE", "QUALITY", "N", "PROMPT")
ROW_HEADER = ("ROW", "STATE", "COST", "TRIES", "PROMPT", "WHY, OR ITS JOB")


def plan_lines(plan: Plan, *, everything: bool) -> Iterator[str]:
    """The plan for people: its rows, what it costs and takes, what is wrong with it."""
    shown = plan.rows if everything else plan.rows[:SHOWN]
    if shown:
        numbered = zip(plan.numbers, shown, strict=False)
        yield from table_lines(PLAN_HEADER, (_plan_cells(number, row) for number, row in numbered))
    if len(plan.rows) > len(shown):
        yield f"... and {len(plan.rows) - len(shown):,} more; --verbose or --json lists them all."
    yield f"{counted(len(plan.rows), 'row')}, {counted(plan.images, 'image')}, {plan.total.text}"
    if plan.total.unknown:
        yield f"Up to {usd_text(plan.total.held)} is set aside, because not every price is known."
    if plan.takes is not None:
        yield f"Takes about {in_words(plan.takes)}, as the last such requests did."
    if plan.problems:
        yield f"{counted(len(plan.problems), 'row')} cannot be sent:"
        yield from map(one_line, plan.problems if everything else plan.problems[:SHOWN])
        if len(plan.problems) > SHOWN and not everything:
            yield f"... and {len(plan.problems) - SHOWN:,} more"


def plan_json(plan: Plan, batch: Batch | None) -> dict[str, Any]:
    """A plan for programs; ``batch`` None means that it was not kept."""
    total = plan.total
    return {
        "batch": None if batch is None else batch_json(batch),
        "rows": [
            _plan_row_json(at, number, row)
            for at, (number, row) in enumerate(zip(plan.numbers, plan.rows, strict=True), 1)
        ],
        "total": {
            "rows": len(plan.rows),
            "images": plan.images,
            "low_usd": total.low,
            "high_usd": total.high,
            "held_usd": total.held,
            "unknown_prices": total.unknown,
        },
        "takes_seconds": None if plan.takes is None else round(plan.takes.total_seconds(), 1),
        "problems": list(plan.problems),
    }


def batch_json(batch: Batch) -> dict[str, Any]:
    """A batch for programs; amounts in USD."""
    return {
        "id": batch.id,
        "name": batch.name,
        "state": batch.state.value,
        "owner": batch.owner,
        "created_at": batch.created_at,
        "started_at": batch.started_at,
        "finished_at": batch.finished_at,
        "concurrency": batch.concurrency,
        "max_cost_usd": number(batch.max_cost),
        "collection": batch.collection_id,
        "template": batch.template or None,
        "note": batch.note or None,
    }


def progress_json(progress: Progress, left: timedelta | None = None) -> dict[str, Any]:
    """How far a batch is, for programs; every state of its rows with its count."""
    return {
        "rows": {"total": progress.total, "done": progress.done, "ended": progress.ended}
        | {state.value: progress.count(state) for state in RowState}
        | {"may_have_been_billed": progress.may_have_been_billed},
        "spent_usd": progress.spent,
        "held_usd": progress.held,
        "to_come_usd": progress.to_come,
        "seconds_left": None if left is None else round(left.total_seconds(), 1),
    }


def progress_line(progress: Progress, left: timedelta | None) -> str:
    """How far a batch is, in a line for people."""
    running, waiting = progress.count(RowState.RUNNING), progress.waiting + progress.count(RowState.QUEUED)
    failed, cancelled = progress.settled(RowState.FAILED, RowState.PROBLEM), progress.settled(RowState.CANCELLED)
    unknown = progress.settled(RowState.UNKNOWN)
    parts = [
        f"{progress.done:,} of {progress.total:,} done",
        f"{running:,} running" if running else "",
        f"{waiting:,} waiting" if waiting else "",
        f"{failed:,} failed" if failed else "",
        f"{progress.count(RowState.PARTIAL):,} partial" if progress.count(RowState.PARTIAL) else "",
        f"{cancelled:,} cancelled" if cancelled else "",
        f"{unknown:,} unknown" if unknown else "",
        f"{progress.may_have_been_billed:,} may have been billed" if progress.may_have_been_billed else "",
        f"{dollars(progress.spent)} spent",
        f"{dollars(progress.held)} held" if progress.held else "",
        f"{in_words(left)} left" if left is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def row_cells(row: Row, job: Job | None) -> tuple[str, ...]:
    """A row for people, under ROW_HEADER."""
    why = row.problem or (job.error.message if job is not None and job.error is not None else row.job_id or "-")
    if job is not None and job.may_have_been_billed:
        why = f"{why} `gesso jobs resolve {job.id}` settles it."
    prompt = shortened(row.request.prompt, PROMPT_WIDTH)
    return str(row.position), row.state.value, _cost_or_price(row, job), str(row.tries), prompt, why


def row_json(row: Row, job: Job | None, where: dict[str, str]) -> dict[str, Any]:
    """A row for programs; ``where`` has the path of each of its images by id."""
    images = [] if job is None else job.images
    return {
        "row": row.position,
        "state": row.state.value,
        "name": row.name or None,
        "columns": dict(row.columns),
        "estimate_low_usd": number(row.estimate_low),
        "estimate_high_usd": number(row.estimate_high),
        "cost_usd": None if job is None else number(job.cost),
        "held_usd": None if job is None else number(job.held),
        "problem": row.problem or None,
        "error": None if job is None else error_json(job),
        "job": row.job_id,
        "tries": row.tries,
        "images": [{"id": image.id} | image_json(image, where[image.id]) for image in images],
        "request": row.request.to_json(),
    }


def counted(count: int, what: str) -> str:
    """``1 row``, ``1,200 rows``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def in_words(time: timedelta) -> str:
    """A span of time with one or two units: ``40 s``, ``12 min``, ``2 h 5 min``."""
    seconds = max(1, round(time.total_seconds()))
    if seconds < 100:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def _cost_or_price(row: Row, job: Job | None) -> str:
    if job is not None and job.state.is_final:
        return f"{dollars(job.held)} held" if job.may_have_been_billed else dollars(job.cost)
    return "-" if row.problem else f"<={dollars(row.estimate_high)}" if row.estimate_high is not None else "unknown"


def _plan_cells(number: int, row: PlannedRow) -> tuple[str, ...]:
    request = row.request
    price = "-" if row.estimate is None else row.estimate.text.removeprefix("about ").removeprefix("price ")
    size = request.size or ("of the picture" if isinstance(request, EditRequest) else "-")
    prompt = shortened(_with_pictures(request), PROMPT_WIDTH)
    return str(number), price, request.model, size, request.quality or "-", str(request.n), prompt


def _with_pictures(request: Request) -> str:
    pictures = len(request.images) if isinstance(request, EditRequest) else 0
    return f"[{counted(pictures, 'picture')}] {request.prompt}" if pictures else request.prompt


def _plan_row_json(at: int, number: int, row: PlannedRow) -> dict[str, Any]:
    return {
        "row": number,
        "position": at,
        "name": row.name or None,
        "columns": dict(row.columns),
        "estimate": None if row.estimate is None else estimate_json(row.estimate),
        "request": row.request.to_json(),
    }
