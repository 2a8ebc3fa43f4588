"""How images of the library are listed: one page as a table for people, as an object for programs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from app.cli.filtering import Paging
from app.cli.opening import VISITOR
from app.cli.output import dollars, note, number, print_json, print_table, shortened
from app.cli.report import image_json
from core.domain.library import COUNTED_TO, Filter, Picture

if TYPE_CHECKING:
    from core.bootstrap import Workbench

PROMPT_WIDTH = 40
HEADER = ("ID", "CREATED (UTC)", "KIND", "MODEL", "SIZE", "COST", "FAV", "PROMPT")
TRASH_HEADER = ("ID", "TRASHED (UTC)", *HEADER[2:])


def list_images(opened: "Workbench", wanted: Filter, paging: Paging, *, none: str) -> None:
    """Print one page of what matches, and say where the next begins; ``none`` is said if nothing does."""
    page = opened.history.find(wanted, VISITOR, sort=paging.sort, after=paging.after, size=paging.limit)
    count = opened.history.count(wanted, VISITOR)
    if paging.json:
        counted = {"count": min(count, COUNTED_TO), "count_is_exact": count <= COUNTED_TO}
        print_json({"images": picture_list(opened, page.pictures), "after": page.after} | counted)
        return
    if not page.pictures:
        note(none)
        return
    print_pictures(page.pictures, trashed=wanted.trashed)
    if page.after is not None:
        number_of = f"{count:,}" if count <= COUNTED_TO else f"more than {COUNTED_TO:,}"
        note(f"{len(page.pictures)} of {number_of}; add --after {page.after} for the next.")


def print_pictures(pictures: Iterable[Picture], *, trashed: bool = False) -> None:
    """Write a table; of the trash with the moment when each came there."""
    print_table(TRASH_HEADER if trashed else HEADER, (_row(picture, trashed=trashed) for picture in pictures))


def picture_list(opened: "Workbench", pictures: Iterable[Picture]) -> list[dict[str, Any]]:
    """``images`` of every answer about the library."""
    return [picture_json(picture, opened.library.where(picture.image)) for picture in pictures]


def picture_json(picture: Picture, path: str) -> dict[str, Any]:
    """All that a list knows of an image; ``cost_usd`` is its share of its job's."""
    return {
        "id": picture.id,
        "job_id": picture.image.job_id,
        "created_at": picture.image.created_at,
        "kind": picture.kind.value,
        "state": picture.state.value,
        "provider": picture.provider,
        "model": picture.model,
        "prompt": picture.prompt,
        "cost_usd": number(picture.cost),
        "favourite": picture.favourite,
        "trashed_at": picture.trashed_at,
    } | image_json(picture.image, path)


def sets(count: int) -> str:
    """A number of collections in words."""
    return "1 collection" if count == 1 else f"{count:,} collections"


def images(count: int) -> str:
    """A number of images in words."""
    return f"{count:,} image{'' if count == 1 else 's'}"


def _row(picture: Picture, *, trashed: bool) -> tuple[str, ...]:
    moment = picture.trashed_at if trashed and picture.trashed_at else picture.image.created_at
    return (
        picture.id,
        moment.strftime("%Y-%m-%d %H:%M"),
        picture.kind.value,
        picture.model,
        f"{picture.image.ref.width}x{picture.image.ref.height}",
        dollars(picture.cost),
        "*" if picture.favourite else "",
        shortened(picture.prompt, PROMPT_WIDTH),
    )
