"""An avatar set before it is kept: personas read or invented, the plan completed, priced both ways."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.avatar_options import PeopleOptions, PlanOptions, SetOptions
from app.cli.opening import VISITOR
from app.cli.output import note, one_line
from app.cli.quote import chosen_model
from app.cli.sources import STDIN, Sources, shown
from core.domain.avatar import AvatarPlan, AvatarSet, Quote, Way
from core.domain.money import usd_text
from core.domain.persona import Persona
from core.domain.persona_reading import read_personas
from core.errors import InvalidRequestError
from core.providers.offering import DEMO

if TYPE_CHECKING:
    from core.bootstrap import Workbench

BUILT_IN = "built-in"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A set that could be made: who, how, and what it costs in each way."""

    name: str
    personas: tuple[Persona, ...]
    plan: AvatarPlan
    quotes: tuple[Quote, Quote]

    @property
    def quote(self) -> Quote:
        """The price in the way that was chosen."""
        return next(one for one in self.quotes if one.way is self.plan.way)

    @property
    def pictures(self) -> int:
        return self.plan.pictures * len(self.personas)


def make_plan(
    opened: "Workbench", source: str | None, people: PeopleOptions, how: PlanOptions, name: str | None, *, dry_run: bool
) -> Planned:
    """Read or invent personas and price them; keeps nothing. Raises InvalidRequestError or NotFoundError.

    A dry run asks no text model for people: it prices people of the built-in generator.
    """
    if (source is None) == (people.invent is None):
        raise typer.BadParameter("Name one file with personas, or give --invent N.", param_hint="FILE")
    plan = _plan(opened, how)
    if people.invent is not None:
        personas, called = _invented(opened, people, dry_run=dry_run), f"{people.invent} invented"
    else:
        personas, called = _read(str(source), skip_problems=people.skip_problems)
    quotes = opened.avatars.both_ways(plan, personas, VISITOR)
    made = Planned(name=name or called, personas=personas, plan=plan, quotes=quotes)
    if made.quote.problem:
        raise InvalidRequestError(made.quote.problem)
    return made


def keep(opened: "Workbench", made: Planned, options: SetOptions) -> AvatarSet:
    """Keep the plan; nothing is sent before it is started."""
    return opened.avatars.create(
        made.name, made.personas, made.plan, VISITOR, max_cost=options.limit, concurrency=options.concurrency
    )


def invent(opened: "Workbench", count: int, people: PeopleOptions) -> tuple[Persona, ...]:
    """Have personas invented; what was wrong with some of them, and the price, is said on stderr."""
    inventor = opened.prompts.inventor(people.inventor)
    expected = inventor.estimate(count, people.wishes).held
    if expected:
        standing = opened.ledger.standing(opened.studio.account_of(VISITOR))
        standing.budgets.check(expected, standing.today, standing.month)
    answer = opened.prompts.invent(count, people.wishes, inventor=inventor.name, seed=people.seed)
    for problem in answer.problems:
        note(f"Note: {problem}")
    if cost := answer.cost if answer.cost is not None else expected:
        note(
            f"Note: {inventor.title} invented them for about {usd_text(cost)}, which is not in the ledger, as it "
            "belongs to no picture."
        )
    return answer.personas


def _invented(opened: "Workbench", people: PeopleOptions, *, dry_run: bool) -> tuple[Persona, ...]:
    count = people.invent or 0
    if dry_run and opened.prompts.inventor(people.inventor).name != BUILT_IN:
        note("Note: nobody is asked to invent people; the prices are those of people from the built-in generator.")
        people = PeopleOptions(invent=count, inventor=BUILT_IN, seed=people.seed)
    return invent(opened, count, people)


def _read(name: str, *, skip_problems: bool) -> tuple[tuple[Persona, ...], str]:
    """The personas of a file and the file's name without its ending."""
    data = Sources(None).read(name, "personas")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRequestError(f"{shown(name)} is not UTF-8 text. Save it as CSV in UTF-8.") from error
    found = read_personas(text, "" if name == STDIN else name)
    if not found.personas:
        raise InvalidRequestError(f"{shown(name)}: {found.problems[0]}", param="personas")
    for problem in found.problems:
        note(f"{shown(name)}: {problem}")
    if found.problems and not skip_problems:
        count = "1 of its rows is" if len(found.problems) == 1 else f"{len(found.problems):,} of its rows are"
        raise InvalidRequestError(f"{count} no persona. Mend that, or add --skip-problems.", param="personas")
    if found.ignored:
        note(f"Note: nobody reads the columns {one_line(', '.join(found.ignored))}.")
    return found.personas, "Personas" if name == STDIN else Path(name).stem[:60]


def _plan(opened: "Workbench", how: PlanOptions) -> AvatarPlan:
    """The plan with the defaults that single requests have."""
    model = chosen_model(opened.settings, how.model)
    on_demo = opened.studio.router.route(model.id, VISITOR).provider == DEMO
    if on_demo and how.one_face is None:
        note("Note: the demo provider draws no faces that could be counted, so faces are not checked.")
    return AvatarPlan(
        model=model.id,
        way=Way(how.way),
        pictures=how.pictures,
        quality=how.quality or model.default_quality,
        portrait_size=how.size,
        picture_size=how.size,
        writer=opened.prompts.writer(how.writer).name,
        retakes=how.retakes,
        least_side=how.least_side,
        one_face=how.one_face if how.one_face is not None else not on_demo,
    )
