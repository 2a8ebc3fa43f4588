"""Avatar sets in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, insert, select, true, tuple_, update

from core.domain.avatar import (
    AvatarPlan,
    AvatarSet,
    AvatarTile,
    PersonaRow,
    PersonaState,
    Verdict,
    finding_from_json,
)
from core.domain.frame import Box
from core.domain.image import ImageRef
from core.domain.persona import Persona
from core.errors import NotFoundError
from core.storage.database import Database
from core.storage.tables import avatar_personas, avatar_sets, avatar_tiles

DIED = (
    "The program stopped while the writer was asked, so it may have been billed for a prompt that is lost. "
    "Ask again, or take the built-in template."
)
FREE_WRITER = "template"
SAME_IN_TILE = ("position", "number", "image_id", "job_id", "key", "url", "retakes")


@dataclass(frozen=True, slots=True)
class SqlAvatars:
    """Implements ``core.services.avatar_ports.Avatars``; usable from any thread. Its methods may raise StorageError."""

    database: Database

    def make(self, made: AvatarSet, personas: Sequence[PersonaRow]) -> None:
        row = {"id": made.id, "owner": made.owner, "plan": made.plan.to_json(), "created_at": made.created_at}
        with self.database.write() as connection:
            connection.execute(insert(avatar_sets), row)
            connection.execute(insert(avatar_personas), [_persona_values(made.id, one) for one in personas])

    def get(self, id: str, owner: str | None) -> AvatarSet:
        mine = true() if owner is None else avatar_sets.c.owner == owner
        with self.database.read() as connection:
            row = connection.execute(select(avatar_sets).where(avatar_sets.c.id == id, mine)).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"There is no avatar set {id}.", kind="avatar set", id=id)
        return _to_set(row)

    def all(self, owner: str | None, *, limit: int = 50) -> tuple[AvatarSet, ...]:
        query = select(avatar_sets).order_by(avatar_sets.c.id.desc()).limit(limit)
        if owner is not None:
            query = query.where(avatar_sets.c.owner == owner)
        with self.database.read() as connection:
            return tuple(_to_set(row) for row in connection.execute(query).mappings())

    def personas(self, id: str, *, states: Collection[PersonaState] = ()) -> tuple[PersonaRow, ...]:
        query = select(avatar_personas).where(avatar_personas.c.set_id == id).order_by(avatar_personas.c.position)
        if states:
            query = query.where(avatar_personas.c.state.in_([str(state) for state in states]))
        with self.database.read() as connection:
            return tuple(_to_persona(row) for row in connection.execute(query).mappings())

    def take_to_write(self, id: str, limit: int, *, now: datetime, until: datetime) -> tuple[PersonaRow, ...]:
        ours = avatar_personas.c.set_id == id
        lost = (ours, avatar_personas.c.state == "writing", avatar_personas.c.writing_until < now)
        free = select(avatar_personas.c.position).where(ours, avatar_personas.c.state == "planned")
        free = free.order_by(avatar_personas.c.position).limit(limit)
        with self.database.read() as connection:
            if not connection.execute(free).first() and not connection.execute(select(1).where(*lost)).first():
                return ()
        taken = (ours, avatar_personas.c.state == "planned", avatar_personas.c.position.in_(free.scalar_subquery()))
        with self.database.write() as connection:
            free_again = (*lost, avatar_personas.c.writer == FREE_WRITER)
            connection.execute(update(avatar_personas).where(*free_again).values(state="planned"))
            connection.execute(update(avatar_personas).where(*lost).values(state="unwritten", problem=DIED))
            change = update(avatar_personas).where(*taken).values(state="writing", writing_until=until)
            rows = connection.execute(change.returning(avatar_personas)).mappings().all()
        return tuple(sorted(map(_to_persona, rows), key=lambda row: row.position))

    def written(self, id: str, position: int, prompts: Mapping[str, str], cost: Decimal | None) -> None:
        self._set(id, position, state="written", prompts=dict(prompts), text_cost=cost, problem="")

    def unwritten(self, id: str, position: int, problem: str) -> None:
        self._set(id, position, state="unwritten", problem=problem)

    def plan_again(self, id: str, positions: Collection[int], writer: str) -> int:
        where = (avatar_personas.c.set_id == id, avatar_personas.c.position.in_(list(positions)))
        change = update(avatar_personas).where(*where, avatar_personas.c.state == "unwritten")
        with self.database.write() as connection:
            return connection.execute(change.values(state="planned", writer=writer, problem="")).rowcount

    def record(self, id: str, tile: AvatarTile) -> bool:
        place = (
            avatar_tiles.c.set_id == id,
            avatar_tiles.c.position == tile.position,
            avatar_tiles.c.number == tile.number,
        )
        with self.database.write() as connection:
            there = connection.execute(select(avatar_tiles.c.image_id).where(*place)).scalar_one_or_none()
            if there == tile.image_id:
                return False
            if there is None:
                connection.execute(insert(avatar_tiles), _tile_values(id, tile))
            else:
                connection.execute(update(avatar_tiles).where(*place).values(_tile_values(id, tile)))
            return True

    def tiles(self, id: str, *, position: int | None = None) -> tuple[AvatarTile, ...]:
        query = select(avatar_tiles).where(avatar_tiles.c.set_id == id)
        query = query.order_by(avatar_tiles.c.position, avatar_tiles.c.number)
        if position is not None:
            query = query.where(avatar_tiles.c.position == position)
        with self.database.read() as connection:
            return tuple(_to_tile(row) for row in connection.execute(query).mappings())

    def judge(self, id: str, places: Collection[tuple[int, int]], verdict: Verdict) -> int:
        here = tuple_(avatar_tiles.c.position, avatar_tiles.c.number).in_(list(places))
        change = update(avatar_tiles).where(avatar_tiles.c.set_id == id, here).values(verdict=str(verdict))
        with self.database.write() as connection:
            return connection.execute(change).rowcount if places else 0

    def _set(self, id: str, position: int, **values: Any) -> None:
        where = (avatar_personas.c.set_id == id, avatar_personas.c.position == position)
        with self.database.write() as connection:
            connection.execute(update(avatar_personas).where(*where).values(writing_until=None, **values))


def _persona_values(id: str, row: PersonaRow) -> dict[str, Any]:
    return {
        "set_id": id,
        "position": row.position,
        "persona": row.persona.to_json(),
        "state": str(row.state),
        "prompts": dict(row.prompts) or None,
        "writer": row.writer,
        "text_cost": row.text_cost,
        "problem": row.problem,
    }


def _tile_values(id: str, tile: AvatarTile) -> dict[str, Any]:
    return {name: getattr(tile, name) for name in SAME_IN_TILE} | {
        "set_id": id,
        "ref": asdict(tile.ref),
        "box": asdict(tile.box) if tile.box else None,
        "findings": [asdict(finding) for finding in tile.findings],
        "verdict": str(tile.verdict),
    }


def _to_set(row: RowMapping) -> AvatarSet:
    plan = AvatarPlan.from_json(row["plan"])
    return AvatarSet(id=row["id"], owner=row["owner"], plan=plan, created_at=row["created_at"])


def _to_persona(row: RowMapping) -> PersonaRow:
    return PersonaRow(
        position=row["position"],
        persona=Persona.of(row["persona"]),
        state=PersonaState(row["state"]),
        prompts=row["prompts"] or {},
        writer=row["writer"],
        text_cost=row["text_cost"],
        problem=row["problem"],
    )


def _to_tile(row: RowMapping) -> AvatarTile:
    return AvatarTile(
        **{name: row[name] for name in SAME_IN_TILE},
        ref=ImageRef(**row["ref"]),
        box=Box(**row["box"]) if row["box"] else None,
        findings=tuple(finding_from_json(finding) for finding in row["findings"]),
        verdict=Verdict(row["verdict"]),
    )
