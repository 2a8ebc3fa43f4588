"""A batch's pictures as one ZIP, written while it is sent and counted for its page, and its table as a CSV."""

from collections.abc import Iterator

from app.ui.library.sending import Sending, sendings
from app.workbench import workbench
from core.domain.batch import Batch
from core.domain.visitor import Visitor
from core.services.batch_files import BatchFiles, files_of_batch, zipped_batch


def sending_name(batch_id: str) -> str:
    """Under which the page finds how far the ZIP is."""
    return f"batch {batch_id}"


def batch_files(batch: Batch, visitor: Visitor) -> BatchFiles:
    """What the batch made so far, named; raises InvalidRequestError for a template that cannot be used."""
    bench = workbench()
    return files_of_batch(batch, visitor, batches=bench.batches, history=bench.history)


def followed_batch(found: BatchFiles, visitor: Visitor) -> Iterator[bytes]:
    """The ZIP piece by piece; a browser that goes away ends it early."""
    bench, lost = workbench(), dict[str, str]()
    sending = sendings().begin(visitor.owner, sending_name(found.batch.id), len(found.files))
    sending.total = len(found.files)
    try:
        yield from zipped_batch(
            found, bench.library, now=bench.clock(), seen=lambda _: _count(sending, lost), lost=lost
        )  # fmt: skip
    finally:
        _count(sending, lost, ended=True)


def _count(sending: Sending, lost: dict[str, str], *, ended: bool = False) -> None:
    sending.sent += not ended
    sending.missing = list(lost)
    sending.ended = ended
