"""``gesso variations``: alternatives to a picture, which is an edit with a prompt of ours."""

from typing import Annotated

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.editing import EPILOG, run_edit
from app.cli.groups import Delivery, Variations, spread
from app.cli.output import note, on_terminal
from core.domain.variations import VARIATION_PROMPT

app = new_app()


@app.command(epilog=EPILOG)
@spread
def variations(
    *,
    image: options.Image,
    prompt: Annotated[
        str, typer.Option("-p", "--prompt", metavar="TEXT", help="Say it in your own words.")
    ] = VARIATION_PROMPT,
    wanted: Variations,
    size: options.EditSize = None,
    delivery: Delivery,
) -> int:
    """Make alternatives to a picture: an edit with the prompt below. (The API's own variations are gone.)"""
    if prompt == VARIATION_PROMPT and (on_terminal() or delivery.verbose):
        note(f'Note: This is an edit with the prompt "{VARIATION_PROMPT}"')
    return run_edit([image], prompt, wanted, delivery, lambda *_: {"size": size})
