"""Which pictures of a set are meant: ``amara/2``, ``1/1-4``, ``2``; or all, the good, the bad, the rejected."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.avatar_options import All, Good, Places
from app.cli.opening import VISITOR
from core.domain.avatar import AvatarSet, AvatarTile, PersonaRow, Verdict
from core.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from core.bootstrap import Workbench

PLACE = re.compile(r"(?P<who>[^/]+)(?:/(?P<first>[0-9]{1,2})(?:-(?P<last>[0-9]{1,2}))?)?")


@dataclass(frozen=True, kw_only=True)
class PickOptions:
    """Pictures by name, or by how they stand."""

    places: Places = None
    all: All = False
    good: Good = False
    bad: Annotated[bool, typer.Option("--bad", help="All pictures that failed a check.")] = False
    rejected: Annotated[bool, typer.Option("--rejected", help="All rejected pictures.")] = False


def picked(opened: "Workbench", found: AvatarSet, which: PickOptions) -> set[tuple[int, int]]:
    """The pictures by (persona, number); raises InvalidRequestError or NotFoundError.

    ``--good`` and ``--bad`` leave alone what somebody has judged already.
    """
    tiles = [tile for tile in opened.avatars.tiles(found.id, VISITOR) if tile.number]
    if not (which.places or which.all or which.good or which.bad or which.rejected):
        raise InvalidRequestError("Which pictures? Name some, such as 1/2, or give --all, --good or --bad.")
    chosen = {(tile.position, tile.number) for tile in tiles if _stands(tile, which)}
    rows = opened.avatars.personas(found.id, VISITOR)
    return chosen | {place for text in which.places or () for place in _named(text, rows, tiles)}


def persona_of(who: str, rows: Sequence[PersonaRow]) -> PersonaRow:
    """The persona of this position, folder name, or beginning of one; raises NotFoundError or InvalidRequestError."""
    if who.isdecimal():
        found = [one for one in rows if one.position == int(who)]
    else:
        found = [one for one in rows if one.persona.slug.startswith(who.lower())]
    if len(found) > 1:
        some = " or ".join(one.persona.slug for one in found[:3])
        raise InvalidRequestError(f"{who!a} may be {some}. Write more of it.", param="place")
    if not found:
        raise NotFoundError(f"The set has no persona {who!a}. They are numbered from 1.", kind="persona", id=who)
    return found[0]


def one_place(text: str, rows: Sequence[PersonaRow]) -> tuple[PersonaRow, int]:
    """A persona and one number of it, such as ``amara/1``; raises InvalidRequestError or NotFoundError."""
    match = PLACE.fullmatch(text)
    if match is None or match["first"] is None or match["last"] is not None:
        raise InvalidRequestError(f"{text!a} names no grid. Write PERSONA/GRID, such as 1/1.", param="place")
    return persona_of(match["who"], rows), int(match["first"])


def _named(text: str, rows: Sequence[PersonaRow], tiles: Collection[AvatarTile]) -> list[tuple[int, int]]:
    match = PLACE.fullmatch(text)
    if match is None:
        raise InvalidRequestError(f"{text!a} names no picture. Write PERSONA/NUMBER, such as 1/2.", param="place")
    one = persona_of(match["who"], rows)
    there = {tile.number for tile in tiles if tile.position == one.position}
    first = int(match["first"]) if match["first"] else min(there, default=1)
    last = int(match["last"]) if match["last"] else first if match["first"] else max(there, default=1)
    if missing := [number for number in range(first, last + 1) if number not in there]:
        raise NotFoundError(
            f"{one.persona.slug} has no picture {missing[0]} yet; it has {len(there)}.", kind="picture", id=text
        )
    return [(one.position, number) for number in range(first, last + 1)]


def _stands(tile: AvatarTile, which: PickOptions) -> bool:
    new = tile.verdict is Verdict.NEW
    return (
        which.all
        or (which.good and new and tile.good)
        or (which.bad and new and not tile.good)
        or (which.rejected and tile.verdict is Verdict.REJECTED)
    )
