"""The review wall in the browser: a row for each persona, a thumbnail with its verdict for each picture."""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app.ui.avatars.reading import ON_ITS_WAY, Open
from app.ui.choices import key
from app.ui.gallery import excerpt
from app.ui.library.selecting import mark_on_page, selected, version
from app.ui.pictures import thumbnail_source
from app.workbench import workbench
from core.domain.avatar import AvatarTile, PersonaRow, PersonaState, Verdict, Way
from core.domain.batch import Row, RowState
from core.domain.job import StoredImage
from core.domain.money import usd_text
from core.domain.tile_quality import Check

HERE = Path(__file__).parent
WORDS = {
    Check.SIZE: "size",
    Check.BLANK: "blank",
    Check.SHARPNESS: "blurred",
    Check.DUPLICATE: "duplicate",
    Check.FACE: "face",
}
HAPPENS = {
    RowState.WAITING: "to come",
    RowState.QUEUED: "next",
    RowState.RUNNING: "being made",
    RowState.FAILED: "failed",
    RowState.PROBLEM: "cannot be sent",
    RowState.UNKNOWN: "may have been billed",
    RowState.CANCELLED: "cancelled",
}
ABOUT = 90

Place = tuple[int, int]


def place_id(tile: AvatarTile) -> str:
    """A picture's place as the browser names it."""
    return f"{tile.position}/{tile.number}"


def places_of(ids: Sequence[str]) -> list[Place]:
    return [(int(position), int(number)) for position, _, number in (id.partition("/") for id in ids)]


def show_wall(
    found: Open,
    people: Sequence[PersonaRow],
    shown: Collection[Place],
    *,
    price: Decimal,
    on_act: Callable[[str, list[str]], None],
) -> None:
    """Show these personas with those of their pictures that the filter lets through; ``on_act`` hears what is done."""
    widget = key("wall")
    rows = [_row(found, one, shown, price) for one in people]
    ids = [tile["id"] for row in rows for tile in row["tiles"] if tile.get("acts")]
    known = {*ids, *(tile["id"] for row in rows for tile in row["tiles"]), *(str(one.position) for one in people)}

    def acted() -> None:
        told = st.session_state[widget].get("act") or {}
        on_act(str(told.get("verb")), [id for id in told.get("ids", []) if id in known])

    def marked() -> None:
        told = st.session_state[widget].get("marks") or {}
        if told.get("version") == version():
            mark_on_page(ids, told.get("ids", []))

    _component()(
        key=widget,
        data={
            "rows": rows, "price": usd_text(price), "many": found.made.plan.pictures + 1,
            "label": "Pictures to review", "version": version(),
            "marked": sorted({*ids} & {*selected()}),
        },
        default={"marks": None},
        on_act_change=acted,
        on_marks_change=marked,
        width="stretch",
    )  # fmt: skip


def _row(found: Open, one: PersonaRow, shown: Collection[Place], price: Decimal) -> dict[str, Any]:
    rows = found.rows.get(one.persona.slug, ())
    there = {tile.number: tile for tile in found.tiles.get(one.position, ())}
    tiles = [
        _tile(tile, found.again.get((tile.position, tile.number)), acts=(tile.position, tile.number) in shown)
        for tile in there.values()
        if not tile.number or (tile.position, tile.number) in shown
    ]
    tiles += _missing(found, there, rows)
    ids = [tile["id"] for tile in tiles if tile.get("acts")]
    ways = [("accept", f"Accept {len(ids)}"), ("reject", f"Reject {len(ids)}")] if len(ids) > 1 else []
    if (count := sum(tile.get("redo", False) for tile in tiles if tile.get("acts"))) > 1:
        ways.append(("redo", f"Redo {count} for up to {usd_text(price * count)}"))
    return {
        "position": one.position, "name": one.persona.name, "tiles": tiles, "ids": ids, "ways": ways,
        "about": f"{one.persona.gender} · {excerpt(one.persona.bios[0], ABOUT)}", "note": _note(one, rows),
        "splits": any(tile.box is not None for tile in there.values()),
    }  # fmt: skip


def _tile(tile: AvatarTile, again: Row | None, *, acts: bool) -> dict[str, Any]:
    image = StoredImage(id=tile.image_id, job_id=tile.job_id, position=0, ref=tile.ref, revised_prompt=None,
                        created_at=workbench().clock())  # fmt: skip
    problems = [(WORDS[finding.check], finding.sentence) for finding in tile.findings if not finding.passed]
    return {
        "id": place_id(tile), "source": thumbnail_source(image), "problems": problems,
        "verdict": str(tile.verdict if tile.number else Verdict.NEW),
        "title": f"picture {tile.number}" if tile.number else "base portrait",
        "tag": "" if tile.number else "base portrait", "acts": acts, "redo": bool(tile.number) and again is None,
        "soon": "" if again is None else f"again: {HAPPENS[again.state]}",
    }  # fmt: skip


def _missing(found: Open, there: Mapping[int, AvatarTile], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Places for what is on its way, while it is."""
    if not found.is_live:
        return []
    size = 1 if found.made.plan.way is Way.SINGLES else found.made.plan.pictures // found.made.plan.variations
    steps = {row.name.partition("/")[2]: HAPPENS[row.state] for row in rows}
    prefix = found.made.plan.kind.value
    missing = [number for number in range(found.made.plan.pictures + 1) if number not in there]
    return [
        {
            "id": f"soon-{number}", "title": f"picture {number}" if number else "base portrait",
            "soon": steps.get(f"{prefix}-{(number - 1) // size}" if number else "portrait", "to come"),
        }
        for number in missing
    ]  # fmt: skip


def _note(one: PersonaRow, rows: Sequence[Row]) -> str:
    """What keeps this persona from being complete, in a line."""
    if one.state is PersonaState.UNWRITTEN:
        return "Nobody wrote its prompts: see above."
    stuck = [row for row in rows if row.state not in ON_ITS_WAY and row.state is not RowState.CANCELLED]
    said = [f"{_said(row)} {HAPPENS[row.state]}{f': {row.problem}' if row.problem else ''}" for row in stuck]
    return "; ".join(said)


def _said(row: Row) -> str:
    step = row.name.partition("/")[2].partition("/")[0]
    kind, _, number = step.partition("-")
    if not number:
        return "The base portrait"
    return f"{'Grid' if kind == 'grid' else 'Picture'} {int(number) + 1}"


@cache
def _component() -> Any:
    return st.components.v2.component(
        "gesso_avatar_wall",
        html='<div class="wall" role="group"></div>',
        css=(HERE / "wall.css").read_text(encoding="utf-8"),
        js=(HERE / "wall.js").read_text(encoding="utf-8"),
    )
