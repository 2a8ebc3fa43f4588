"""The options that several commands share, with their help."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

PROMPT = "What the picture should show; - reads it from standard input."

Prompt = Annotated[str, typer.Argument(metavar="PROMPT", help=PROMPT, show_default=False)]
Model = Annotated[
    str | None, typer.Option("-m", "--model", metavar="ID", help="Model [default: DEFAULT_MODEL or the catalogue's].")
]
Count = Annotated[int, typer.Option("-n", metavar="N", help="How many images, 1 to 10.")]
Size = Annotated[
    str | None,
    typer.Option(
        "--size", metavar="WxH|auto", help="Pixels [default: 1024x1024; for GIF the largest square that fits]."
    ),
]
Quality = Annotated[
    str | None,
    typer.Option("--quality", metavar="NAME", help="auto, low, medium, high, ... [default: the model's own]."),
]
Background = Annotated[str | None, typer.Option("--background", metavar="NAME", help="auto, opaque or transparent.")]
OutputFormat = Annotated[
    str | None,
    typer.Option(
        "--output-format",
        metavar="NAME",
        help="png, jpeg, webp, gif or svg [default: by --output's extension, else the provider's, png].",
    ),
]
OutputCompression = Annotated[
    int | None, typer.Option("--output-compression", metavar="0-100", help="For jpeg and webp; 100 keeps most.")
]
Moderation = Annotated[str | None, typer.Option("--moderation", metavar="NAME", help="auto or low.")]
Stream = Annotated[bool, typer.Option("--stream", help="Ask for a stream; images are then asked for one by one.")]
PartialImages = Annotated[
    int, typer.Option("--partial-images", metavar="0-3", help="Previews per image, billed; turns --stream on.")
]
Complexity = Annotated[
    str | None, typer.Option("--complexity", metavar="NAME", help="low, medium or high, where the model has it.")
]
FrameCount = Annotated[int | None, typer.Option("--frame-count", metavar="2-16", help="Frames of a GIF.")]
FrameDuration = Annotated[
    int | None, typer.Option("--frame-duration-ms", metavar="MS", help="How long each GIF frame stays.")
]
SvgModel = Annotated[str | None, typer.Option("--svg-model", metavar="ID", help="The text model that writes the SVG.")]
SvgEffort = Annotated[str | None, typer.Option("--svg-effort", metavar="NAME", help="How hard it thinks.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Say on stderr what happens inside.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask: replace files, accept the price.")]
JobId = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as `gesso jobs` prints it.")]


def read_amount(text: str | None) -> Decimal | None:
    """USD from an option such as ``0.50`` or ``$2``; raises a usage error."""
    if text is None:
        return None
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise typer.BadParameter(f"{text!a} is no amount. Write US dollars, such as 0.50.", param_hint="--max-cost")
    return amount
