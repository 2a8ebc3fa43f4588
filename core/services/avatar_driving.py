"""Takes avatar sets forward: prompts written, portraits asked for, pictures made from them, checked and stored.

    planned ─> prompts ─> row "portrait" ─> row "grid-0", "grid-1" | "single-0" ... ─> tiles, checked and kept

Every step looks at what is there and adds what is missing, so that a kill anywhere costs nothing twice: rows are
added by name, once, and a tile is recorded in its place, once.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from core.domain.avatar import (
    GRID,
    AvatarPlan,
    AvatarSet,
    AvatarTile,
    PersonaRow,
    PersonaState,
    Verdict,
    Way,
    step_of,
)
from core.domain.batch import MAX_ROWS, Batch, PlannedRow, Progress, Row, RowState
from core.domain.frame import Box
from core.domain.image import ImageRef
from core.domain.job import Job, StoredImage
from core.domain.money import ZERO
from core.domain.persona_prompts import PictureKind, PromptTask, template_prompt
from core.domain.visitor import Visitor
from core.errors import InvalidImageError, NotFoundError, StorageError
from core.imaging.grid_files import boxes_of
from core.imaging.tile_files import check_files
from core.services.avatar_ports import Avatars
from core.services.avatar_pricing import grid_request, portrait_request, single_request
from core.services.batches import BatchService
from core.services.built_in_prompts import TEMPLATE
from core.services.editing import Editor
from core.services.ledger import LedgerService
from core.services.object_ports import Objects
from core.services.ports import Clock, FileStore
from core.services.prompt_ports import Written
from core.services.prompting import PromptDesk, Unwritten

log = logging.getLogger(__name__)

SETS_AT_ONCE = 2
WRITTEN_AT_ONCE = 4
"""Personas whose prompts are asked for in one round."""
WRITING_PATIENCE, FREE_PATIENCE = timedelta(minutes=15), timedelta(seconds=3)
"""After so long a process that has prompts written is taken for dead; longer than its requests can take together."""
MADE = (RowState.SUCCEEDED, RowState.PARTIAL)
PORTRAIT = PictureKind.PORTRAIT.value


class AvatarDriver:
    """Does the next steps of the sets whose batches this process feeds."""

    def __init__(
        self,
        *,
        avatars: Avatars,
        batches: BatchService,
        desk: PromptDesk,
        editor: Editor,
        files: FileStore,
        objects: Objects,
        ledger: LedgerService,
        clock: Clock,
    ) -> None:
        self._avatars = avatars
        self._batches = batches
        self._desk = desk
        self._editor = editor
        self._files = files
        self._objects = objects
        self._ledger = ledger
        self._clock = clock
        self._seen: dict[str, set[str]] = {}
        """The jobs of each set whose pictures are recorded, as far as this process knows."""
        self._recorded: dict[str, int] = {}
        """How many made rows of each set there were when all were recorded."""
        self._threads = ThreadPoolExecutor(SETS_AT_ONCE, thread_name_prefix="gesso-avatars")
        self._running: dict[str, Future[None]] = {}

    def grow(self, batch: Batch, visitor: Visitor, progress: Progress) -> bool:
        """Begin the next steps, in a thread of ours; True if at this progress nothing more will come by itself."""
        last = self._running.get(batch.id)
        if last is not None and not last.done():
            return False
        if last is not None and (error := last.exception()) is not None:
            log.error("Avatar set %s stumbled and goes on", batch.id, exc_info=error)
        done = last is not None and self._recorded.get(batch.id) == progress.count(*MADE)
        if done and not self._avatars.personas(batch.id, states=[PersonaState.PLANNED, PersonaState.WRITING]):
            return True
        self._running[batch.id] = self._threads.submit(self.step, batch.id, visitor)
        return False

    def close(self) -> None:
        """Begin nothing more, and wait for what runs."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def step(self, id: str, visitor: Visitor) -> None:
        """Do what can be done now: prompts, portraits, pictures."""
        made = self._avatars.get(id, None)
        self._write_prompts(made, visitor)
        personas = self._avatars.personas(id, states=[PersonaState.WRITTEN])
        self._add(made, [self._portrait_row(made.plan, one) for one in personas], visitor)
        self.record(made, visitor)

    def record(self, made: AvatarSet, visitor: Visitor) -> None:
        """Look at what has been made since: follow portraits with their pictures, keep and check pictures."""
        seen = self._seen.setdefault(made.id, set())
        rows = self._batches.rows(made.id, visitor, states=MADE, limit=MAX_ROWS)
        personas = {one.persona.slug: one for one in self._avatars.personas(made.id)}
        for row in rows:
            if row.job_id in seen:
                continue
            slug, _, step = row.name.partition("/")
            try:
                self._record_row(made, personas[slug], step, row, visitor)
            except StorageError as error:
                log.warning("Avatar set %s, %s is looked at again in a moment: %s", made.id, row.name, error)
                return
            except (NotFoundError, InvalidImageError) as error:
                log.warning("Avatar set %s, %s has no usable picture: %s", made.id, row.name, error)
            seen.add(str(row.job_id))
        self._recorded[made.id] = len(rows)

    def retake(self, made: AvatarSet, one: PersonaRow, tile: AvatarTile, visitor: Visitor) -> bool:
        """Ask for a picture in a tile's place, made alone from the base portrait; False if it was asked for already."""
        base = next((each for each in self._avatars.tiles(made.id, position=one.position) if not each.number), None)
        if base is None:
            return False
        task = PromptTask(persona=one.persona, kind=PictureKind.SINGLE, number=tile.number - 1)
        prompt = one.prompts.get(step_of(task)) or template_prompt(task)
        request = single_request(made.plan, prompt, *self._parent(base))
        name = f"{one.persona.slug}/{step_of(task)}/again-{tile.retakes + 1}"
        return self._add(made, [PlannedRow(request=request, name=name, columns=_columns(one))], visitor) > 0

    def place(
        self, made: AvatarSet, one: PersonaRow, images: Sequence[tuple[int, StoredImage, Box | None]], retakes: int = 0
    ) -> None:
        """Check pictures, keep copies of them under ``avatars/<persona>/<set>/``, and record each under its number."""
        there = {tile.number: tile for tile in self._avatars.tiles(made.id, position=one.position)}
        numbers = {number for number, _, _ in images}
        others = [tile for tile in there.values() if tile.number and tile.number not in numbers]
        data = [self._files.read_image(image.ref) for _, image, _ in images]
        findings = check_files([*(self._files.read_image(tile.ref) for tile in others), *data], made.plan.expected)
        for (number, image, box), bytes_, found in zip(images, data, findings[len(others) :], strict=True):
            name = "base" if not number else str(number)
            key = f"avatars/{one.persona.slug}/{made.id[-8:]}/{name}.{image.ref.extension}"
            self._objects.put(key, bytes_, image.ref.media_type)
            tile = AvatarTile(
                position=one.position, number=number, image_id=image.id, ref=image.ref, job_id=image.job_id, box=box,
                findings=found, verdict=Verdict.NEW, key=key, url=self._objects.link(key), retakes=retakes,
            )  # fmt: skip
            self._avatars.record(made.id, tile)

    def link(self, key: str) -> str:
        """An address of a copy that is stored under ``avatars/``, made now."""
        return self._objects.link(key)

    def _write_prompts(self, made: AvatarSet, visitor: Visitor) -> None:
        now = self._clock()
        until = now + (FREE_PATIENCE if made.plan.writer == TEMPLATE else WRITING_PATIENCE)
        for one in self._avatars.take_to_write(made.id, WRITTEN_AT_ONCE, now=now, until=until):
            tasks = made.plan.tasks(one.persona)
            try:
                answers = self._desk.write(tasks, writer=one.writer, api_key=visitor.api_key, key=made.id)
            except NotFoundError as error:
                self._avatars.unwritten(made.id, one.position, str(error))
                continue
            failed = [answer for answer in answers if isinstance(answer, Unwritten)]
            if failed:
                self._avatars.unwritten(made.id, one.position, failed[0].sentence)
                continue
            written = [answer for answer in answers if isinstance(answer, Written)]
            prompts = {step_of(task): answer.prompt for task, answer in zip(tasks, written, strict=True)}
            costs = [
                answer.cost if answer.cost is not None else self._desk.estimates([task], writer=one.writer)[0].held
                for task, answer in zip(tasks, written, strict=True)
            ]
            self._avatars.written(made.id, one.position, prompts, sum(costs, ZERO))

    def _portrait_row(self, plan: AvatarPlan, one: PersonaRow) -> PlannedRow:
        request = portrait_request(plan, one.prompts[PORTRAIT])
        return PlannedRow(request=request, name=f"{one.persona.slug}/{PORTRAIT}", columns=_columns(one))

    def _variation_rows(self, plan: AvatarPlan, one: PersonaRow, base: AvatarTile) -> list[PlannedRow]:
        make = grid_request if plan.way is Way.GRIDS else single_request
        return [
            PlannedRow(
                request=make(plan, one.prompts[step_of(task)], *self._parent(base)),
                name=f"{one.persona.slug}/{step_of(task)}",
                columns=_columns(one),
            )
            for task in plan.tasks(one.persona)[1:]
        ]

    def _parent(self, base: AvatarTile) -> tuple[ImageRef, str]:
        """The base portrait as an edit's input, and whose child the new picture will be."""
        image = StoredImage(
            id=base.image_id, job_id=base.job_id, position=0, ref=base.ref, revised_prompt=None,
            created_at=self._clock(),
        )  # fmt: skip
        return self._editor.from_image(image).ref, base.image_id

    def _record_row(self, made: AvatarSet, one: PersonaRow, step: str, row: Row, visitor: Visitor) -> None:
        job = self._batches.job(row, visitor)
        kind, _, rest = step.partition("-")
        number, _, again = rest.partition("/again-")
        match kind:
            case "portrait":
                self._record_portrait(made, one, job, visitor)
            case "grid":
                boxes = boxes_of(self._files.read_image(job.answers[0].ref), GRID)
                first = int(number) * GRID.count + 1
                tiles = zip(range(first, first + GRID.count), job.images, boxes, strict=False)
                self._place_new(made, one, list(tiles))
            case _:
                self._place_new(made, one, [(int(number) + 1, job.images[0], None)], retakes=int(again or 0))
        self._retake_failed(made, one, job, visitor)

    def _record_portrait(self, made: AvatarSet, one: PersonaRow, job: Job, visitor: Visitor) -> None:
        base = next((tile for tile in self._avatars.tiles(made.id, position=one.position) if not tile.number), None)
        if base is None or base.job_id != job.id:
            self.place(made, one, [(0, job.images[0], None)])
            if one.text_cost:
                self._ledger.correct(job.id, one.text_cost, f"prompts written by {one.writer}", visitor)
            base = next(tile for tile in self._avatars.tiles(made.id, position=one.position) if not tile.number)
        self._add(made, self._variation_rows(made.plan, one, base), visitor)

    def _place_new(
        self, made: AvatarSet, one: PersonaRow, images: Sequence[tuple[int, StoredImage, Box | None]], retakes: int = 0
    ) -> None:
        """Place those whose numbers nothing newer has taken since."""
        there = {tile.number: tile for tile in self._avatars.tiles(made.id, position=one.position)}
        free = [
            (number, image, box)
            for number, image, box in images
            if number not in there or (there[number].retakes < retakes and there[number].job_id != image.job_id)
        ]
        if free:
            self.place(made, one, free, retakes)

    def _retake_failed(self, made: AvatarSet, one: PersonaRow, job: Job, visitor: Visitor) -> None:
        for tile in self._avatars.tiles(made.id, position=one.position):
            if tile.number and tile.job_id == job.id and not tile.good and tile.retakes < made.plan.retakes:
                self.retake(made, one, tile, visitor)

    def _add(self, made: AvatarSet, rows: Sequence[PlannedRow], visitor: Visitor) -> int:
        """Add the rows whose names are new to the batch; returns how many were."""
        return self._batches.add_once(made.id, rows, visitor) if rows else 0


def _columns(one: PersonaRow) -> dict[str, str]:
    return {"persona": one.persona.name}
