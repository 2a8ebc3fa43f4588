"""What edit, inpaint, outpaint and variations share: pictures taken in, a request planned, priced and sent."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import typer

from app.cli.asking import can_ask, confirm_price, read_prompt
from app.cli.describing import result_line, selection_line, sending_json, sending_line
from app.cli.groups import Delivery, EditWanted
from app.cli.opening import workbench
from app.cli.output import note
from app.cli.quote import Quote, chosen_model, quote_edit
from app.cli.sending import send, stay_within, tell_only
from app.cli.sources import Sources, once_from_stdin
from app.cli.target import format_of, png_only, target
from core.domain.image import ImageRef
from core.domain.request import EditRequest
from core.settings import Settings

if TYPE_CHECKING:
    from core.bootstrap import Workbench
    from core.imaging.edit import Selection

EPILOG = "Exit codes: 0 ok, 2 usage, 3 refused, 4 budget, 5 outcome unknown, 6 partial success, 1 other."
Shape = Callable[["Workbench", Sources, ImageRef], dict[str, Any]]
"""Makes the fields that only one of the commands has, once the first picture is known."""


def run_edit(
    names: Sequence[str],
    prompt: str,
    wanted: EditWanted,
    delivery: Delivery,
    shape: Shape,
    *,
    protects: bool = False,
    also_read: Sequence[str | None] = (),
) -> int:
    """See an edit through; returns the exit code. ``protects`` means that the result is composed, which is a PNG."""
    delivery.check(wanted.n)
    once_from_stdin(prompt, *names, *also_read)
    output_format = _answer_format(delivery, wanted, protects=protects)
    text, settings = read_prompt(prompt), Settings.load()
    model = chosen_model(settings, wanted.model)
    with workbench(settings, verbose=delivery.verbose) as opened:
        found = Sources(opened)
        taken = found.pictures(names)
        fields = wanted.fields() | {
            "prompt": text,
            "output_format": output_format,
            "images": tuple(picture.ref for picture in taken),
            "parents": tuple(picture.parent for picture in taken),
        }
        quoted = quote_edit(opened, model, fields | shape(opened, found, taken[0].ref))
        return _go_on(opened, quoted, delivery, "png" if protects else output_format)


def _answer_format(delivery: Delivery, wanted: EditWanted, *, protects: bool) -> str | None:
    """The format to ask the provider for; what is composed is a PNG whatever the answer was."""
    if protects:
        instead = " Add --no-protect to get the model's whole image as it comes."
        return png_only(delivery.output, wanted.output_format, instead=instead)
    return format_of(delivery.output, wanted.output_format)


def _go_on(opened: "Workbench", quoted: Quote, delivery: Delivery, file_format: str | None) -> int:
    request = quoted.request
    assert isinstance(request, EditRequest)
    selection = opened.editor.selection(request) if request.mask or request.extension else None
    if selection is not None and selection.is_everything:
        note("Note: Everything is selected, so nothing is protected.")
    stay_within(delivery.limit, quoted)
    if delivery.dry_run:
        return _tell_only(quoted, request, selection, delivery)
    files = target(delivery.output, count=request.n, output_format=file_format, yes=delivery.yes)
    if selection is not None and selection.is_everything and not delivery.yes and can_ask():
        typer.confirm("The whole picture may change. Send it?", abort=True, err=True)
    confirm_price(quoted.price, yes=delivery.yes)
    return send(opened, quoted, files, delivery)


def _tell_only(quoted: Quote, request: EditRequest, selection: "Selection | None", delivery: Delivery) -> int:
    lines = [sending_line(request), result_line(request)]
    if selection is not None:
        lines.insert(0, selection_line(selection))
    return tell_only(quoted, delivery, sending_json(request, selection, quoted.preset), *lines)
