"""``gesso avatars accept``, ``reject``, ``redo`` and ``split``: what becomes of each picture."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.avatar_options import SetId
from app.cli.avatar_places import PickOptions, one_place, picked
from app.cli.avatar_running import begin, find_set
from app.cli.avatar_telling import set_lines, tile_json
from app.cli.batch_options import DryRun, RunOptions
from app.cli.batch_running import batch_workbench, consent
from app.cli.batch_telling import counted
from app.cli.exits import OK
from app.cli.groups import spread
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, print_json, print_line
from core.domain.avatar import GRID, AvatarSet, Verdict
from core.domain.batch import BatchState
from core.domain.frame import Box
from core.domain.money import usd_text
from core.errors import JobStateError, NotFoundError

if TYPE_CHECKING:
    from core.bootstrap import Workbench
    from core.services.avatars import Grid

BOX = re.compile(r"\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*(\d{1,5})\s*")


@spread
def accept(*, id: SetId, which: PickOptions, json: options.Json = False) -> int:
    """Accept pictures: `export` then writes them."""
    return _judge(id, which, Verdict.ACCEPTED, json=json)


@spread
def reject(*, id: SetId, which: PickOptions, json: options.Json = False) -> int:
    """Reject pictures: they stay in the library and are not exported."""
    return _judge(id, which, Verdict.REJECTED, json=json)


@spread
def redo(*, id: SetId, which: PickOptions, dry_run: DryRun = False, run: RunOptions) -> int:
    """Make pictures again, each alone and in full size from its base portrait; they take the old ones' places."""
    with batch_workbench(None, verbose=run.verbose) as opened:
        found = find_set(opened, id)
        places = picked(opened, found, which)
        if not places:
            raise JobStateError(f"No picture of the set is like that. `gesso avatars show {found.id}` shows them.")
        cost = opened.avatars.redo_price(found.id, len(places), VISITOR)
        if dry_run:
            return _tell_price(len(places), cost_text=usd_text(cost), cost=cost, json=run.json)
        consent(opened, cost, opened.batches.get(found.id, VISITOR).max_cost, yes=run.yes)
        if not opened.avatars.redo(found.id, places, VISITOR):
            raise JobStateError("None of these pictures can be asked for again now: it was done already.")
        if opened.batches.get(found.id, VISITOR).state is BatchState.RUNNING:
            return begin(opened, found, run)
    note(f"The set does not run; `gesso avatars start {found.id}` goes on with it and makes them.")
    return OK


def split(
    id: SetId,
    place: Annotated[
        str, typer.Argument(metavar="PERSONA/GRID", help="A grid, such as amara/1 or 1/2.", show_default=False)
    ],
    boxes: Annotated[
        str | None,
        typer.Option(
            "--boxes",
            metavar="X,Y,W,H;...",
            help="Its four pictures in pixels, left to right, top to bottom [default: print where they are].",
        ),
    ] = None,
    json: options.Json = False,
) -> int:
    """Cut a grid by hand where its split was wrong; the new pictures take the old ones' places and cost nothing."""
    marked = None if boxes is None else read_boxes(boxes)
    with workbench() as opened:
        found = find_set(opened, id)
        grid = _grid(opened, found, place)
        if marked is None:
            return _tell_boxes(grid, json=json)
        first = grid.number * GRID.count + 1
        tiles = [
            tile
            for tile in opened.avatars.adjust(found.id, grid, marked, VISITOR)
            if first <= tile.number < first + GRID.count
        ]
        if json:
            print_json({"persona": grid.persona.persona.slug, "pictures": [tile_json(tile) for tile in tiles]})
            return OK
        for tile in tiles:
            print_line(f"{grid.persona.persona.slug}/{tile.number}: {tile.ref.width}x{tile.ref.height}, {tile.url}")
    return OK


def read_boxes(text: str) -> tuple[Box, ...]:
    """Rectangles from ``0,0,500,500;510,0,500,500``; raises a usage error."""
    found = [BOX.fullmatch(part) for part in text.strip().strip(";").split(";")]
    numbers = [tuple(map(int, match.groups())) for match in found if match is not None]
    if len(numbers) != len(found):
        raise typer.BadParameter(f"{text!a} are no rectangles. Write X,Y,W,H;X,Y,W,H;...", param_hint="--boxes")
    return tuple(Box(left=left, top=top, width=width, height=height) for left, top, width, height in numbers)


def _judge(id: str, which: PickOptions, verdict: Verdict, *, json: bool) -> int:
    with workbench() as opened:
        found = find_set(opened, id)
        count = opened.avatars.judge(found.id, picked(opened, found, which), verdict, VISITOR)
        if json:
            print_json({"set": found.id, verdict.value: count})
            return OK
        print_line(f"{counted(count, 'picture')} {verdict.value}")
        for line in set_lines(opened, found):
            print_line(line)
    return OK


def _grid(opened: "Workbench", found: AvatarSet, place: str) -> "Grid":
    """The grid that was named; people count grids from 1."""
    one, number = one_place(place, opened.avatars.personas(found.id, VISITOR))
    grids = opened.avatars.grids(found.id, one.position, VISITOR)
    grid = next((each for each in grids if each.number == number - 1), None)
    if grid is None:
        sentence = f"{one.persona.slug} has no grid {number}; it has {len(grids)}."
        raise NotFoundError(sentence, kind="grid", id=place)
    return grid


def _tell_boxes(grid: "Grid", *, json: bool) -> int:
    ref = grid.answer.ref
    texts = [f"{box.left},{box.top},{box.width},{box.height}" for box in grid.boxes]
    if json:
        size = {"width": ref.width, "height": ref.height}
        print_json({"persona": grid.persona.persona.slug, "grid": grid.number + 1, **size, "boxes": texts})
    else:
        note(f"The grid has {ref.width}x{ref.height} pixels; with --boxes these can be set.")
        print_line(";".join(texts))
    return OK


def _tell_price(count: int, *, cost_text: str, cost: object, json: bool) -> int:
    if json:
        print_json({"dry_run": True, "pictures": count, "most_usd": cost})
    else:
        print_line(f"{counted(count, 'picture')} made again for up to {cost_text}")
    return OK
