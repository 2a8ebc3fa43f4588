"""``gesso history``: the library's images, newest first, filtered and page by page."""

from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.filtering import Filtering, Paging
from app.cli.groups import spread
from app.cli.listing import list_images
from app.cli.opening import workbench

app = new_app()


@app.command()
@spread
def history(*, filtering: Filtering, paging: Paging) -> int:
    """List the library's images, newest first; the trash is listed by `gesso trash`."""
    with workbench() as opened:
        none = "No images yet." if filtering == Filtering() and paging.after is None else "No such images."
        list_images(opened, filtering.wanted(opened.history), paging, none=none)
    return OK
