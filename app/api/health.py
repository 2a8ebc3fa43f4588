"""``GET /health``: the process answers. ``GET /ready``: it can take work. ``GET /metrics``: its figures, if wanted."""

import asyncio

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app.api.described import HEALTH
from app.workbench import workbench
from core.errors import GessoError

router = APIRouter(tags=[HEALTH])


@router.get("/health", summary="The process answers")
async def health() -> dict[str, str]:
    """Looks at nothing, so that a server whose database is away is not restarted for it."""
    return {"status": "ok"}


@router.get("/ready", summary="Work can be taken", responses={503: {"description": "`problems` says what is wrong."}})
async def ready() -> Response:
    """The database answers, the disk has room, and the server is not about to stop."""
    problems = await asyncio.to_thread(_problems)
    if problems:
        return JSONResponse({"status": "not ready", "problems": problems}, 503)
    return JSONResponse({"status": "ready"})


@router.get("/metrics", summary="Figures for Prometheus", include_in_schema=False)
async def metrics() -> Response:
    """404 unless ``METRICS=true``."""
    from app.api.metrics import MEDIA_TYPE, exposition

    if not await asyncio.to_thread(lambda: workbench().settings.metrics):
        raise HTTPException(404)
    return Response(await asyncio.to_thread(exposition), media_type=MEDIA_TYPE)


def _problems() -> list[str]:
    try:
        return list(workbench().readiness.problems())
    except GessoError as error:
        return [str(error)]
