"""``gesso avatars plan``, ``start`` and ``retry``: priced, kept, run as the batches that sets are, told at the end."""

from contextlib import nullcontext, redirect_stdout
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.avatar_options import PeopleOptions, PlanOptions, SetId, SetOptions, Source
from app.cli.avatar_planning import Planned, keep, make_plan
from app.cli.avatar_telling import quote_json, quote_lines, set_json, set_lines
from app.cli.batch_options import DryRun, RunOptions
from app.cli.batch_running import batch_workbench, consent, find_batch, go_on, names_batch
from app.cli.batch_telling import counted
from app.cli.batch_words import undecided_words
from app.cli.exits import OK, OTHER, PARTIAL
from app.cli.groups import spread
from app.cli.opening import VISITOR, workbench
from app.cli.output import note, note_lines, print_json, print_line
from core.domain.avatar import AvatarSet, PersonaState
from core.domain.batch import Batch, BatchState
from core.domain.money import ZERO, usd_text
from core.errors import JobStateError, NotFoundError
from core.services.built_in_prompts import TEMPLATE

if TYPE_CHECKING:
    from core.bootstrap import Workbench

EPILOG = "Exit codes: 0 ok, 2 usage, 4 budget, 5 some outcomes unknown, 6 some rows failed, 1 other, 130 paused."


@spread
def plan(
    *,
    source: Source = None,
    people: PeopleOptions,
    how: PlanOptions,
    named: SetOptions,
    dry_run: DryRun = False,
    json: options.Json = False,
    verbose: options.Verbose = False,
) -> int:
    """Read or invent personas, price their pictures both ways and keep the plan; nothing is sent. Prints its id."""
    named.check()
    with workbench(verbose=verbose) as opened:
        made = make_plan(opened, source, people, how, named.name, dry_run=dry_run)
        if dry_run:
            return _tell_only(made, json=json)
        kept = keep(opened, made, named)
    if json:
        print_json({"set": {"id": kept.id, "name": made.name}} | quote_json(made))
    else:
        note_lines(quote_lines(made))
        print_line(kept.id)
    return OK


@spread
def start(
    *,
    source: Source = None,
    people: PeopleOptions,
    how: PlanOptions,
    named: SetOptions,
    dry_run: DryRun = False,
    run: RunOptions,
) -> int:
    """Plan a set and make it in one go, or make or go on with a planned or paused one (its id or name for FILE).

    Both prices are told before. With QUEUE=inline this process does it; Ctrl-C pauses it. With QUEUE=celery workers do.
    It asks before more than BATCH_ASK_ABOVE_USD.
    """
    named.check()
    with batch_workbench(named.concurrency, verbose=run.verbose) as opened:
        if source is not None and people == PeopleOptions() and how == PlanOptions() and names_batch([source]):
            return _start_known(opened, source, named, run, dry_run=dry_run)
        made = make_plan(opened, source, people, how, named.name, dry_run=dry_run)
        if dry_run:
            return _tell_only(made, json=run.json)
        note_lines(quote_lines(made))
        opened.avatars.check_start(made.plan, made.personas, VISITOR, max_cost=named.limit)
        consent(opened, made.quote.most, named.limit, yes=run.yes)
        return begin(opened, keep(opened, made, named), run)


@spread
def retry(
    *,
    id: SetId,
    template: Annotated[
        bool, typer.Option("--template", help="The built-in template writes the prompts that their writer did not.")
    ] = False,
    run: RunOptions,
) -> int:
    """Have prompts written anew that their writer did not write, and send failed and cancelled rows again.

    A row that may have been billed is left alone: `gesso jobs resolve` settles it first.
    """
    with batch_workbench(None, verbose=run.verbose) as opened:
        found = find_set(opened, id)
        writer = TEMPLATE if template else found.plan.writer
        unwritten = [one for one in opened.avatars.personas(found.id, VISITOR) if one.state is PersonaState.UNWRITTEN]
        rows = opened.batches.to_retry(found.id, VISITOR)
        texts = opened.avatars.quote(replace(found.plan, writer=writer), [one.persona for one in unwritten], VISITOR)
        cost = texts.most + sum((row.held for row in rows), start=ZERO)
        consent(opened, cost, opened.batches.get(found.id, VISITOR).max_cost, yes=run.yes)
        count = opened.avatars.write_again(
            found.id, [one.position for one in unwritten], VISITOR, writer=writer
        ) + opened.batches.retry(found.id, VISITOR)
        if not count:
            progress = opened.batches.progress(found.id, VISITOR)
            why = undecided_words(progress) if progress.may_have_been_billed else "Nothing of it has failed."
            raise JobStateError(f"{why} `gesso avatars show {found.id}` shows how it stands.")
        return begin(opened, found, run)


def find_set(opened: "Workbench", name: str) -> AvatarSet:
    """A set by its id, the beginning of one, or its name; raises NotFoundError, or InvalidRequestError for two."""
    try:
        return opened.avatars.get(find_batch(opened, name).id, VISITOR)
    except NotFoundError as error:
        sentence = f"There is no avatar set {name!a}. `gesso avatars list` lists them."
        raise NotFoundError(sentence, kind="avatar set", id=name) from error


def begin(opened: "Workbench", found: AvatarSet, run: RunOptions) -> int:
    """Set a set running, unless it runs already, see it through, and tell how it stands; returns the exit code."""
    batch = opened.batches.get(found.id, VISITOR)
    if batch.state is not BatchState.RUNNING:
        batch = opened.avatars.start(found.id, VISITOR)
    # What a batch says of itself is part of the one object that we print for programs.
    with redirect_stdout(StringIO()) if run.json else nullcontext():
        code = go_on(opened, batch, run)
    opened.avatars.catch_up(found.id, VISITOR)
    return _told(opened, found, run, code)


def _told(opened: "Workbench", found: AvatarSet, run: RunOptions, code: int) -> int:
    if run.json:
        print_json(set_json(opened, found))
    elif opened.batches.get(found.id, VISITOR).state is not BatchState.RUNNING:
        for line in set_lines(opened, found):
            print_line(line)
    rows = opened.avatars.personas(found.id, VISITOR)
    unwritten = [one for one in rows if one.state is PersonaState.UNWRITTEN]
    if not unwritten:
        return code
    note(
        f"Error: {counted(len(unwritten), 'persona')} without prompts: `gesso avatars retry {found.id}` asks again, "
        "with --template the built-in template writes them."
    )
    return code if code != OK else OTHER if len(unwritten) == len(rows) else PARTIAL


def _start_known(opened: "Workbench", name: str, named: SetOptions, run: RunOptions, *, dry_run: bool) -> int:
    found = find_set(opened, name)
    cost = _to_come(opened, found)
    if dry_run:
        return _tell_known(found, cost, json=run.json)
    batch = _changed(opened, found, named)
    consent(opened, cost, batch.max_cost, yes=run.yes)
    return begin(opened, found, run)


def _to_come(opened: "Workbench", found: AvatarSet) -> Decimal:
    """USD that it may cost yet: rows that wait, and everything of personas whose prompts are to be written."""
    rows = opened.avatars.personas(found.id, VISITOR)
    waiting = [one.persona for one in rows if one.state in (PersonaState.PLANNED, PersonaState.WRITING)]
    return opened.batches.progress(found.id, VISITOR).to_come + opened.avatars.quote(found.plan, waiting, VISITOR).most


def _changed(opened: "Workbench", found: AvatarSet, named: SetOptions) -> Batch:
    said = {"name": named.name, "concurrency": named.concurrency, "max_cost": named.limit}
    changes = {name: value for name, value in said.items() if value is not None}
    if changes:
        return opened.batches.describe(found.id, VISITOR, **changes)
    return opened.batches.get(found.id, VISITOR)


def _tell_known(found: AvatarSet, cost: Decimal, *, json: bool) -> int:
    if json:
        print_json({"dry_run": True, "set": {"id": found.id}, "to_come_usd": cost})
    else:
        print_line(f"It may cost up to {usd_text(cost)} yet.")
    return OK


def _tell_only(made: Planned, *, json: bool) -> int:
    """A dry run."""
    if json:
        print_json({"dry_run": True} | quote_json(made))
        return OK
    for line in quote_lines(made):
        print_line(line)
    return OK
