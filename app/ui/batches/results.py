"""What came of a batch's rows, a page at a time: pictures as they come, and what stands in the way of the others."""

from dataclasses import dataclass, replace

import streamlit as st

from app.ui.choices import choose, chosen, key, segment
from app.ui.feedback import errors_shown, plain
from app.ui.gallery import excerpt
from app.ui.library.going import go_to_job
from app.ui.library.grid import Card, grid
from app.ui.navigation import HISTORY, go
from app.ui.pictures import thumbnail_source
from app.ui.session import visitor
from app.ui.tables import Cell, Column, show_table
from app.workbench import workbench
from core.domain.batch import Batch, BatchState, Progress, Row, RowState
from core.domain.job import Job
from core.domain.money import usd_text

PICTURES, FAILED, ROWS = "Pictures", "Failed", "All rows"
WITH_PICTURES = (RowState.SUCCEEDED, RowState.PARTIAL)
WITHOUT = (RowState.FAILED, RowState.PROBLEM, RowState.UNKNOWN)
AT_ONCE = {PICTURES: 48, FAILED: 12, ROWS: 50}
COLUMNS = (Column(title="Row"), Column(title="State"), Column(title="Asked"), Column(title="Cost", number=True))

Result = tuple[Row, Job | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read last, and for which count of ended rows: nothing is read again before that changes."""

    at: tuple[object, ...]
    results: tuple[Result, ...]


def show_results(batch: Batch, progress: Progress) -> None:
    """Pictures in front; what failed, and all rows, beside them."""
    failed = progress.count(*WITHOUT)
    views = [PICTURES, *[FAILED] * bool(failed), ROWS]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("views")):
        view = segment("rows_view", "Show", views, PICTURES)
        many = progress.total > AT_ONCE[PICTURES] // 4
        newest = view == PICTURES and many and segment("order", "Order", ["In order", "Newest"], "In order") == "Newest"
    results = _read(batch, progress, view, newest=newest)
    match view:
        case "Pictures":
            _pictures(batch, results, progress)
        case "Failed":
            for row, job in results:
                _failure(batch, row, job)
        case _:
            show_table(COLUMNS, [_line(row, job) for row, job in results])
    _pager(view, results, newest=newest)


def open_what_was_picked() -> None:
    """Go where a click led: to the picture in the History, or to the job's own page."""
    picked: str | None = chosen("picked")
    if picked is None:
        return
    choose("picked", None)
    kind, _, id = picked.partition(" ")
    if kind == "job":
        go_to_job(workbench().studio.job(id, visitor()))
    go(HISTORY, picture=id)


def _read(batch: Batch, progress: Progress, view: str, *, newest: bool) -> tuple[Result, ...]:
    states = {PICTURES: WITH_PICTURES, FAILED: WITHOUT, ROWS: ()}[view]
    after = _after(view, newest)[-1]
    counted = (progress.ended, progress.open, progress.waiting) if view == ROWS else (progress.count(*states),)
    at = (batch.id, view, newest, after, *counted, progress.spent)
    seen: Seen | None = st.session_state.get(key("seen"))
    if seen is None or seen.at != at:
        found = workbench().batches.page(
            batch.id, visitor(), after=after, limit=AT_ONCE[view], states=states, backwards=newest
        )
        seen = st.session_state[key("seen")] = Seen(at, found)
    return seen.results


def _pictures(batch: Batch, results: tuple[Result, ...], progress: Progress) -> None:
    cards = [card for row, job in results if job is not None for card in _cards(row, job)]
    if cards:
        grid(
            "pictures",
            "Pictures of the batch",
            cards,
            on_open=lambda id: choose("picked", f"image {id}"),
            edge=168,
            marks=False,
        )
    elif progress.open or batch.state is BatchState.RUNNING:
        st.caption("The first picture appears here in a moment.")
    elif progress.waiting:
        st.caption("Nothing has been sent yet.")
    else:
        st.caption("No picture was made, or all of them are in the trash.")


def _cards(row: Row, job: Job) -> list[Card]:
    title = f"{row.position}. {excerpt(row.request.prompt)}"
    return [Card(id=image.id, title=title, source=thumbnail_source(image)) for image in job.kept_images]


def _failure(batch: Batch, row: Row, job: Job | None) -> None:
    """A row without pictures: its sentence, and the ways on."""
    said = row.problem or (job.error.message if job is not None and job.error is not None else "No reason is known.")
    with st.container(border=True, key=key(f"row_{row.position}"), gap="small"):
        st.markdown(f"**{row.position}** · {plain(excerpt(row.request.prompt, 140))}")
        undecided = job is not None and job.may_have_been_billed
        if undecided:
            st.markdown(f":orange[{plain('May have been billed.')}] {plain(said)}")
        else:
            st.markdown(f":red[{plain(said)}]")
        with st.container(horizontal=True, gap="small", key=key(f"row_ways_{row.position}")):
            if not undecided and row.state is not RowState.UNKNOWN:
                st.button("Retry", key=key(f"row_retry_{row.position}"), icon=":material/refresh:", type="tertiary",
                          on_click=_retry, args=(batch.id, row.position))  # fmt: skip
                _mend(batch, row)
            if job is not None:
                st.button("Open its job", key=key(f"row_job_{row.position}"), icon=":material/arrow_forward:",
                          type="tertiary", on_click=choose, args=("picked", f"job {job.id}"))  # fmt: skip


def _mend(batch: Batch, row: Row) -> None:
    with st.popover("Change the prompt", icon=":material/edit:", type="tertiary", key=key(f"row_mend_{row.position}")):
        widget = key(f"row_prompt_{row.position}_{row.tries}")
        st.text_area("Prompt", row.request.prompt, key=widget, height=120)
        st.button("Change and send again", key=key(f"row_send_{row.position}"), type="primary",
                  on_click=_change, args=(batch.id, row, widget))  # fmt: skip


def _retry(id: str, position: int) -> None:
    with errors_shown():
        workbench().batches.retry(id, visitor(), positions=[position])


def _change(id: str, row: Row, widget: str) -> None:
    with errors_shown():
        request = replace(row.request, prompt=st.session_state[widget])
        changed = workbench().batches.change(id, row.position, request, visitor())
        batch = workbench().batches.get(id, visitor())
        if changed.state is not RowState.PROBLEM and batch.state is not BatchState.RUNNING:
            workbench().batches.start(id, visitor())


def _line(row: Row, job: Job | None) -> list[Cell]:
    request = row.request
    asked = " · ".join(filter(None, (request.model, request.size, request.quality, f"n {request.n}")))
    cost = _cost(job) if job is not None and job.state.is_final else ""
    price = f"up to {usd_text(row.estimate_high)}" if row.estimate_high is not None else "price unknown"
    return [
        Cell(text=f"{row.position}. {excerpt(request.prompt)}", small=row.problem),
        Cell(text=str(row.state).capitalize()), Cell(text=asked, quiet=True), Cell(text=cost or price, quiet=not cost),
    ]  # fmt: skip


def _cost(job: Job) -> str:
    return f"{usd_text(job.held)} held" if job.may_have_been_billed else usd_text(job.charged)


def _after(view: str, newest: bool) -> tuple[int, ...]:
    """Where each page that was turned to begins, the last being the one on show."""
    pages: dict[tuple[str, bool], tuple[int, ...]] = chosen("turned", {})
    return pages.get((view, newest), (0,))


def _pager(view: str, results: tuple[Result, ...], *, newest: bool) -> None:
    turned = _after(view, newest)
    more = len(results) == AT_ONCE[view]
    if len(turned) == 1 and not more:
        return
    with st.container(horizontal=True, horizontal_alignment="center", gap="small", key=key("pager")):
        _turn("Back", "arrow_back", (view, newest), turned[:-1], shown=len(turned) > 1)
        last = results[-1][0].position if results else 0
        _turn("More", "arrow_forward", (view, newest), (*turned, last), shown=more)


def _turn(words: str, icon: str, of: tuple[str, bool], to: tuple[int, ...], *, shown: bool) -> None:
    st.button(words, key=key(f"turn_{icon}"), icon=f":material/{icon}:", disabled=not shown, on_click=_turn_to,
              args=(of, to))  # fmt: skip


def _turn_to(of: tuple[str, bool], to: tuple[int, ...]) -> None:
    choose("turned", {**chosen("turned", {}), of: to})
