"""The library over HTTP: images and their files, collections, and what was spent."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api.callers import caller
from app.api.links import base_of, check_link, file_url
from app.workbench import workbench
from core.domain.image import ImageRef
from core.domain.job import StoredImage
from core.domain.ledger import Spending
from core.domain.library import Collection, Filter, Picture, Sort
from core.domain.visitor import Visitor
from core.services.ledger import Standing
from core.services.library import Form

router = APIRouter(prefix="/images", tags=["Library"])
GUARDS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
FOREVER = "private, max-age=31536000, immutable"
SVG = "image/svg+xml"
ANYBODY = Visitor(owner="link", operator=True)
"""Who comes with a signed address: the signature has decided what they may see."""


@router.get("", summary="List images, newest first")
async def listed(
    request: Request,
    q: Annotated[str, Query(description='Words, "phrases", pre* and -without.', max_length=500)] = "",
    model: str | None = None,
    collection: str | None = None,
    tag: str | None = None,
    favourite: bool = False,
    sort: Sort = Sort.NEWEST,
    limit: Annotated[int, Query(ge=1, le=100)] = 48,
    after: Annotated[str | None, Query(description="What the page before named.", max_length=80)] = None,
) -> dict[str, Any]:
    visitor, base = await caller(request), base_of(request)
    wanted = Filter(text=q, model=model, collection=collection, tag=tag, favourite=favourite)
    page = await asyncio.to_thread(
        lambda: workbench().history.find(wanted, visitor, sort=sort, after=after, size=limit)
    )
    return {"images": [_picture(picture, base) for picture in page.pictures], "after": page.after}


@router.get("/collections", summary="List collections")
async def collections(request: Request) -> dict[str, Any]:
    visitor = await caller(request)
    found = await asyncio.to_thread(lambda: workbench().history.collections(visitor))
    return {"collections": [_collection(one) for one in found]}


@router.get("/collections/{id}", summary="A collection's images in their order")
async def collection(request: Request, id: str) -> dict[str, Any]:
    visitor, base = await caller(request), base_of(request)

    def told() -> dict[str, Any]:
        history = workbench().history
        one = history.collection(id, visitor)
        pictures = history.pictures(history.ids(Filter(collection=id), visitor), visitor)
        return _collection(one) | {"images": [_picture(picture, base) for picture in pictures]}

    return await asyncio.to_thread(told)


@router.get("/costs", summary="What was spent, and what is left")
async def costs(request: Request) -> dict[str, Any]:
    """The account that this caller's requests take money from, and the key's own part, today and this month (UTC)."""
    visitor = await caller(request)

    def told() -> dict[str, Any]:
        standing = workbench().ledger.standing(workbench().studio.account_of(visitor))
        own = _of_key(visitor)
        lefts = [one.left for one in (standing, own) if one is not None and one.left is not None]
        return {
            "account": standing.account,
            "today": _spending(standing.today, standing.budgets.day),
            "month": _spending(standing.month, standing.budgets.month),
            "key": own
            and {
                "today": _spending(own.today, own.budgets.day),
                "month": _spending(own.month, own.budgets.month),
            },
            "left_usd": float(min(lefts)) if lefts else None,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    return await asyncio.to_thread(told)


@router.get("/{id}", summary="One image: asked, delivered, paid")
async def image(request: Request, id: str) -> dict[str, Any]:
    visitor, base = await caller(request), base_of(request)

    def told() -> dict[str, Any]:
        history = workbench().history
        picture = history.picture(id, visitor)
        job = workbench().studio.job(picture.image.job_id, visitor)
        filed = {"tags": list(history.tags_of(id)), "request": job.request.to_json(), "job_id": job.id}
        return _picture(picture, base) | filed

    return await asyncio.to_thread(told)


@router.get("/{id}/file", summary="An image's bytes, as they are stored", response_class=Response)
async def file(request: Request, id: str) -> Response:
    """With a key, or with the signed address that an answer gave."""
    found = await _seen(request, id)
    data = await asyncio.to_thread(workbench().library.original, found)
    answer = _bytes(data, found.ref.media_type)
    if found.ref.media_type == SVG:  # an SVG can carry a script: it is handed over, not shown
        answer.headers["Content-Disposition"] = f'attachment; filename="{id[-8:]}.svg"'
    return answer


@router.get("/{id}/thumbnail", summary="A small WebP of an image", response_class=Response)
async def thumbnail(request: Request, id: str) -> Response:
    found = await _seen(request, id)
    return _bytes(await asyncio.to_thread(workbench().library.thumbnail, found), "image/webp")


@router.get("/{id}/download", summary="An image with its settings, or in another format", response_class=Response)
async def download(request: Request, id: str, form: Form = Form.ORIGINAL) -> Response:
    visitor = await caller(request)
    made = await asyncio.to_thread(lambda: workbench().library.download(id, form, visitor))
    answer = _bytes(made.data, made.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
    return answer


async def _seen(request: Request, id: str) -> StoredImage:
    """The image, for its owner or for who has a signed address."""
    if "signature" in request.query_params:
        await asyncio.to_thread(check_link, request, id)
        visitor = ANYBODY
    else:
        visitor = await caller(request)
    return (await asyncio.to_thread(lambda: workbench().library.image(id, visitor)))[0]


def _bytes(data: bytes, media_type: str) -> Response:
    return Response(data, media_type=media_type, headers={**GUARDS, "Cache-Control": FOREVER})


def _picture(picture: Picture, base: str) -> dict[str, Any]:
    ref: ImageRef = picture.image.ref
    return {
        "id": picture.id,
        "task_id": picture.image.job_id,
        "created_at": picture.image.created_at.isoformat(),
        "kind": picture.kind.value,
        "provider": picture.provider,
        "model": picture.model,
        "prompt": picture.prompt,
        "revised_prompt": picture.image.revised_prompt,
        "cost_usd": float(picture.cost),
        "favourite": picture.favourite,
        "trashed": picture.trashed_at is not None,
        "width": ref.width,
        "height": ref.height,
        "bytes": ref.bytes,
        "media_type": ref.media_type,
        "url": file_url(picture.id, base),
    }


def _collection(one: Collection) -> dict[str, Any]:
    told = {"id": one.id, "name": one.name, "notes": one.notes, "count": one.count}
    return told | {"created_at": one.created_at.isoformat()}


def _of_key(visitor: Visitor) -> Standing | None:
    """How the caller's API key stands; None for who has none."""
    if visitor.key_id is None:
        return None
    use = next(use for use in workbench().keys.list(visitor) if use.key.id == visitor.key_id)
    return Standing(account=use.key.name, today=use.today, month=use.month, budgets=use.key.budgets)


def _spending(spending: Spending, budget: Any) -> dict[str, Any]:
    told = {"spent_usd": float(spending.spent), "held_usd": float(spending.held)}
    return told | {"budget_usd": None if budget is None else float(budget)}
