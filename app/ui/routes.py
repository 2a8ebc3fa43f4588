"""Addresses for pictures: bytes go from the library to the browser, past the page's script.

/gesso/images/{image_id}            the original, to look at (an SVG only as a download)
/gesso/images/{image_id}/download   ?form=original|settings|png|jpeg|webp
/gesso/thumbnails/{image_id}        a small WebP
/gesso/previews/{job_id}/{call}     the newest partial image of a running call

Somebody else's picture does not exist: 404.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.ui.cookie import owner_of
from app.workbench import workbench
from core.domain.visitor import Visitor
from core.errors import GessoError, InvalidRequestError, NotFoundError
from core.services.library import Form

SVG = "image/svg+xml"
FOREVER = "private, max-age=31536000, immutable"
GUARDS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
)

Endpoint = Callable[[Request], Response]


def image_url(image_id: str) -> str:
    """Where an image's original bytes are, from the server's root."""
    return f"{_prefix()}/images/{quote(image_id, safe='')}"


def download_url(image_id: str, form: Form | str = Form.ORIGINAL) -> str:
    """Where an image is downloaded in a form."""
    return f"{image_url(image_id)}/download?form={Form(form).value}"


def thumbnail_url(image_id: str) -> str:
    """Where an image's thumbnail is."""
    return f"{_prefix()}/thumbnails/{quote(image_id, safe='')}"


def preview_url(job_id: str, call: int, version: int) -> str:
    """Where a call's newest preview is; ``version`` (the job's count of previews) makes browsers look again."""
    return f"{_prefix()}/previews/{quote(job_id, safe='')}/{call}?v={version}"


def picture_routes() -> list[Route]:
    """The routes for ``st.App``; endpoints that are plain functions run in threads."""
    prefix = _prefix()
    return [
        Route(f"{prefix}/images/{{image_id}}", _told(_image)),
        Route(f"{prefix}/images/{{image_id}}/download", _told(_download)),
        Route(f"{prefix}/thumbnails/{{image_id}}", _told(_thumbnail)),
        Route(f"{prefix}/previews/{{job_id}}/{{call:int}}", _told(_preview)),
    ]


def _image(request: Request) -> Response:
    image, _ = workbench().library.image(request.path_params["image_id"], _visitor(request))
    if image.ref.media_type == SVG:
        return _attached(request, Form.ORIGINAL)
    return _answer(workbench().library.original(image), image.ref.media_type)


def _download(request: Request) -> Response:
    wish = request.query_params.get("form", Form.ORIGINAL.value)
    if wish not in list(Form):
        raise InvalidRequestError(f"Choose one of these forms: {', '.join(Form)}.", param="form")
    return _attached(request, Form(wish))


def _thumbnail(request: Request) -> Response:
    library = workbench().library
    image, _ = library.image(request.path_params["image_id"], _visitor(request))
    return _answer(library.thumbnail(image), "image/webp")


def _preview(request: Request) -> Response:
    bench = workbench()
    job = bench.studio.job(request.path_params["job_id"], _visitor(request))
    data = bench.library.preview(job, request.path_params["call"])
    media_type = None if data is None else _raster_type(data)
    if data is None or media_type is None:
        raise NotFoundError("There is no preview yet.", kind="preview", id=job.id)
    return _answer(data, media_type, cache="no-store")


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


def _prefix() -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/gesso" if base else "/gesso"
