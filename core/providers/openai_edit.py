"""An edit as multipart/form-data: its files, and its fields under the names that the service knows."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from openai import AsyncAPIResponse, AsyncOpenAI, Omit

from core.domain.answer import EditInputs
from core.domain.image import EXTENSIONS, MEDIA_TYPES
from core.domain.request import EditRequest
from core.errors import UnsupportedOptionError
from core.imaging.codec import decode
from core.imaging.mask_files import provider_png
from core.providers.presets import Preset

PNG = MEDIA_TYPES["png"]
NOT_IN_THE_SIGNATURE = ("moderation",)
"""Taken by the API, but missing from the SDK's ``images.edit``."""
SDK_FIELDS = frozenset({"image", "image[]", "mask", "markup"})

File = tuple[str, bytes, str]
"""A file's name, bytes and media type: without all three it goes out as application/octet-stream and is refused."""
Headers = dict[str, str | Omit] | None
Opened = AbstractAsyncContextManager[AsyncAPIResponse[Any]]


def check_edit(request: EditRequest, inputs: EditInputs, preset: Preset) -> None:
    """Raise UnsupportedOptionError for an edit that the service cannot do at all."""
    if not preset.edits:
        raise UnsupportedOptionError(
            f"{preset.title} does not edit pictures; it only makes new ones.", model=request.model, param="images"
        )
    if inputs.mask is not None and preset.mask == "none":
        raise UnsupportedOptionError(
            f"{preset.title} takes no mask. Edit the whole picture, or use another service.",
            model=request.model,
            param="mask",
        )


def edit_files(inputs: EditInputs, preset: Preset) -> list[tuple[str, File]]:
    """The parts of an edit, each with its field's name: images in order, then the mask or the markup.

    One image goes as ``image``, several under the service's name for them; the mask is turned
    into the service's form, if it has one.
    """
    field = "image" if len(inputs.images) == 1 else preset.images_field
    parts = [(field, _image(*image, number)) for number, image in enumerate(inputs.images, 1)]
    if inputs.mask is not None and preset.mask != "none":
        mask = provider_png(decode(inputs.mask).convert("L"), preset.mask)
        parts.append((preset.mask_field, ("mask.png", mask, PNG)))
    if inputs.markup is not None:
        parts.append(("markup", ("markup.png", inputs.markup, PNG)))
    return parts


def opened_edit(
    client: AsyncOpenAI, arguments: dict[str, Any], files: Sequence[tuple[str, File]], headers: Headers
) -> Opened:
    """The request, sent when the context is entered; the response is closed when it is left."""
    names = [name for name, _ in files]
    if not SDK_FIELDS.issuperset(names) or names.count("image") > 1:
        return _posted(client, arguments, files, headers)
    beside = {name: arguments[name] for name in NOT_IN_THE_SIGNATURE if name in arguments}
    fields = {name: value for name, value in arguments.items() if name not in beside}
    images = [file for name, file in files if name in ("image", "image[]")]
    fields["image"] = images[0] if len(images) == 1 else images
    fields |= {name: file for name, file in files if name in ("mask", "markup")}
    opened: Opened = client.images.with_streaming_response.edit(
        **fields, extra_body=beside or None, extra_headers=headers
    )
    return opened


@asynccontextmanager
async def _posted(
    client: AsyncOpenAI, arguments: dict[str, Any], files: Sequence[tuple[str, File]], headers: Headers
) -> AsyncIterator[AsyncAPIResponse[Any]]:
    """For services with field names of their own, which ``images.edit`` cannot send."""
    own = {"Content-Type": "multipart/form-data", "X-Stainless-Raw-Response": "stream"}
    response = await client.post(
        "/images/edits",
        body=arguments,
        files=list(files),
        cast_to=AsyncAPIResponse[Any],
        options={"headers": {**own, **(headers or {})}},
    )
    try:
        yield response
    finally:
        await response.close()


def _image(data: bytes, media_type: str, number: int) -> File:
    name = "image" if number == 1 else f"image-{number}"
    return f"{name}.{EXTENSIONS[media_type]}", data, media_type
