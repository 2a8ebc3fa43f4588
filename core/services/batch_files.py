"""What a batch made, as files: a name from the template for every picture, a manifest and the table of results."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from zipfile import ZipFile

from core.domain.batch import MAX_ROWS, Batch, Row
from core.domain.batch_csv import RowResult, batch_csv
from core.domain.draft_row import DraftRow
from core.domain.file_names import DEFAULT_TEMPLATE, FileNames, name_values
from core.domain.job import Job, StoredImage
from core.domain.request import EditRequest, Request
from core.domain.row_columns import OPTIONS
from core.domain.visitor import Visitor
from core.errors import NotFoundError
from core.services.batches import BatchService
from core.services.history import HistoryService
from core.services.library import LibraryService, settings_of
from core.services.zipping import Outlet, member

RESULTS, MANIFEST = "results.csv", "manifest.json"
DEFAULTS = {field.name: field.default for field in fields(EditRequest)}


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchFile:
    """One picture of a batch and the name it gets, with ``/`` between folders."""

    name: str
    image: StoredImage
    job: Job


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchFiles:
    """All files of a batch; pictures in the trash and those deleted for good are not among them."""

    batch: Batch
    files: tuple[BatchFile, ...]
    results: tuple[RowResult, ...]

    def csv(self, lost: Collection[str] = ()) -> bytes:
        """The table of results, for spreadsheets too, without files that could not be read."""
        kept = [replace(one, files=[name for name in one.files if name not in lost]) for one in self.results]
        return batch_csv(kept).encode("utf-8-sig")

    def manifest(self, lost: Collection[str] = ()) -> bytes:
        """What was asked, delivered and paid for each file, as JSON."""
        entries = [
            {"file": one.name, "image": one.image.id, **settings_of(one.image, one.job)}
            for one in self.files
            if one.name not in lost
        ]
        return json.dumps(entries, indent=1, ensure_ascii=False).encode()


def files_of_batch(
    batch: Batch, visitor: Visitor, *, batches: BatchService, history: HistoryService, template: str = ""
) -> BatchFiles:
    """Name every picture of the batch as it stands, by this template, else by the batch's own.

    Raises InvalidRequestError for a template that names what no row has.
    """
    columns = {name for row in batches.rows(batch.id, visitor, limit=MAX_ROWS) for name in row.columns}
    names = FileNames(template or batch.template or DEFAULT_TEMPLATE, columns)
    files: list[BatchFile] = []
    results: list[RowResult] = []
    for row, job in batches.results(batch.id, visitor):
        draft = as_draft(row)
        mine = [] if job is None else list(_named(draft, row, job, _present(job, history, visitor), names))
        files += mine
        results.append(_result(draft, row, job, [one.name for one in mine]))
    return BatchFiles(batch=batch, files=tuple(files), results=tuple(results))


def read_files(
    found: BatchFiles, library: LibraryService, *, lost: Callable[[str, str], None]
) -> Iterator[tuple[str, bytes]]:
    """Each picture with its name; ``lost`` is told the name and a sentence where the store has it no more."""
    for one in found.files:
        try:
            yield one.name, library.original(one.image)
        except NotFoundError as error:
            lost(one.name, str(error))


def zipped_batch(
    found: BatchFiles,
    library: LibraryService,
    *,
    now: datetime,
    seen: Callable[[int], None],
    lost: dict[str, str],
) -> Iterator[bytes]:
    """A ZIP of the pictures, the manifest and the results, made while it is sent.

    ``seen`` counts the pictures; ``lost`` gets a sentence for each, by name, that the store has no more.
    """
    outlet = Outlet()
    with ZipFile(outlet, "w") as archive:
        for count, (name, data) in enumerate(read_files(found, library, lost=lost.__setitem__), 1):
            archive.writestr(member(name, now), data)
            seen(count)
            yield outlet.taken()
        archive.writestr(member(MANIFEST, now, small=True), found.manifest(lost))
        archive.writestr(member(RESULTS, now, small=True), found.csv(lost))
    yield outlet.taken()


def as_draft(row: Row) -> DraftRow:
    """A stored row as it would be written down; pictures by the ids they came from, where they have one."""
    request = row.request
    given: dict[str, Any] = {name: getattr(request, name, None) for name in OPTIONS}
    options = {name: value for name, value in given.items() if value is not None and value != DEFAULTS[name]}
    return DraftRow(
        number=row.position, prompt=request.prompt, model=request.model, size=request.size, quality=request.quality,
        n=request.n, options=options, inputs=_inputs(request), name=row.name, columns=row.columns, problem=row.problem,
    )  # fmt: skip


def _inputs(request: Request) -> tuple[str, ...]:
    if not isinstance(request, EditRequest):
        return ()
    parents: Sequence[str | None] = request.parents or (None,) * len(request.images)
    return tuple(parent or ref.sha256 for parent, ref in zip(parents, request.images, strict=True))


def _present(job: Job, history: HistoryService, visitor: Visitor) -> Iterator[StoredImage]:
    ids = [image.id for image in job.images]
    kept = {one.id for one in history.pictures(ids, visitor) if one.trashed_at is None}
    return (image for image in job.images if image.id in kept)


def _named(draft: DraftRow, row: Row, job: Job, images: Iterator[StoredImage], names: FileNames) -> Iterator[BatchFile]:
    for image in images:
        values = name_values(
            draft, row.request, position=image.position + 1, day=image.created_at.date(), image_id=image.id,
            state=row.state.value,
        )  # fmt: skip
        yield BatchFile(name=names.take(values, image.ref.extension), image=image, job=job)


def _result(draft: DraftRow, row: Row, job: Job | None, files: Sequence[str]) -> RowResult:
    cost = None if job is None else job.cost
    error = job.error.message if job is not None and job.error is not None else row.problem
    return RowResult(row=draft, state=row.state.value, cost=cost, error=error, files=files)
