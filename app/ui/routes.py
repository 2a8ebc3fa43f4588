"""Addresses for pictures: bytes go from the library to the browser, past the page's script.

/gesso/images/{image_id}            the original, to look at (an SVG only as a download); ?edge=1600 smaller
/gesso/images/{image_id}/download   ?form=original|settings|png|jpeg|webp
/gesso/thumbnails/{image_id}        a small WebP
/gesso/previews/{job_id}/{call}     the newest partial image of a running call
/gesso/archives/{name}              pictures that were selected, as one ZIP
/gesso/exports/{name}               the same with all that belongs to them, to be imported; "everything" is all
/gesso/sheets/{name}                ?form=pdf|png[&collection={id}] their contact sheet
/gesso/batches/{batch_id}/zip|csv   a batch's pictures as one ZIP; its table
/gesso/avatars/{set_id}/zip|csv|json    the accepted pictures of an avatar set; the list of them
/gesso/inputs/{sha256}              ?ticket=...[&edge=512|1600] a picture that somebody brought to an edit
/gesso/jobs/{job_id}/before         [?edge=1600] what the results of an edit are compared with
/gesso/jobs/{job_id}/changes/{image_id}   what the model altered, as a heat map
/gesso/differences/{one}/{other}   where two images differ, as a heat map
/gesso/jobs/{job_id}/mask           ?form=transparent|white the mask of an edit, as a download

Somebody else's picture does not exist: 404. A picture that was brought belongs to no job at first,
so its address carries a ticket, which a page gives to the visitor who may see it and nobody else can use.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from app.ui.avatars.archive import followed_set, list_of_set
from app.ui.batches.archive import batch_files, followed_batch
from app.ui.cookie import owner_of
from app.ui.library.archive import followed, selections
from app.ui.prefix import prefix
from app.ui.tickets import admits, ticket
from app.workbench import workbench
from core.domain.batch import Batch
from core.domain.file_names import ascii_slug
from core.domain.image import ImageRef
from core.domain.job import Job
from core.domain.request import EditRequest
from core.domain.visitor import Visitor
from core.errors import GessoError, InvalidRequestError, NotFoundError
from core.imaging.difference import heat_map
from core.services.library import Form
from core.services.sheets import SheetForm

SVG, WEBP, PNG = "image/svg+xml", "image/webp", "image/png"
DISPLAY, TILE = 1600, 512
"""Edges in pixels of the smaller versions that are made to look at."""
FOREVER = "private, max-age=31536000, immutable"
GUARDS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
)

EVERYTHING = "everything"

Endpoint = Callable[[Request], Response]


def image_url(image_id: str, edge: int | None = None) -> str:
    """Where an image's original bytes are, from the server's root; or a smaller version of it."""
    return f"{prefix()}/images/{quote(image_id, safe='')}{_edge('?', edge)}"


def download_url(image_id: str, form: Form | str = Form.ORIGINAL) -> str:
    """Where an image is downloaded in a form."""
    return f"{image_url(image_id)}/download?form={Form(form).value}"


def thumbnail_url(image_id: str) -> str:
    """Where an image's thumbnail is."""
    return f"{prefix()}/thumbnails/{quote(image_id, safe='')}"


def preview_url(job_id: str, call: int, version: int) -> str:
    """Where a call's newest preview is; ``version`` (the job's count of previews) makes browsers look again."""
    return f"{prefix()}/previews/{quote(job_id, safe='')}/{call}?v={version}"


def archive_url(ids: Sequence[str]) -> str:
    """Where these pictures are downloaded as one ZIP, as long as this process remembers the selection."""
    return f"{prefix()}/archives/{selections().keep(ids)}"


def export_url(ids: Sequence[str] | None) -> str:
    """Where an archive of these pictures, or of everything, is downloaded."""
    return f"{prefix()}/exports/{EVERYTHING if ids is None else selections().keep(ids)}"


def sheet_url(ids: Sequence[str], form: SheetForm, collection: str | None = None) -> str:
    """Where the contact sheet of these pictures is downloaded; a collection lends it its name and notes."""
    of = f"&collection={quote(collection, safe='')}" if collection else ""
    return f"{prefix()}/sheets/{selections().keep(ids)}?form={form.value}{of}"


def batch_zip_url(batch_id: str) -> str:
    """Where a batch's pictures are downloaded as one ZIP, under the names of its template, with its table."""
    return f"{prefix()}/batches/{quote(batch_id, safe='')}/zip"


def batch_csv_url(batch_id: str) -> str:
    """Where a batch's table is downloaded."""
    return f"{prefix()}/batches/{quote(batch_id, safe='')}/csv"


def avatar_zip_url(set_id: str) -> str:
    """Where the accepted pictures of an avatar set are downloaded as one ZIP."""
    return f"{prefix()}/avatars/{quote(set_id, safe='')}/zip"


def avatar_list_url(set_id: str, form: str) -> str:
    """Where the list of them is downloaded: csv or json."""
    return f"{prefix()}/avatars/{quote(set_id, safe='')}/{quote(form, safe='')}"


def input_url(sha256: str, owner: str, edge: int | None = None) -> str:
    """Where a picture that was brought is, for one visitor's eyes; call it only for what is theirs."""
    return f"{prefix()}/inputs/{quote(sha256, safe='')}?ticket={ticket(owner, sha256)}{_edge('&', edge)}"


def before_url(job_id: str, edge: int | None = None) -> str:
    """Where the picture is that a job's results are compared with."""
    return f"{_of_job(job_id)}/before{_edge('?', edge)}"


def changes_url(job_id: str, image_id: str) -> str:
    """Where the heat map of an answer's changes is."""
    return f"{_of_job(job_id)}/changes/{quote(image_id, safe='')}"


def difference_url(one: str, other: str) -> str:
    """Where the heat map of two images' difference is."""
    return f"{prefix()}/differences/{quote(one, safe='')}/{quote(other, safe='')}"


def mask_url(job_id: str, form: str) -> str:
    """Where a job's mask is downloaded: transparent (alpha 0 = edit) or white (white = edit)."""
    return f"{_of_job(job_id)}/mask?form={quote(form, safe='')}"


def picture_routes() -> list[Route]:
    """The routes for ``st.App``; endpoints that are plain functions run in threads."""
    start = prefix()
    return [
        Route(f"{start}/images/{{image_id}}", _told(_image)),
        Route(f"{start}/images/{{image_id}}/download", _told(_download)),
        Route(f"{start}/thumbnails/{{image_id}}", _told(_thumbnail)),
        Route(f"{start}/previews/{{job_id}}/{{call:int}}", _told(_preview)),
        Route(f"{start}/archives/{{name}}", _told(_archive)),
        Route(f"{start}/exports/{{name}}", _told(_export)),
        Route(f"{start}/sheets/{{name}}", _told(_sheet)),
        Route(f"{start}/batches/{{batch_id}}/zip", _told(_batch_zip)),
        Route(f"{start}/batches/{{batch_id}}/csv", _told(_batch_csv)),
        Route(f"{start}/avatars/{{set_id}}/zip", _told(_avatar_zip)),
        Route(f"{start}/avatars/{{set_id}}/{{form}}", _told(_avatar_list)),
        Route(f"{start}/inputs/{{sha256}}", _told(_input)),
        Route(f"{start}/jobs/{{job_id}}/before", _told(_before)),
        Route(f"{start}/jobs/{{job_id}}/changes/{{image_id}}", _told(_changes)),
        Route(f"{start}/jobs/{{job_id}}/mask", _told(_mask)),
        Route(f"{start}/differences/{{one}}/{{other}}", _told(_difference)),
    ]


def _image(request: Request) -> Response:
    image, _ = workbench().library.image(request.path_params["image_id"], _visitor(request))
    if image.ref.media_type == SVG:
        return _attached(request, Form.ORIGINAL)
    if edge := _asked_edge(request):
        return _answer(workbench().library.small(image, edge), WEBP)
    return _answer(workbench().library.original(image), image.ref.media_type)


def _download(request: Request) -> Response:
    wish = request.query_params.get("form", Form.ORIGINAL.value)
    if wish not in list(Form):
        raise InvalidRequestError(f"Choose one of these forms: {', '.join(Form)}.", param="form")
    return _attached(request, Form(wish))


def _thumbnail(request: Request) -> Response:
    library = workbench().library
    image, _ = library.image(request.path_params["image_id"], _visitor(request))
    return _answer(library.thumbnail(image), WEBP)


def _preview(request: Request) -> Response:
    bench = workbench()
    job = bench.studio.job(request.path_params["job_id"], _visitor(request))
    data = bench.library.preview(job, request.path_params["call"])
    media_type = None if data is None else _raster_type(data)
    if data is None or media_type is None:
        raise NotFoundError("There is no preview yet.", kind="preview", id=job.id)
    return _answer(data, media_type, cache="no-store")


def _archive(request: Request) -> Response:
    name = request.path_params["name"]
    ids = selections().find(name)
    headers = {**GUARDS, "Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="gesso.zip"'}
    return StreamingResponse(followed(ids, _visitor(request), name), media_type="application/zip", headers=headers)


def _export(request: Request) -> Response:
    name = request.path_params["name"]
    ids = None if name == EVERYTHING else selections().find(name)
    pieces = workbench().exporter.archive(_visitor(request), ids, seen=lambda _: None)
    headers = {**GUARDS, "Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="gesso-library.zip"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _sheet(request: Request) -> Response:
    bench, who, form = workbench(), _visitor(request), request.query_params.get("form", "")
    if form not in list(SheetForm):
        raise InvalidRequestError(f"Choose one of these forms: {', '.join(SheetForm)}.", param="form")
    title, notes = "Contact sheet", ""
    if (id := request.query_params.get("collection")) is not None:
        collection = bench.history.collection(id, who)
        title, notes = collection.name, collection.notes
    ids = selections().find(request.path_params["name"])
    sheet = bench.sheets.draw(ids, SheetForm(form), who, title=title, notes=notes)
    answer = _answer(sheet.data, sheet.media_type, cache="no-store")
    answer.headers["Content-Disposition"] = f'attachment; filename="{sheet.file_name}"'
    return answer


def _batch_zip(request: Request) -> Response:
    batch = workbench().batches.get(request.path_params["batch_id"], _visitor(request))
    headers = {**GUARDS, "Cache-Control": "no-store", "Content-Disposition": _attachment(batch, "zip")}
    pieces = followed_batch(batch_files(batch, _visitor(request)), _visitor(request))
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _batch_csv(request: Request) -> Response:
    batch = workbench().batches.get(request.path_params["batch_id"], _visitor(request))
    answer = _answer(batch_files(batch, _visitor(request)).csv(), "text/csv; charset=utf-8", cache="no-store")
    answer.headers["Content-Disposition"] = _attachment(batch, "csv")
    return answer


def _avatar_zip(request: Request) -> Response:
    batch = workbench().batches.get(request.path_params["set_id"], _visitor(request))
    workbench().avatars.get(batch.id, _visitor(request))  # said now: once the stream has begun it is too late
    headers = {**GUARDS, "Cache-Control": "no-store", "Content-Disposition": _attachment(batch, "zip")}
    return StreamingResponse(followed_set(batch.id, _visitor(request)), media_type="application/zip", headers=headers)


def _avatar_list(request: Request) -> Response:
    form = request.path_params["form"]
    if form not in ("csv", "json"):
        raise InvalidRequestError("Choose one of these forms: csv, json.", param="form")
    batch = workbench().batches.get(request.path_params["set_id"], _visitor(request))
    answer = _answer(*list_of_set(batch.id, _visitor(request), form), cache="no-store")
    answer.headers["Content-Disposition"] = _attachment(batch, form)
    return answer


def _attachment(batch: Batch, extension: str) -> str:
    """Its file's name: ASCII, as a header must be."""
    return f'attachment; filename="{ascii_slug(batch.name) or "batch"}-{batch.id[-8:]}.{extension}"'


def _input(request: Request) -> Response:
    sha256 = request.path_params["sha256"]
    if not admits(request.query_params.get("ticket", ""), _visitor(request).owner, sha256):
        raise NotFoundError("There is no such picture.", kind="image", id=sha256)
    ref = ImageRef(sha256=sha256, width=0, height=0, media_type=PNG, bytes=0)
    edge, editor = _asked_edge(request), workbench().editor
    return _answer(editor.small(ref, edge), WEBP) if edge else _answer(editor.read(ref), PNG)


def _before(request: Request) -> Response:
    _, edit = _edit(request)
    edge = _asked_edge(request)
    return _answer(workbench().editor.before(edit, edge), WEBP if edge else PNG)


def _changes(request: Request) -> Response:
    job, edit = _edit(request)
    id = request.path_params["image_id"]
    # What was composed is no answer: only what the provider sent can be compared with what it was sent.
    image = next((image for image in job.answers or job.images if image.id == id), None)
    if image is None:
        raise NotFoundError(f"There is no image {id}.", kind="image", id=id)
    return _answer(workbench().editor.change_map(edit, image)[0], PNG)


def _mask(request: Request) -> Response:
    job, edit = _edit(request)
    if edit.mask is None and edit.extension is None:
        raise NotFoundError("This edit has no mask.", kind="mask", id=job.id)
    white = request.query_params.get("form") == "white"
    answer = _answer(workbench().editor.mask_png(edit, "white" if white else "transparent"), PNG)
    answer.headers["Content-Disposition"] = f'attachment; filename="mask-{job.id[-8:]}.png"'
    return answer


def _difference(request: Request) -> Response:
    library, who = workbench().library, _visitor(request)
    images = [library.image(request.path_params[name], who)[0] for name in ("one", "other")]
    return _answer(heat_map(*map(library.original, images)), PNG)


def _edit(request: Request) -> tuple[Job, EditRequest]:
    job = workbench().studio.job(request.path_params["job_id"], _visitor(request))
    if not isinstance(job.request, EditRequest):
        raise NotFoundError("This job started from no picture.", kind="job", id=job.id)
    return job, job.request


def _asked_edge(request: Request) -> int | None:
    """Only our own two sizes: nobody makes the server work through all the others."""
    wish = request.query_params.get("edge")
    return next((edge for edge in (DISPLAY, TILE) if wish == str(edge)), None)


def _edge(mark: str, edge: int | None) -> str:
    return f"{mark}edge={edge}" if edge else ""


def _of_job(job_id: str) -> str:
    return f"{prefix()}/jobs/{quote(job_id, safe='')}"


def _attached(request: Request, form: Form) -> Response:
    download = workbench().library.download(request.path_params["image_id"], form, _visitor(request))
    answer = _answer(download.data, download.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{download.file_name}"'
    return answer


def _answer(data: bytes, media_type: str, *, cache: str = FOREVER) -> Response:
    return Response(data, media_type=media_type, headers={**GUARDS, "Cache-Control": cache})


def _told(endpoint: Endpoint) -> Endpoint:
    """Turn our errors into answers with their sentence."""

    @wraps(endpoint)
    def answered(request: Request) -> Response:
        try:
            return endpoint(request)
        except GessoError as error:
            return PlainTextResponse(str(error), _status(error), {**GUARDS, "Cache-Control": "no-store"})

    return answered


def _status(error: GessoError) -> int:
    match error:
        case NotFoundError():
            return 404
        case InvalidRequestError():
            return 400
        case _:
            return 503


def _visitor(request: Request) -> Visitor:
    return Visitor(owner=owner_of(request.cookies) or "")


def _raster_type(data: bytes) -> str | None:
    """The type by content, of pictures that cannot carry a script."""
    return next((kind for at, mark, kind in SIGNATURES if data[at:].startswith(mark)), None)
