"""What avatar sets need from the world outside: personas and their pictures as a database keeps them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.domain.avatar import AvatarSet, AvatarTile, PersonaRow, PersonaState, Verdict


class Avatars(Protocol):
    """Avatar sets; what is not there raises NotFoundError. A set's batch exists before it and has its id."""

    def make(self, made: AvatarSet, personas: Sequence[PersonaRow]) -> None: ...

    def get(self, id: str, owner: str | None) -> AvatarSet: ...

    def all(self, owner: str | None, *, limit: int = 50) -> tuple[AvatarSet, ...]:
        """Newest first."""

    def personas(self, id: str, *, states: Collection[PersonaState] = ()) -> tuple[PersonaRow, ...]:
        """In order; no states means all."""

    def take_to_write(self, id: str, limit: int, *, now: datetime, until: datetime) -> tuple[PersonaRow, ...]:
        """Planned personas that this process has prompts written for, until then; nobody else takes them.

        Those whose writer was asked by a process that died are set to UNWRITTEN, because it may have been
        billed; the built-in template's are planned again.
        """

    def written(self, id: str, position: int, prompts: Mapping[str, str], cost: Decimal | None) -> None: ...

    def unwritten(self, id: str, position: int, problem: str) -> None: ...

    def plan_again(self, id: str, positions: Collection[int], writer: str) -> int:
        """Have the prompts of unwritten personas written anew, by this writer; returns how many."""

    def record(self, id: str, tile: AvatarTile) -> bool:
        """Keep a tile in its place; False if that place has this very picture already."""

    def tiles(self, id: str, *, position: int | None = None) -> tuple[AvatarTile, ...]:
        """By persona and number; number 0 is the base portrait."""

    def judge(self, id: str, places: Collection[tuple[int, int]], verdict: Verdict) -> int:
        """Set the verdict of tiles named by persona and number; returns how many there are."""
