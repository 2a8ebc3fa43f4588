"""The strip of this visitor's recent results, and the images of one job side by side."""

from app.ui.board import Board
from app.ui.filmstrip import Tile, filmstrip
from app.ui.pictures import thumbnail_source
from app.ui.selection import select
from core.domain.job import Job, JobState, StoredImage

STRIP_TILES = 24
EXCERPT = 80
MARKS = {JobState.FAILED: "!", JobState.CANCELLED: "×", JobState.UNKNOWN: "?"}


def recent_strip(board: Board, image: StoredImage | None) -> None:
    """The newest images, and jobs that ended without one; a click opens its job."""
    shown = (job for job in board.recent if job.state.is_final and not job.is_thrown_away)
    tiles = [tile for job in shown for tile in _tiles(job)][:STRIP_TILES]
    if len(tiles) < 2:
        return
    selected = _id(board.shown, image) if board.shown else None
    filmstrip("strip", "Recent results", tiles, selected, edge=64, on_pick=_open)


def siblings(job: Job, image: StoredImage) -> None:
    """All images of a job, to choose the one that is shown large."""
    tiles = [picture_tile(job, other) for other in job.images]
    filmstrip("siblings", "Images of this job", tiles, _id(job, image), edge=104, on_pick=_open)


def image_of(job: Job, image_id: str | None) -> StoredImage | None:
    """The chosen image of a job, or its first; None if it has none."""
    return next((image for image in job.images if image.id == image_id), job.images[0] if job.images else None)


def excerpt(prompt: str, length: int = EXCERPT) -> str:
    """The first words of a prompt, on one line."""
    line = " ".join(prompt[: 4 * length].split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def _tiles(job: Job) -> list[Tile]:
    if job.images:
        return [picture_tile(job, image) for image in job.kept_images]
    return [Tile(id=job.id, title=f"{job.state.value}: {excerpt(job.request.prompt)}", mark=MARKS.get(job.state, "·"))]


def picture_tile(job: Job, image: StoredImage, id: str | None = None) -> Tile:
    """An image of a job as a tile, under its own id or another."""
    ratio = image.ref.width / image.ref.height if image.ref.height else 1
    title = f"{image.position + 1} of {job.request.n}: {excerpt(job.request.prompt)}"
    return Tile(id=id or _id(job, image), title=title, source=thumbnail_source(image), ratio=round(ratio, 4))


def _open(id: str) -> None:
    job_id, _, image_id = id.partition("/")
    select(job_id, image_id or None)


def _id(job: Job, image: StoredImage | None) -> str:
    return f"{job.id}/{image.id}" if image else job.id
