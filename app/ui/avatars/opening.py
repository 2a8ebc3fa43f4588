"""Which set is open, and which persona's split: the set is in the address, as an open batch is."""

from app.ui.batches.address import open_batch
from app.ui.choices import choose, chosen
from app.ui.library.selecting import select_none


def open_set(id: str | None) -> None:
    """Show this set, or the personas that are being prepared. For callbacks and before a rerun."""
    open_batch(id)
    open_split(None)
    choose("redo_asked", None)
    select_none()


def open_split(position: int | None) -> None:
    """Adjust the splits of this persona, or go back to the wall."""
    choose("split", position)


def opened_split() -> int | None:
    position: int | None = chosen("split")
    return position
