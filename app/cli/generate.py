"""``gesso generate``: from a prompt to files, by the one road."""

from decimal import Decimal
from typing import Annotated

import typer

from app.cli import options
from app.cli.asking import confirm_price, read_prompt
from app.cli.door import new_app
from app.cli.opening import VISITOR, workbench
from app.cli.output import print_json, print_line
from app.cli.quote import Quote, body, estimate_json, price_lines, quote
from app.cli.target import STDOUT, Target, check_stdout, format_of, target
from core.domain.money import ZERO, usd_text
from core.errors import BudgetExceededError
from core.settings import Settings

app = new_app()


@app.command(epilog="Exit codes: 0 ok, 2 usage, 3 refused, 4 budget, 5 outcome unknown, 6 partial success, 1 other.")
def generate(
    prompt: options.Prompt,
    model: options.Model = None,
    n: options.Count = 1,
    size: options.Size = None,
    quality: options.Quality = None,
    background: options.Background = None,
    output_format: options.OutputFormat = None,
    output_compression: options.OutputCompression = None,
    moderation: options.Moderation = None,
    partial_images: options.PartialImages = 0,
    complexity: options.Complexity = None,
    frame_count: options.FrameCount = None,
    frame_duration_ms: options.FrameDuration = None,
    svg_model: options.SvgModel = None,
    svg_effort: options.SvgEffort = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="PATH",
            help="File (several become NAME_1, NAME_2, ...), folder, or - for standard output "
            "[default: print where the originals are stored].",
        ),
    ] = None,
    stream: options.Stream = False,
    json: options.Json = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Print the provider's answer in the API's shape, without the image data.")
    ] = False,
    verbose: options.Verbose = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the price and the exact request; send nothing.")
    ] = False,
    max_cost: Annotated[
        str | None, typer.Option("--max-cost", metavar="USD", help="Send nothing that may cost more (exit code 4).")
    ] = None,
    yes: options.Yes = False,
) -> int:
    """Make images from a prompt and write them as the provider made them, byte for byte.

    On a terminal it asks before a price that is unknown or above $0.50.
    """
    if json and raw:
        raise typer.BadParameter("takes no --json beside it; choose one.", param_hint="--raw")
    limit = options.read_amount(max_cost)
    check_stdout(output, n, json=json, raw=raw)
    chosen = format_of(output, output_format)
    quoted = quote(
        Settings.load(),
        model,
        {
            "prompt": read_prompt(prompt),
            "n": n,
            "size": size,
            "quality": quality,
            "background": background,
            "output_format": chosen,
            "output_compression": output_compression,
            "moderation": moderation,
            "stream": stream or partial_images > 0,
            "partial_images": partial_images,
            "complexity": complexity,
            "frame_count": frame_count,
            "frame_duration_ms": frame_duration_ms,
            "svg_model": svg_model,
            "svg_effort": svg_effort,
        },
    )
    _stay_within(limit, quoted)
    if dry_run:
        return _tell_only(quoted, json=json or raw)
    files = target(output, count=n, output_format=chosen, yes=yes)
    confirm_price(quoted.price, yes=yes)
    return _send(quoted, files=files, to_stdout=output == STDOUT, json=json, raw=raw, verbose=verbose, limit=limit)


def _stay_within(limit: Decimal | None, quoted: Quote) -> None:
    if limit is not None and quoted.price.held > limit:
        raise BudgetExceededError(
            f"This may cost up to {usd_text(quoted.price.held)}, more than the {usd_text(limit)} you allowed.",
            limit=limit,
            spent=ZERO,
            estimate=quoted.price.held,
        )


def _send(
    quoted: Quote,
    *,
    files: Target | None,
    to_stdout: bool,
    json: bool,
    raw: bool,
    verbose: bool,
    limit: Decimal | None,
) -> int:
    from app.cli.running import Telling, run_job

    telling = Telling(target=files, to_stdout=to_stdout, json=json, raw=raw, verbose=verbose)
    with workbench(quoted.settings, verbose=verbose) as opened:
        return run_job(opened, lambda: opened.studio.submit(quoted.request, VISITOR, max_cost=limit), telling)


def _tell_only(quoted: Quote, *, json: bool) -> int:
    calls = len(quoted.request.calls())
    if json:
        print_json(
            {
                "dry_run": True,
                "provider": quoted.settings.provider_name,
                "url": quoted.address,
                "calls": calls,
                "body": body(quoted),
                "estimate": estimate_json(quoted.price),
            }
        )
        return 0
    for line in price_lines(quoted.price):
        print_line(line)
    where = f"POST {quoted.address}" if quoted.address else "The demo provider, which sends nothing"
    print_line(f"{where}{'' if calls == 1 else f', {calls} times'}:")
    print_json(body(quoted))
    return 0
