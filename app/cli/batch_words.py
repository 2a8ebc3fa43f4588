"""What can be done with a batch that stopped, in commands; a set of avatars is a batch with commands of its own."""

from app.cli.batch_telling import counted
from core.domain.batch import Batch, Progress


def go_on_words(batch: Batch) -> str:
    """The command that goes on with a batch, or with the set that it is."""
    return f"gesso {'avatars start' if batch.growing else 'batch resume'} {batch.id}"


def retry_words(batch: Batch) -> str:
    """The command that sends again what failed of a batch, or of the set that it is."""
    return f"gesso {'avatars' if batch.growing else 'batch'} retry {batch.id}"


def show_words(batch: Batch) -> str:
    """The command that says what went wrong."""
    return f"gesso avatars show {batch.id}" if batch.growing else f"gesso batch show {batch.id} --failed"


def undecided_words(progress: Progress) -> str:
    """That rows may have been billed, and what settles it."""
    one = progress.may_have_been_billed == 1
    return (
        f"{counted(progress.may_have_been_billed, 'row')} may have been billed for pictures that did not come: `gesso "
        f"jobs --open` lists {'it' if one else 'them'}, `gesso jobs resolve` settles {'it' if one else 'each'}."
    )
