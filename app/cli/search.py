"""``gesso search``: images found by the words of their prompts."""

from typing import Annotated

import typer

from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.filtering import Filtering, Paging
from app.cli.groups import spread
from app.cli.listing import list_images
from app.cli.opening import workbench
from core.domain.searching import checked_search

app = new_app()


@app.command()
@spread
def search(
    *,
    text: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT",
            help="Words, '\"a phrase\"', the beginning of one as pre*, -without (after --).",
            show_default=False,
        ),
    ],
    filtering: Filtering,
    paging: Paging,
) -> int:
    """Search the prompts, and what providers made of them, for all of these words."""
    asked = " ".join(text)
    checked_search(asked)
    with workbench() as opened:
        list_images(opened, filtering.wanted(opened.history, asked), paging, none="No such images.")
    return OK
