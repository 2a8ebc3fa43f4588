"""The options of ``gesso avatars``, in groups: who the personas are, how their pictures are made."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import typer

from app.cli import options
from app.cli.batch_options import Concurrency, MaxCost
from core.domain.avatar import MAX_PERSONAS, MAX_RETAKES, Way
from core.domain.library import checked_name

SetId = Annotated[
    str, typer.Argument(metavar="ID", help="The set's id, its beginning, or its name.", show_default=False)
]
Places = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PERSONA/NUMBER]...",
        help="Pictures, such as amara-okafor-1f3a9c2e/2, amara/1-4, 1/2, or a persona alone for all of its pictures.",
        show_default=False,
    ),
]
All = Annotated[bool, typer.Option("--all", help="All pictures of the set.")]
Good = Annotated[bool, typer.Option("--good", help="All pictures that passed their checks.")]
Source = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE|ID]",
        help="Personas as CSV, JSON or JSONL, - for standard input; or a planned set by its id or name.",
        show_default=False,
    ),
]
Inventor = Annotated[
    str | None,
    typer.Option("--inventor", metavar="NAME", help="built-in, chat or flowise [default: the first that is set up]."),
]
Wishes = Annotated[
    str, typer.Option("--wishes", metavar="TEXT", help="What kind of people, in any words; needs a text model.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="The same seed invents the same people (built-in).")]


@dataclass(frozen=True, kw_only=True)
class PeopleOptions:
    """Where personas come from, if not from a file."""

    invent: Annotated[
        int | None,
        typer.Option("--invent", metavar="N", min=1, max=MAX_PERSONAS, help="Invent so many; no file is read."),
    ] = None
    wishes: Wishes = ""
    inventor: Inventor = None
    seed: Seed = 0
    skip_problems: Annotated[
        bool, typer.Option("--skip-problems", help="Leave out rows that are no persona, instead of stopping.")
    ] = False


@dataclass(frozen=True, kw_only=True)
class PlanOptions:
    """How the pictures of a set are made."""

    pictures: Annotated[int, typer.Option("--pictures", metavar="4|8", help="Pictures of each persona.")] = 4
    way: Annotated[Way, typer.Option("--as", help="Four in one picture, cut apart; or each alone, in full size.")] = (
        Way.GRIDS
    )
    model: options.Model = None
    quality: options.Quality = None
    size: Annotated[
        str, typer.Option("--size", metavar="WxH", help="Of the portrait, and of each grid or single picture.")
    ] = "1024x1024"
    writer: Annotated[
        str | None,
        typer.Option(
            "--writer", metavar="NAME", help="Who writes prompts: template, chat, flowise [default: the first set up]."
        ),
    ] = None
    retakes: Annotated[
        int,
        typer.Option(
            "--retakes", metavar="N", min=0, max=MAX_RETAKES, help="Make what fails its checks again, so many times."
        ),
    ] = 0
    least_side: Annotated[
        int, typer.Option("--least-side", metavar="PIXELS", min=1, help="A smaller picture fails its checks.")
    ] = 256
    one_face: Annotated[
        bool | None,
        typer.Option(
            "--one-face/--no-face",
            help="Check that each shows one face [default: yes, but not on the demo provider].",
            show_default=False,
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class SetOptions:
    """How a set is called and limited."""

    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Its name [default: the file's, or the first's].")
    ] = None
    max_cost: MaxCost = None
    concurrency: Concurrency = None

    @property
    def limit(self) -> Decimal | None:
        return options.read_amount(self.max_cost)

    def check(self) -> None:
        """Raise a usage error for a limit that is none, before anybody is paid to invent people."""
        if self.limit == 0:
            raise typer.BadParameter("it must be more than 0.", param_hint="--max-cost")
        if self.name is not None:
            checked_name(self.name)
