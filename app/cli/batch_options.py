"""The options of ``gesso batch``, in groups: what the rows are, how the batch runs, how its run is followed."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Annotated, Any

import typer

from app.cli import options
from core.domain.batch import MAX_CONCURRENCY, MAX_ROWS
from core.domain.library import checked_name

Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE]...",
        help="Rows as text (one prompt a line), CSV, JSON or JSONL, - for standard input; with --edit pictures: "
        "files, folders, ids of stored images, names of collections.",
        show_default=False,
    ),
]
BatchId = Annotated[
    str, typer.Argument(metavar="ID", help="The batch's id, its beginning, or its name.", show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Replace = Annotated[bool, typer.Option("--yes", "-y", "--force", help="Replace files without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the rows and their prices; keep and send nothing.")]
Detach = Annotated[
    bool,
    typer.Option("--detach", help="Only set it running: an app or a worker on the same database takes it up."),
]
Wait = Annotated[bool, typer.Option("--wait", help="With QUEUE=celery: stay and show the progress until it ends.")]
AXES = ("model", "size", "quality")


Concurrency = Annotated[
    int | None,
    typer.Option(
        "-c",
        "--concurrency",
        metavar="N",
        min=1,
        max=MAX_CONCURRENCY,
        help="So many of its requests at once [default: CONCURRENCY].",
    ),
]
MaxCost = Annotated[
    str | None, typer.Option("--max-cost", metavar="USD", help="It pauses before it may cost more (exit code 4).")
]


@dataclass(frozen=True, kw_only=True)
class RowOptions:
    """What the rows are, and what they do not say themselves."""

    prompt: Annotated[
        list[str] | None,
        typer.Option(
            "-p",
            "--prompt",
            metavar="TEXT",
            help='A prompt, with wildcards if wished: "{red|blue} fox, __season__"; may be repeated; '
            "- reads it from standard input.",
        ),
    ] = None
    edit: Annotated[
        bool, typer.Option("--edit", help="The arguments are pictures; each becomes a row with --prompt.")
    ] = False
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="text, csv, json or jsonl [default: by the file's name]."),
    ] = None
    wildcards: Annotated[
        list[str] | None,
        typer.Option(
            "--wildcards",
            metavar="FILE|FOLDER",
            help="Wildcards of your own: NAME.txt has a value a line and is __NAME__; may be repeated.",
        ),
    ] = None
    sample: Annotated[
        int | None,
        typer.Option("--sample", metavar="N", min=1, max=MAX_ROWS, help="Draw N prompts by chance instead of all."),
    ] = None
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="The same seed draws the same prompts.")] = 0
    model: Annotated[
        list[str] | None,
        typer.Option("-m", "--model", metavar="ID", help="Model where a row names none; repeated: each row with each."),
    ] = None
    size: Annotated[
        list[str] | None,
        typer.Option("--size", metavar="WxH|auto", help="Size where a row says none; repeated: each row in each."),
    ] = None
    quality: Annotated[
        list[str] | None,
        typer.Option("--quality", metavar="NAME", help="Quality where a row says none; repeated: each row in each."),
    ] = None
    n: options.Count = 1
    background: options.Background = None
    output_format: Annotated[
        str | None,
        typer.Option("--output-format", metavar="NAME", help="png, jpeg, webp, gif or svg [default: the provider's]."),
    ] = None
    output_compression: options.OutputCompression = None
    moderation: options.Moderation = None
    input_fidelity: options.InputFidelity = None
    complexity: options.Complexity = None
    frame_count: options.FrameCount = None
    frame_duration_ms: options.FrameDuration = None
    svg_model: options.SvgModel = None
    svg_effort: options.SvgEffort = None
    skip_problems: Annotated[
        bool, typer.Option("--skip-problems", help="Leave out rows that cannot be sent, instead of stopping.")
    ] = False

    def axes(self) -> dict[str, tuple[str, ...]]:
        """The fields with several values, along which every row is varied."""
        given = {name: tuple(dict.fromkeys(getattr(self, name) or ())) for name in AXES}
        return {name: values for name, values in given.items() if len(values) > 1}

    def defaults(self) -> dict[str, Any]:
        """The fields of a request where rows say nothing."""
        plain = {f.name for f in fields(self)} - {*AXES, *HOW_ROWS_ARE_MADE}
        values = {name: getattr(self, name) for name in plain}
        values |= {name: (getattr(self, name) or [None])[0] for name in AXES if name not in self.axes()}
        return {name: value for name, value in values.items() if value is not None}


HOW_ROWS_ARE_MADE = ("prompt", "edit", "format", "wildcards", "sample", "seed", "skip_problems")


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """How a batch is called and limited, and where its pictures go."""

    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Its name [default: the file's, or the prompt's].")
    ] = None
    concurrency: Concurrency = None
    max_cost: MaxCost = None
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="TEXT",
            help="File names at export [default: {number:04}-{prompt}-{position}].",
        ),
    ] = None
    collection: Annotated[
        str | None,
        typer.Option(
            "--collection", metavar="NAME", help="The pictures go there [default: one of its own, named as the batch]."
        ),
    ] = None

    @property
    def limit(self) -> Decimal | None:
        return options.read_amount(self.max_cost)

    def check(self) -> None:
        """Raise a usage error for a limit or name that is none, also where nothing will be kept."""
        if self.limit == 0:
            raise typer.BadParameter("it must be more than 0.", param_hint="--max-cost")
        if self.name is not None:
            checked_name(self.name)

    def changes(self) -> dict[str, Any]:
        """What is said of a batch that is there already, for ``BatchService.describe``."""
        said = {
            "name": self.name, "concurrency": self.concurrency, "max_cost": self.limit, "template": self.template,
        }  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """How a run is begun and followed."""

    detach: Detach = False
    wait: Wait = False
    yes: Yes = False
    json: options.Json = False
    verbose: options.Verbose = False
