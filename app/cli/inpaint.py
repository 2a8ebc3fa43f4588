"""``gesso inpaint``: a part of a picture changed by a prompt, and every other pixel proved to be the same."""

from typing import TYPE_CHECKING, Any

from app.cli import options
from app.cli.door import new_app
from app.cli.editing import EPILOG, run_edit
from app.cli.groups import Blending, Delivery, EditWanted, Selecting, spread
from app.cli.masking import mask_of, read_mask_file
from app.cli.sources import Sources
from core.domain.image import ImageRef, Size

if TYPE_CHECKING:
    from core.bootstrap import Workbench

app = new_app()


@app.command(epilog=EPILOG)
@spread
def inpaint(
    *,
    image: options.Image,
    prompt: options.EditPrompt,
    mask: options.MaskFile = None,
    selecting: Selecting,
    blending: Blending,
    wanted: EditWanted,
    delivery: Delivery,
) -> int:
    """Change a part of a picture by a prompt; every pixel outside it stays bit for bit the same.

    Say which part with --region, --mask or --operations, or several of them, which add up. A picture that the
    model cannot take whole is cut, sent in part and put together again at its own size. The result is a PNG.
    """

    def shape(opened: "Workbench", found: Sources, picture: ImageRef) -> dict[str, Any]:
        size = Size(picture.width, picture.height)
        file = read_mask_file(found, mask, size, selecting, opened.editor.take_in_mask)
        return {"mask": mask_of(found, size, file, selecting), **blending.fields()}

    return run_edit(
        [image],
        prompt,
        wanted,
        delivery,
        shape,
        protects=not blending.no_protect,
        also_read=(mask, selecting.operations),
    )
