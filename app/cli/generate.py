"""``gesso generate``: from a prompt to files, by the one road."""

from app.cli import options
from app.cli.asking import confirm_price, read_prompt
from app.cli.door import new_app
from app.cli.groups import Delivery, Wanted, spread
from app.cli.opening import workbench
from app.cli.quote import quote
from app.cli.sending import send, stay_within, tell_only
from app.cli.target import format_of, target
from core.settings import Settings

app = new_app()


@app.command(epilog="Exit codes: 0 ok, 2 usage, 3 refused, 4 budget, 5 outcome unknown, 6 partial success, 1 other.")
@spread
def generate(
    *,
    prompt: options.Prompt,
    wanted: Wanted,
    size: options.Size = None,
    frame_count: options.FrameCount = None,
    frame_duration_ms: options.FrameDuration = None,
    svg_model: options.SvgModel = None,
    svg_effort: options.SvgEffort = None,
    delivery: Delivery,
) -> int:
    """Make images from a prompt and write them as the provider made them, byte for byte.

    On a terminal it asks before a price that is unknown or above $0.50.
    """
    delivery.check(wanted.n)
    chosen = format_of(delivery.output, wanted.output_format)
    quoted = quote(
        Settings.load(),
        wanted.model,
        wanted.fields()
        | {
            "prompt": read_prompt(prompt),
            "size": size,
            "output_format": chosen,
            "frame_count": frame_count,
            "frame_duration_ms": frame_duration_ms,
            "svg_model": svg_model,
            "svg_effort": svg_effort,
        },
    )
    stay_within(delivery.limit, quoted)
    if delivery.dry_run:
        return tell_only(quoted, delivery)
    files = target(delivery.output, count=wanted.n, output_format=chosen, yes=delivery.yes)
    confirm_price(quoted.price, yes=delivery.yes)
    with workbench(quoted.settings, verbose=delivery.verbose) as opened:
        return send(opened, quoted, files, delivery)
