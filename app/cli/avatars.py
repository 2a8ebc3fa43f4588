"""``gesso avatars``: pictures of people who do not exist - invented, priced, made, checked, reviewed, exported."""

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.avatar_export import export
from app.cli.avatar_options import Inventor, PeopleOptions, Seed, SetId, Wishes
from app.cli.avatar_planning import invent as have_invented
from app.cli.avatar_reviewing import accept, redo, reject, split
from app.cli.avatar_running import EPILOG, find_set, plan, retry, start
from app.cli.avatar_telling import set_json, set_lines
from app.cli.batch_telling import progress_line
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.opening import VISITOR, workbench
from app.cli.output import dollars, note, one_line, print_json, print_line, print_table, shortened
from core.domain.avatar import MAX_PERSONAS, AvatarSet, Verdict
from core.domain.persona import FIELDS

if TYPE_CHECKING:
    from core.bootstrap import Workbench

app = new_app()
NAME_WIDTH = 40
HEADER = ("ID", "CREATED (UTC)", "STATE", "PERSONAS", "PICTURES", "ACCEPTED", "SPENT", "NAME")


@app.callback(invoke_without_command=True)
def avatars(context: typer.Context, json: options.Json = False) -> int:
    """Make sets of pictures of people who do not exist, review and export them; without a command, list sets."""
    return OK if context.invoked_subcommand is not None else list_sets(json=json)


app.command()(plan)
app.command(epilog=EPILOG)(start)


@app.command()
def show(id: SetId, json: options.Json = False) -> int:
    """Show a set: how far it is, each persona with its pictures, and what was found against some of them."""
    with workbench() as opened:
        found = find_set(opened, id)
        opened.avatars.catch_up(found.id, VISITOR)
        if json:
            print_json(set_json(opened, found))
            return OK
        batch, progress = opened.batches.get(found.id, VISITOR), opened.batches.progress(found.id, VISITOR)
        print_line(one_line(f"{batch.name}: {batch.state.value}, {progress_line(progress, None)}, id {batch.id}"))
        for line in set_lines(opened, found):
            print_line(line)
    return OK


@app.command("list")
def list_sets(
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="How many, newest first.")] = 20,
    json: options.Json = False,
) -> int:
    """List avatar sets, newest first."""
    with workbench() as opened:
        found = opened.avatars.all(VISITOR, limit=limit)
        if json:
            print_json({"sets": [set_json(opened, one)["set"] for one in found]})
        elif found:
            print_table(HEADER, [_cells(opened, one) for one in found])
        else:
            note("No avatar sets yet. `gesso avatars start personas.csv` or `start --invent 3` makes one.")
    return OK


app.command(epilog=EPILOG)(retry)
app.command(epilog=EPILOG)(redo)
app.command()(accept)
app.command()(reject)
app.command()(split)
app.command()(export)


@app.command()
def invent(
    count: Annotated[
        int, typer.Argument(metavar="N", min=1, max=MAX_PERSONAS, help="How many.", show_default=False)
    ] = 3,
    wishes: Wishes = "",
    inventor: Inventor = None,
    seed: Seed = 0,
    json: options.Json = False,
) -> int:
    """Print personas who do not exist as CSV, or with --json as an object; `start` takes both."""
    with workbench() as opened:
        people = have_invented(opened, count, PeopleOptions(wishes=wishes, inventor=inventor, seed=seed))
    if json:
        print_json({"personas": [one.to_json() for one in people]})
        return OK
    text = io.StringIO()
    table = csv.DictWriter(text, FIELDS, lineterminator="\n")
    table.writeheader()
    table.writerows(one.to_json() for one in people)
    print_line(text.getvalue().rstrip("\n"))
    return OK


def _cells(opened: "Workbench", found: AvatarSet) -> tuple[str, ...]:
    batch, progress = opened.batches.get(found.id, VISITOR), opened.batches.progress(found.id, VISITOR)
    verdicts = Counter(tile.verdict for tile in opened.avatars.tiles(found.id, VISITOR) if tile.number)
    personas = len(opened.avatars.personas(found.id, VISITOR))
    return (
        found.id,
        found.created_at.strftime("%Y-%m-%d %H:%M"),
        batch.state.value,
        str(personas),
        f"{verdicts.total()}/{personas * found.plan.pictures}",
        str(verdicts[Verdict.ACCEPTED]),
        dollars(progress.spent),
        shortened(batch.name, NAME_WIDTH),
    )
