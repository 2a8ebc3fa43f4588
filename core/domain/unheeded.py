"""What a provider did not heed: the request beside what came, in sentences; empty where both agree."""

from collections.abc import Iterator, Sequence

from core.domain.image import EXTENSIONS
from core.domain.job import Delivered, StoredImage
from core.domain.request import EditRequest, Request

REDRAWN_PERCENT = 95.0
"""Of what lies outside the mask; models that keep to a mask change much of it too, but hardly all."""
UNTOUCHED_PERCENT = 1.0
FORMATS = {"jpg": "jpeg"}


def remarks(
    request: Request,
    told: Delivered,
    results: Sequence[StoredImage],
    answers: Sequence[StoredImage],
    *,
    counts: Sequence[tuple[int, int]],
    opaque: bool,
) -> tuple[str, ...]:
    """One sentence for each option that was asked for and not heeded.

    ``answers`` are what came where ``results`` were composed from it; ``counts`` are the (asked, came) images of the
    calls that were answered whole; ``opaque`` says that a transparent background was asked for and none came.
    """
    came = answers or results
    return (
        *_number(counts),
        *_size(request, came),
        *_format(request, came),
        *_words(request, told),
        *_background(request, told, opaque=opaque),
        *(_mask(request, results) if isinstance(request, EditRequest) else ()),
    )


def _number(counts: Sequence[tuple[int, int]]) -> Iterator[str]:
    for asked, came in counts:
        if came and came != asked:
            yield f"Asked for {asked} image{'s' * (asked != 1)} in one request; the server made {came}."


def _size(request: Request, came: Sequence[StoredImage]) -> Iterator[str]:
    asked = request.pixel_size
    if asked is None or request.output_format == "svg":
        return
    sizes = {f"{image.ref.width}x{image.ref.height}" for image in came if image.ref.width and image.ref.height}
    if others := sorted(sizes - {str(asked)}):
        yield f"Asked for {asked}; the server delivered {' and '.join(others)}."


def _format(request: Request, came: Sequence[StoredImage]) -> Iterator[str]:
    asked = request.output_format
    if isinstance(request, EditRequest) and request.composes:
        if came and (request.output_compression is not None or asked not in (None, "png")):
            yield (
                f"Asked for {asked or 'a compression'}; what is put back into the original is always a PNG, "
                "so that every pixel outside stays exactly as it was."
            )
        return
    extensions = (EXTENSIONS[image.ref.media_type] for image in came)
    formats = {FORMATS.get(extension, extension) for extension in extensions}
    if asked is not None and (others := sorted(formats - {asked})):
        yield f"Asked for {asked}; the server delivered {' and '.join(others)}."


def _words(request: Request, told: Delivered) -> Iterator[str]:
    """Where the answer says nothing, nothing is said: silence is no sign that the option was ignored."""
    asked = request.quality
    if asked not in (None, "auto") and told.quality not in (None, asked):
        yield f"Asked for quality {asked}; the server used {told.quality}."


def _background(request: Request, told: Delivered, *, opaque: bool) -> Iterator[str]:
    asked = request.background
    if asked == "transparent" and opaque:
        yield "Asked for a transparent background; nothing in the picture is transparent."
    elif asked not in (None, "auto") and told.background not in (None, asked):
        yield f"Asked for a background that is {asked}; the server made it {told.background}."


def _mask(request: EditRequest, results: Sequence[StoredImage]) -> Iterator[str]:
    """Only where the answer was put into the original has anybody counted."""
    proofs = [image.protection for image in results if image.protection is not None]
    if request.mask is None or not proofs:
        return
    redrawn = min(proof.changed_by_model_percent for proof in proofs)
    if redrawn >= REDRAWN_PERCENT and all(proof.protected_pixels for proof in proofs):
        yield (
            f"The server redrew {redrawn:g} % of what lies outside the mask, as if there were none; "
            "your own pixels were put back there."
        )
    edited = [proof.edited_percent for proof in proofs if proof.edited_percent is not None]
    if edited and max(edited) < UNTOUCHED_PERCENT:
        yield f"Inside the mask only {max(edited):g} % of the pixels look different: the server did not work there."
