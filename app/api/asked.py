"""Reads what a client asks for: JSON or multipart, bounded in size, number and time, into one of our requests."""

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from app.api.schemas import Edit, EditFields, Generation, GivenImage, Options, chosen
from app.workbench import workbench
from core.domain.image import Size
from core.domain.mask import Mask
from core.domain.request import MAX_INPUT_IMAGES, EditRequest, GenerateRequest
from core.domain.request import Request as Wanted
from core.errors import InvalidImageError, InvalidRequestError

MEGABYTE = 1_000_000
MAX_BODY = 256 * MEGABYTE
MAX_FIELDS = 100
MULTIPART = "multipart/form-data"
FORMS = (MULTIPART, "application/x-www-form-urlencoded")
PICTURE = '{"image_url": "data:image/png;base64,..."}'
CHUNK_SECONDS, BODY_SECONDS = 20.0, 120.0
"""A body that pauses longer, or takes longer as a whole, is given up."""
FILES = {
    "image": "images",
    "image[]": "images",
    "images": "images",
    "images[]": "images",
    "mask": "mask",
    "markup": "markup",
}
"""The names under which files come; clients disagree on the plural."""

Body = TypeVar("Body", bound=Options)


class TooLargeError(InvalidRequestError):
    """The body has more bytes than anybody needs."""

    code = "too_large"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came in: ours, and what only the answer's form depends on."""

    request: Wanted
    form: str | None
    user: str | None
    digest: str
    """A hash of all that was asked, to recognise the same request."""


async def read_generation(request: Request) -> Asked:
    """The body of ``/v1/images/generations``; raises InvalidRequestError."""
    data = await read_body(request)
    options = _checked(Generation, _json(request, data))
    return _asked(options, GenerateRequest(model=_model(options), **chosen(options)), data)


async def read_edit(request: Request) -> Asked:
    """The body of ``/v1/images/edits``, JSON or multipart; raises InvalidRequestError or InvalidImageError."""
    if _content_type(request) == MULTIPART:
        return await _from_form(request)
    data = await read_body(request)
    options = _checked(Edit, _json(request, data))
    images = [_from_url(image, "images") for image in options.images]
    mask = None if options.mask is None else _from_url(options.mask, "mask")
    markup = None if options.markup is None else _from_url(options.markup, "markup")
    wanted = await asyncio.to_thread(_edit, options, images, mask, markup, field="images")
    return _asked(options, wanted, data)


async def read_body(request: Request) -> bytes:
    """The whole body; raises TooLargeError, or InvalidRequestError for one that does not come."""
    _check_encoding(request)
    with _arriving():
        return await Request(request.scope, bounded(request.receive)).body()


def bounded(receive: Receive) -> Receive:
    """The same messages, as long as they stay within size and time."""
    taken, until = 0, asyncio.get_running_loop().time() + BODY_SECONDS

    async def next_message() -> Message:
        nonlocal taken
        left = until - asyncio.get_running_loop().time()
        message = await asyncio.wait_for(receive(), min(CHUNK_SECONDS, max(left, 0)))
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            raise TooLargeError(f"The request is larger than {MAX_BODY // MEGABYTE:,} MB.")
        return message

    return next_message


async def _from_form(request: Request) -> Asked:
    _check_encoding(request)
    with _arriving():
        form = await Request(request.scope, bounded(request.receive)).form(
            max_files=MAX_INPUT_IMAGES + 2, max_fields=MAX_FIELDS
        )
    async with _closing(form):
        files: dict[str, list[bytes]] = {"images": [], "mask": [], "markup": []}
        fields: dict[str, str] = {}
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[_file_field(name)].append(await value.read())
            elif value or name == "prompt":  # a form's empty field is one that nobody filled in
                fields[name] = value
    options = _checked(EditFields, fields)
    for name in ("mask", "markup"):
        if len(files[name]) > 1:
            raise InvalidRequestError(f"There can be one {name} only.", param=name)
    if not files["images"]:
        raise InvalidRequestError(
            "An edit needs a picture: send it as the file field image, or image[].", param="image"
        )
    mask, markup = (files[name][0] if files[name] else None for name in ("mask", "markup"))
    wanted = await asyncio.to_thread(_edit, options, files["images"], mask, markup, field="image")
    told = json.dumps(
        [sorted(fields.items()), {name: [sha256(data).hexdigest() for data in group] for name, group in files.items()}]
    )
    return _asked(options, wanted, told.encode())


def _edit(
    options: Options, images: list[bytes], mask: bytes | None, markup: bytes | None, *, field: str
) -> EditRequest:
    """Take the pictures in as a page does; every one is checked. ``field`` is where the pictures came."""
    editor = workbench().editor
    taken = []
    for number, data in enumerate(images, 1):
        with _taking_in(f"Picture {number}", field):
            taken.append(editor.take_in(data).ref)
    size = Size(taken[0].width, taken[0].height)
    with _taking_in("The mask", "mask"):
        drawn = None if mask is None else editor.take_in_mask(mask, size, by_convention=True)
    with _taking_in("The markup", "markup"):
        notes = None if markup is None else editor.take_in_markup(markup, size)
    return EditRequest(
        model=_model(options),
        images=tuple(taken),
        mask=None if drawn is None else Mask(width=size.width, height=size.height, file=drawn.ref),
        markup=notes,
        **chosen(options),
    )


@contextmanager
def _taking_in(what: str, param: str) -> Iterator[None]:
    """Say of a file that is no use which one it is; an error that names its option says so itself."""
    try:
        yield
    except InvalidImageError as error:
        raise InvalidImageError(str(error) if error.param else f"{what}: {error}", param=param) from error


def _asked(options: Options, wanted: Wanted, told: bytes) -> Asked:
    return Asked(
        request=wanted,
        form=options.response_format,
        user=_user(options),
        digest=sha256(told).hexdigest(),
    )


def _user(options: Options) -> str | None:
    """The client's name for who asks; checked before the job, because the answer to it holds it."""
    user = options.safety_identifier or options.user or None
    if user is not None and any("\ud800" <= character <= "\udfff" for character in user):
        raise InvalidRequestError("The user holds bytes that are not UTF-8 text.", param="user")
    return user


def _model(options: Options) -> str:
    return options.model or workbench().default_model


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _check_encoding(request: Request) -> None:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise InvalidRequestError(
            f"A body with Content-Encoding {encoding[:60]!a} is not taken. Send it uncompressed.",
            param="Content-Encoding",
        )


def _file_field(name: str) -> str:
    if name not in FILES:
        raise InvalidRequestError(
            f"There is no file field {name[:60]!a}. Use image, image[], mask or markup.", param="image"
        )
    return FILES[name]


def _from_url(image: GivenImage, param: str) -> bytes:
    """The bytes of a ``data:`` URL; nothing else is opened, so that nobody sends us to a server of their choice."""
    if image.image_url is None:
        raise InvalidRequestError(
            "Send the picture itself, as a data: URL in image_url; file_id names nothing here.", param=param
        )
    scheme, _, rest = image.image_url.partition(":")
    head, comma, data = rest.partition(",")
    if scheme.lower() != "data" or not comma:
        raise InvalidRequestError("Addresses are not fetched. Send the picture itself as a data: URL.", param=param)
    try:
        return base64.b64decode(data, validate=True) if head.endswith(";base64") else unquote_to_bytes(data)
    except ValueError as error:  # bytes that are no base64, characters that are no ASCII, or no text at all
        raise InvalidRequestError("The data: URL is not valid base64.", param=param) from error


def _json(request: Request, data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        # Only now: curl calls whatever it sends a form, unless it is told otherwise.
        wanted = " This endpoint takes JSON, not a form." if _content_type(request) in FORMS else ""
        raise InvalidRequestError(f"The body is not valid JSON.{wanted}") from error
    if not isinstance(found, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    return found


def _checked(kind: type[Body], values: dict[str, Any]) -> Body:
    """The fields with their types checked; the first that is wrong is told by its name."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        param = ".".join(map(str, first["loc"]))[:100]
        if first["type"] == "extra_forbidden":
            raise InvalidRequestError(f"Unknown parameter: {param!a}.", param=param) from error
        if first["type"] == "missing":
            raise InvalidRequestError(f"Missing required parameter: {param!a}.", param=param) from error
        if first.get("ctx", {}).get("class_name") == GivenImage.__name__:
            raise InvalidRequestError(f"Write {param!a} as {PICTURE}.", param=param) from error
        raise InvalidRequestError(f"Invalid value for {param!a}: {first['msg']}.", param=param) from error


@contextmanager
def _arriving() -> Iterator[None]:
    """Turn what a client can do wrong while it sends into sentences."""
    try:
        yield
    except TimeoutError as error:
        raise InvalidRequestError("The body did not arrive in time.") from error
    except ClientDisconnect as error:
        raise InvalidRequestError("The client went away.") from error
    except HTTPException as error:  # Starlette's word for a form that cannot be read
        raise InvalidRequestError(f"The form cannot be read: {error.detail}") from error


class _closing:
    """Removes a form's temporary files."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, *exception: object) -> None:
        await self._form.close()
