"""An open set as the page needs it: personas, their pictures, and what is still on its way, read once a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import streamlit as st

from app.ui.choices import key
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.avatar import AvatarSet, AvatarTile, PersonaRow, PersonaState
from core.domain.batch import MAX_ROWS, Batch, BatchState, Progress, Row, RowState

ON_ITS_WAY = (RowState.WAITING, RowState.QUEUED, RowState.RUNNING)
NOT_MADE = (RowState.FAILED, RowState.PROBLEM, RowState.UNKNOWN, RowState.CANCELLED)


@dataclass(frozen=True)
class Open:
    """Everything of a set; ``rows`` are those without a picture, by their persona's slug."""

    made: AvatarSet
    batch: Batch
    progress: Progress
    personas: tuple[PersonaRow, ...]
    tiles: Mapping[int, tuple[AvatarTile, ...]]
    rows: Mapping[str, tuple[Row, ...]]

    @property
    def id(self) -> str:
        return self.made.id

    @cached_property
    def unwritten(self) -> tuple[PersonaRow, ...]:
        """Those whose writer failed."""
        return tuple(one for one in self.personas if one.state is PersonaState.UNWRITTEN)

    @cached_property
    def done(self) -> int:
        """How many personas have all their pictures."""
        wanted = self.made.plan.pictures + 1
        return sum(len(self.tiles.get(one.position, ())) >= wanted for one in self.personas)

    @cached_property
    def all_tiles(self) -> tuple[AvatarTile, ...]:
        """The pictures, and the base portraits that they were made from."""
        return tuple(tile for tiles in self.tiles.values() for tile in tiles)

    @cached_property
    def pictures(self) -> tuple[AvatarTile, ...]:
        """What is reviewed and taken home."""
        return tuple(tile for tile in self.all_tiles if tile.number)

    @cached_property
    def again(self) -> dict[tuple[int, int], Row]:
        """The requests that are to take a picture's place, by persona and number."""
        return {
            (one.position, number): row
            for one in self.personas
            for row in self.rows.get(one.persona.slug, ())
            if row.state in ON_ITS_WAY and (number := _again(row)) is not None
        }

    @property
    def is_live(self) -> bool:
        """Whether anything changes by itself."""
        return self.batch.state is BatchState.RUNNING or self.progress.open > 0

    @property
    def foretold(self) -> Progress:
        """The progress with the requests that will follow, so that it is a share of the whole."""
        writable = len(self.personas) - len(self.unwritten)
        missing = writable * (1 + self.made.plan.variations) - self.progress.total
        if missing <= 0 or self.batch.state is BatchState.CANCELLED:
            return self.progress
        rows = {**self.progress.rows, RowState.WAITING: self.progress.waiting + missing}
        return replace(self.progress, rows=rows)


def read_set(id: str) -> Open:
    """Raises NotFoundError. A set that stands still is brought up to what has been made meanwhile."""
    bench, who = workbench(), visitor()
    made, batch, progress = bench.avatars.get(id, who), bench.batches.get(id, who), bench.batches.progress(id, who)
    _catch_up(batch, progress)
    rows = bench.batches.rows(id, who, states=(*ON_ITS_WAY, *NOT_MADE), limit=MAX_ROWS)
    return Open(
        made=made, batch=batch, progress=progress, personas=bench.avatars.personas(id, who),
        tiles=_by_position(bench.avatars.tiles(id, who)), rows=_by_slug(rows),
    )  # fmt: skip


def _catch_up(batch: Batch, progress: Progress) -> None:
    """Once for each count of ended rows: a set that runs is looked after elsewhere, and a finished one is complete."""
    at = (batch.id, batch.state, progress.ended)
    if batch.state in (BatchState.PAUSED, BatchState.CANCELLED) and st.session_state.get(key("caught_up")) != at:
        workbench().avatars.catch_up(batch.id, visitor())
        st.session_state[key("caught_up")] = at


def _again(row: Row) -> int | None:
    """Of a request that makes a picture again, that picture's number."""
    step, _, tries = row.name.partition("/")[2].partition("/again-")
    return int(step.rpartition("-")[2]) + 1 if tries else None


def _by_position(tiles: Sequence[AvatarTile]) -> dict[int, tuple[AvatarTile, ...]]:
    found: dict[int, list[AvatarTile]] = {}
    for tile in tiles:
        found.setdefault(tile.position, []).append(tile)
    return {position: tuple(mine) for position, mine in found.items()}


def _by_slug(rows: Sequence[Row]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.name.partition("/")[0], []).append(row)
    return {slug: tuple(mine) for slug, mine in found.items()}
