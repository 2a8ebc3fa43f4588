"""How avatar sets are told: prices both ways, personas with their pictures and failed checks; as JSON to programs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.cli.avatar_planning import Planned
from app.cli.batch_telling import batch_json, counted, progress_json, row_cells
from app.cli.opening import VISITOR
from app.cli.output import one_line, table_lines
from core.domain.avatar import AvatarPlan, AvatarSet, AvatarTile, PersonaRow, PersonaState, Quote, Verdict, Way
from core.domain.batch import MAX_ROWS, Row, RowState
from core.domain.job import Job
from core.domain.money import usd_text

if TYPE_CHECKING:
    from core.bootstrap import Workbench

AS_WHAT = {Way.GRIDS: "as grids", Way.SINGLES: "as single pictures"}
SHOWN = 20
NOT_MADE = (RowState.FAILED, RowState.PROBLEM, RowState.UNKNOWN, RowState.CANCELLED)


def quote_lines(made: Planned) -> Iterator[str]:
    """Both prices for people, the chosen way first."""
    yield f"{counted(len(made.personas), 'persona')}, {counted(made.pictures, 'picture')} {AS_WHAT[made.plan.way]}:"
    chosen, other = made.quote, next(one for one in made.quotes if one.way is not made.plan.way)
    yield f"  {_price(chosen)}"
    yield f"  {AS_WHAT[other.way]} instead: {other.problem or _price(other)}"
    if chosen.images.unknown:
        yield f"Up to {usd_text(chosen.images.held)} is set aside, because not every price is known."


def quote_json(made: Planned) -> dict[str, Any]:
    """The plan and both prices for programs; amounts in USD."""
    return {
        "personas": [one.to_json() | {"slug": one.slug} for one in made.personas],
        "pictures": made.pictures,
        "plan": plan_json(made.plan),
        "quotes": [_quote_json(one) for one in made.quotes],
    }


def plan_json(plan: AvatarPlan) -> dict[str, Any]:
    return plan.to_json() | {"way": plan.way.value}


def set_lines(opened: "Workbench", found: AvatarSet) -> Iterator[str]:
    """A table of personas and their pictures, and what was found against some of them."""
    rows, tiles = opened.avatars.personas(found.id, VISITOR), opened.avatars.tiles(found.id, VISITOR)
    by_place = {(tile.position, tile.number): tile for tile in tiles}
    missed = opened.batches.page(found.id, VISITOR, after=0, limit=MAX_ROWS, states=NOT_MADE)
    states = {row.name: row.state.value for row, _ in missed}
    numbers = range(found.plan.pictures + 1)
    header = ("#", "PERSONA", "PROMPTS", "BASE", *(str(number) for number in numbers[1:]))
    yield from table_lines(
        header,
        (
            (
                str(one.position),
                one.persona.slug,
                one.state.value,
                *(_cell(found.plan, one, number, by_place, states) for number in numbers),
            )
            for one in rows
        ),
    )
    yield from _shortly([*_why_missed(missed), *_against(rows, tiles)])


def set_json(opened: "Workbench", found: AvatarSet) -> dict[str, Any]:
    """A set for programs: its batch, how far it is, its personas and their pictures."""
    batch, progress = opened.batches.get(found.id, VISITOR), opened.batches.progress(found.id, VISITOR)
    tiles = opened.avatars.tiles(found.id, VISITOR)
    return {
        "set": batch_json(batch) | {"plan": plan_json(found.plan)},
        "progress": progress_json(progress),
        "personas": [
            _persona_json(one) | {"pictures": [tile_json(tile) for tile in tiles if tile.position == one.position]}
            for one in opened.avatars.personas(found.id, VISITOR)
        ],
    }


def tile_json(tile: AvatarTile) -> dict[str, Any]:
    """A picture for programs; number 0 is the base portrait, ``box`` its place in its grid in pixels."""
    return {
        "number": tile.number,
        "image": tile.image_id,
        "job": tile.job_id,
        "width": tile.ref.width,
        "height": tile.ref.height,
        "box": None if tile.box is None else asdict(tile.box),
        "verdict": tile.verdict.value,
        "good": tile.good,
        "problems": [one.sentence for one in tile.findings if not one.passed],
        "retakes": tile.retakes,
        "key": tile.key,
        "url": tile.url,
    }


def state_of(tile: AvatarTile) -> str:
    """A picture in a word: what somebody thinks of it, else what its checks found."""
    if tile.verdict is not Verdict.NEW:
        return tile.verdict.value
    failed = [finding.check.value for finding in tile.findings if not finding.passed]
    return "+".join(failed) if failed and tile.number else "good"


def _cell(
    plan: AvatarPlan,
    one: PersonaRow,
    number: int,
    tiles: Mapping[tuple[int, int], AvatarTile],
    states: Mapping[str, str],
) -> str:
    """A picture in a word; of one that is not there, how its request ended, if it did."""
    tile = tiles.get((one.position, number))
    at_once = plan.pictures // plan.variations
    step = f"{plan.kind.value}-{(number - 1) // at_once}" if number else "portrait"
    return state_of(tile) if tile is not None else states.get(f"{one.persona.slug}/{step}", "-")


def _why_missed(missed: Iterable[tuple[Row, Job | None]]) -> Iterator[str]:
    """Why requests brought nothing, a line each."""
    for row, job in missed:
        if row.state is not RowState.CANCELLED or (job is not None and job.may_have_been_billed):
            yield f"{row.name}: {row_cells(row, job)[-1]}"


def _against(rows: Sequence[PersonaRow], tiles: Sequence[AvatarTile]) -> list[str]:
    """What speaks against prompts and pictures, a line each."""
    slugs = {one.position: one.persona.slug for one in rows}
    told = [f"{one.persona.slug}: {one.problem}" for one in rows if one.state is PersonaState.UNWRITTEN]
    return told + [
        f"{slugs[tile.position]}/{tile.number}: {finding.sentence}"
        for tile in tiles
        for finding in tile.findings
        if tile.number and tile.verdict is not Verdict.REJECTED and not finding.passed
    ]


def _shortly(told: Sequence[str]) -> Iterator[str]:
    """The first twenty lines."""
    yield from map(one_line, told[:SHOWN])
    if len(told) > SHOWN:
        yield f"... and {len(told) - SHOWN:,} more; --json lists them all."


def _price(quote: Quote) -> str:
    texts = f", prompts {usd_text(quote.texts)}" if quote.texts else ""
    retakes = f", retakes up to {usd_text(quote.retakes)}" if quote.retakes else ""
    side = f", {'tiles of ' if quote.way is Way.GRIDS else ''}{quote.tile_side} px" if quote.tile_side else ""
    return f"{counted(quote.images.requests, 'request')}, {quote.images.text}{texts}{retakes}{side}"


def _quote_json(quote: Quote) -> dict[str, Any]:
    return {
        "as": quote.way.value,
        "requests": quote.images.requests,
        "low_usd": quote.images.low,
        "high_usd": quote.images.high,
        "texts_usd": quote.texts,
        "retakes_usd": quote.retakes,
        "most_usd": quote.most,
        "unknown_prices": quote.images.unknown,
        "side_px": quote.tile_side or None,
        "problem": quote.problem or None,
    }


def _persona_json(one: PersonaRow) -> dict[str, Any]:
    return {
        "position": one.position,
        "slug": one.persona.slug,
        "persona": one.persona.to_json(),
        "state": one.state.value,
        "writer": one.writer,
        "prompts": dict(one.prompts),
        "prompts_usd": one.text_cost,
        "problem": one.problem or None,
    }
