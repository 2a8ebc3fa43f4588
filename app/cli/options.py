"""The options that several commands share, with their help."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import typer

from core.domain.money import read_usd
from core.errors import InvalidRequestError


class Polarity(StrEnum):
    """What the white (or opaque) part of a mask file means."""

    EDIT = "edit"
    KEEP = "keep"


PROMPT = "What the picture should show; - reads it from standard input."
PICTURE = "File, - for standard input, or the id of a stored image"

Prompt = Annotated[str, typer.Argument(metavar="PROMPT", help=PROMPT, show_default=False)]
Model = Annotated[
    str | None,
    typer.Option("-m", "--model", metavar="ID", help="Model, or provider/model [default: DEFAULT_MODEL or the usual]."),
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
Output = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="PATH",
        help="File (several become NAME_1, NAME_2, ...), folder, or - for standard output "
        "[default: print where the originals are stored].",
    ),
]
Raw = Annotated[
    bool, typer.Option("--raw", help="Print the provider's answer in the API's shape, without the image data.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the price and the exact request; send nothing.")]
MaxCost = Annotated[
    str | None, typer.Option("--max-cost", metavar="USD", help="Send nothing that may cost more (exit code 4).")
]
Image = Annotated[
    str,
    typer.Argument(metavar="IMAGE", help=f"{PICTURE}.", show_default=False),
]
Images = Annotated[
    list[str],
    typer.Argument(
        metavar="IMAGE...",
        help="1 to 16: files, - for standard input, or ids of stored images.",
        show_default=False,
    ),
]
EditPrompt = Annotated[
    str,
    typer.Option(
        "-p",
        "--prompt",
        metavar="TEXT",
        help="What should be there; - reads it from standard input.",
        show_default=False,
    ),
]
EditSize = Annotated[
    str | None,
    typer.Option("--size", metavar="WxH|auto", help="Pixels [default: the size nearest to the picture's]."),
]
InputFidelity = Annotated[
    str | None, typer.Option("--input-fidelity", metavar="NAME", help="low or high, where the model has it.")
]
MaskFile = Annotated[
    str | None,
    typer.Option(
        "--mask",
        metavar="FILE",
        help="Mask of the picture's size, black and white or RGBA; - for standard input, "
        "or the id of an earlier inpaint's job.",
    ),
]
Region = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="X,Y,W,H",
        help="Rectangle in pixels, or left-half, middle-third, ..., border; may be repeated, and adds to the mask.",
    ),
]
Operations = Annotated[
    str | None,
    typer.Option("--operations", metavar="FILE", help="JSON of drawing operations; they are drawn onto the mask."),
]
White = Annotated[
    Polarity | None,
    typer.Option(
        "--white", help="What white (or opaque) means in the mask file [default: found by looking, and said]."
    ),
]
Grow = Annotated[
    int | None, typer.Option("--grow", metavar="PIXELS", help="Grow what is selected; shrink it if negative.")
]
FillHoles = Annotated[bool, typer.Option("--fill-holes", help="Select also what the selection encloses.")]
Invert = Annotated[bool, typer.Option("--invert", help="Select everything else instead, after growing.")]
Feather = Annotated[
    int, typer.Option("--feather", metavar="PIXELS", help="How softly the edit fades in, inside the selection.")
]
Context = Annotated[
    int | None,
    typer.Option("--context", metavar="PIXELS", help="How much around the selection is sent [default: by its size]."),
]
NoProtect = Annotated[
    bool, typer.Option("--no-protect", help="Keep the model's whole image: pixels outside the selection change too.")
]
MatchColours = Annotated[bool, typer.Option("--match-colours", help="Fit the answer's colours to the picture's.")]
NoRepairDrift = Annotated[bool, typer.Option("--no-repair-drift", help="Do not move back an answer that has moved.")]
After = Annotated[
    str | None, typer.Option("--after", metavar="PLACE", help="The next page, as the one before named it.")
]
IMAGE_ID = "An image's id, as `gesso history` prints it, or its beginning"
ImageIds = Annotated[
    list[str], typer.Argument(metavar="IMAGE", help=f"{IMAGE_ID}; several at once.", show_default=False)
]
OptionalImageIds = Annotated[
    list[str] | None, typer.Argument(metavar="IMAGE", help=f"{IMAGE_ID}; several at once.", show_default=False)
]
JobId = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as `gesso jobs` prints it.")]


def read_amount(text: str | None, option: str = "--max-cost") -> Decimal | None:
    """USD from an option such as ``0.50`` or ``$2``; raises a usage error."""
    return None if text is None else _read(text, option, signed=False)


def read_change(text: str, option: str) -> Decimal:
    """By how many USD something is moved, up or down, such as ``-0.02``; raises a usage error."""
    return _read(text, option, signed=True)


def _read(text: str, option: str, *, signed: bool) -> Decimal:
    try:
        return read_usd(text, signed=signed)
    except InvalidRequestError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
