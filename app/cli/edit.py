"""``gesso edit``: pictures changed by a prompt, whole."""

from app.cli import options
from app.cli.door import new_app
from app.cli.editing import EPILOG, run_edit
from app.cli.groups import Delivery, EditWanted, spread

app = new_app()


@app.command(epilog=EPILOG)
@spread
def edit(
    *,
    images: options.Images,
    prompt: options.EditPrompt,
    wanted: EditWanted,
    size: options.EditSize = None,
    delivery: Delivery,
) -> int:
    """Change a picture by a prompt, with up to 15 others to go by; the model redraws it whole.

    `gesso inpaint` changes a part and proves that nothing else changed.
    """
    return run_edit(images, prompt, wanted, delivery, lambda *_: {"size": size})
