"""What can be done with a batch: start, pause, resume, cancel, retry, add rows, take it home."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from app.ui.batches.address import add_to, open_batch
from app.ui.batches.archive import batch_files, followed_batch, sending_name
from app.ui.batches.brought import keep
from app.ui.batches.draft import add
from app.ui.batches.limits import change_limits
from app.ui.choices import choose, chosen, key
from app.ui.feedback import errors_shown, plain
from app.ui.library.sending import follow
from app.ui.navigation import COLLECTIONS, COSTS, SETTINGS, go, link
from app.ui.routes import batch_csv_url, batch_zip_url
from app.ui.session import pictures_by_url, visitor
from app.workbench import workbench
from core.domain.batch import MAX_ROWS, Batch, BatchState, Progress, RowState
from core.domain.money import usd_text
from core.domain.request import EditRequest
from core.services.batch_files import as_draft
from core.services.editing import Input

RETRY, START = "retry", "start"


def act(batch: Batch, progress: Progress) -> None:
    """The buttons that its state leaves."""
    batches = workbench().batches
    match batch.state:
        case BatchState.RUNNING:
            _button("Pause", "pause", lambda: batches.pause(batch.id, visitor()))
        case BatchState.PAUSED:
            _button("Resume", "play_arrow", lambda: batches.start(batch.id, visitor()), main=True)
        case BatchState.PLANNED:
            _dear("Start", START, batch, progress)
        case BatchState.CANCELLED if progress.waiting:  # rows were added since
            _dear("Send what waits", START, batch, progress)
    if batch.state is not BatchState.FINISHED and (progress.waiting or progress.open):
        _cancelling(batch, progress)
    if progress.again and batch.state is not BatchState.RUNNING:
        _dear(f"Retry {progress.again:,}", RETRY, batch, progress)
    _button("Add rows", "playlist_add", lambda: add_to(batch.id))
    _taking_home(batch, progress)
    with st.popover("More", icon=":material/more_horiz:", key=key("batch_more")), errors_shown():
        change_limits(batch)
        _button("Copy its rows into the table", "content_copy", lambda: _copy_rows(batch))
        if batch.state is not BatchState.RUNNING and not progress.open:
            st.caption("Removing it forgets the plan; its pictures and costs stay in the History.")
            _button("Remove this batch", "delete", lambda: _remove(batch))


def say_why_it_stopped(batch: Batch, progress: Progress) -> None:
    """The question asked twice, the note of a pause, and what may have been billed, each with its way on."""
    asked: str | None = chosen("asked")
    if asked is not None:
        _ask_twice(asked, batch, progress)
    if batch.note and batch.state is BatchState.PAUSED:
        st.warning(plain(batch.note), icon=":material/pause_circle:")
        if batch.own_key or batch.max_cost is None:
            link(SETTINGS, "Open Settings")
        else:
            st.caption("Its limit is under More; then resume it.")
    if count := progress.may_have_been_billed:
        rows, they, them = ("1 row", "It is", "it") if count == 1 else (f"{count:,} rows", "They are", "them")
        st.markdown(
            f":orange[{plain(f'{rows} may have been billed for pictures that did not come.')}] "
            f"{they} not sent again before somebody says what became of {them}."
        )
        link(COSTS, f"Settle {them} in Costs")


def _price(what: str, progress: Progress) -> Decimal:
    """What the rows to be sent again, or for the first time, may cost in USD."""
    return progress.to_retry if what == RETRY else progress.to_come


def _dear(words: str, what: str, batch: Batch, progress: Progress) -> None:
    """A button that costs money: it says how much, and asks again above the server's mark."""
    cost = _price(what, progress)
    words = f"{words} for up to {usd_text(cost)}".replace("$", r"\$") if cost else words
    dear = cost > workbench().batches.ask_above
    do = (lambda: choose("asked", what)) if dear else (lambda: _go_on(batch, what))
    _button(words, "play_arrow", do, main=what == START, name=what)


def _ask_twice(what: str, batch: Batch, progress: Progress) -> None:
    cost = usd_text(_price(what, progress))
    st.warning(plain(f"This may cost up to {cost} more. Go on?"), icon=":material/payments:")
    with st.container(horizontal=True, gap="small", key=key("sure")):
        _button(f"Yes, for up to {cost}".replace("$", r"\$"), "play_arrow", lambda: _go_on(batch, what), main=True,
                name="sure")  # fmt: skip
        _button("Not yet", "close", lambda: choose("asked", None), name="not_sure")


def _go_on(batch: Batch, what: str) -> None:
    choose("asked", None)
    batches = workbench().batches
    if what == RETRY:
        batches.retry(batch.id, visitor())
    else:
        batches.start(batch.id, visitor())


def _cancelling(batch: Batch, progress: Progress) -> None:
    batches, running = workbench().batches, progress.count(RowState.RUNNING)
    with st.popover("Cancel", icon=":material/close:", key=key(f"cancel_fold_{batch.state}")):
        if batch.state is not BatchState.CANCELLED:
            st.caption("What was not sent is given up. What runs is paid for, so it comes to its end and is kept.")
            _button("Cancel what waits", "close", lambda: batches.cancel(batch.id, visitor()), main=True, name="cancel")
        if running:
            st.caption(f"{running:,} run now. Stopping them saves nothing that was sent, and their pictures are lost.")
            _button("Stop what runs, too", "stop", name="cancel_all",
                    do=lambda: batches.cancel(batch.id, visitor(), running_too=True))  # fmt: skip


def _taking_home(batch: Batch, progress: Progress) -> None:
    if batch.collection_id is not None:
        _button("Collection", "collections_bookmark", lambda: choose("going", batch.collection_id))
    if going := chosen("going"):
        choose("going", None)
        go(COLLECTIONS, collection=going)
    count = progress.done
    if not pictures_by_url():
        _bytes(batch, count)
        return
    if count:
        st.link_button("ZIP", batch_zip_url(batch.id), icon=":material/folder_zip:", on_click=follow,
                       args=(sending_name(batch.id), count), key=key("zip_link"))  # fmt: skip
    if progress.ended:
        st.link_button("CSV", batch_csv_url(batch.id), icon=":material/table:", key=key("csv_link"))


def _bytes(batch: Batch, count: int) -> None:
    """The same where the browser cannot come to our own addresses."""
    who = visitor()
    if count:
        st.download_button(
            "ZIP", lambda: b"".join(followed_batch(batch_files(batch, who), who)), "batch.zip", "application/zip",
            key=key("zip"), icon=":material/folder_zip:", on_click="ignore",
        )  # fmt: skip
    st.download_button("CSV", lambda: batch_files(batch, who).csv(), "batch.csv", "text/csv", key=key("csv"),
                       icon=":material/table:", on_click="ignore")  # fmt: skip


def _copy_rows(batch: Batch) -> None:
    """Its rows once more as a table, to be changed and started as another batch."""
    rows = workbench().batches.rows(batch.id, visitor(), limit=MAX_ROWS)
    for row in rows:
        if isinstance(row.request, EditRequest):
            keep({ref.sha256: Input(ref=ref) for ref in row.request.images})
    add([replace(as_draft(row), problem="") for row in rows])
    open_batch(None)


def _remove(batch: Batch) -> None:
    workbench().batches.remove(batch.id, visitor())
    open_batch(None)


def _button(words: str, icon: str, do: Callable[[], object], *, main: bool = False, name: str = "") -> None:
    def done() -> None:
        with errors_shown():
            do()

    st.button(words, key=key(f"do_{name or icon}"), icon=f":material/{icon}:", on_click=done,
              type="primary" if main else "secondary")  # fmt: skip
