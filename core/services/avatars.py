"""Avatar sets as people use them: priced, started, reviewed, redone, split by hand, exported."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from core.domain.avatar import (
    GRID,
    MAX_PERSONAS,
    AvatarPlan,
    AvatarSet,
    AvatarTile,
    PersonaRow,
    PersonaState,
    Quote,
    Verdict,
)
from core.domain.batch import MAX_ROWS, Batch, BatchState
from core.domain.frame import Box
from core.domain.ids import new_id
from core.domain.job import Ending, Job, JobState, StoredImage
from core.domain.money import ZERO, usd_text
from core.domain.persona import Persona
from core.domain.visitor import Visitor
from core.errors import BudgetExceededError, InvalidRequestError, NotFoundError
from core.imaging.codec import image_ref
from core.imaging.grid_files import boxes_of, cut_out
from core.services.avatar_driving import MADE, AvatarDriver
from core.services.avatar_ports import Avatars
from core.services.avatar_pricing import both_ways, quote
from core.services.batches import BatchService
from core.services.ledger import LedgerService
from core.services.ports import Clock, FileStore, Journal
from core.services.prompting import PromptDesk
from core.services.studio import Studio

SPLIT = "split"
"""The provider of pictures that somebody cut out of a grid by hand; nothing was asked of anybody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """A grid as it came, and where its pictures were found or set by hand."""

    persona: PersonaRow
    number: int
    answer: StoredImage
    boxes: tuple[Box, ...]


class AvatarService:
    """What a visitor does with avatar sets; none sees another's. Start, pause, resume and cancel are the batch's."""

    def __init__(
        self,
        *,
        avatars: Avatars,
        batches: BatchService,
        driver: AvatarDriver,
        studio: Studio,
        desk: PromptDesk,
        ledger: LedgerService,
        journal: Journal,
        files: FileStore,
        clock: Clock,
        shared: bool,
    ) -> None:
        self._avatars = avatars
        self._batches = batches
        self._driver = driver
        self._studio = studio
        self._desk = desk
        self._ledger = ledger
        self._journal = journal
        self._files = files
        self._clock = clock
        self._shared = shared

    def quote(self, plan: AvatarPlan, personas: Sequence[Persona], visitor: Visitor) -> Quote:
        """What a plan costs for these personas; nothing is written."""
        return quote(plan, personas, visitor, self._studio, self._desk)

    def both_ways(self, plan: AvatarPlan, personas: Sequence[Persona], visitor: Visitor) -> tuple[Quote, Quote]:
        """The same set as grids and as single pictures."""
        return both_ways(plan, personas, visitor, self._studio, self._desk)

    def create(
        self,
        name: str,
        personas: Sequence[Persona],
        plan: AvatarPlan,
        visitor: Visitor,
        *,
        max_cost: Decimal | None = None,
        concurrency: int | None = None,
    ) -> AvatarSet:
        """Keep a set; ``start`` its batch to have it made. Raises InvalidRequestError, with a sentence for a person."""
        _check(personas)
        if problem := self.quote(plan, personas, visitor).problem:
            raise InvalidRequestError(problem)
        batch = self._batches.plan(name, (), visitor, max_cost=max_cost, concurrency=concurrency, growing=True)
        made = AvatarSet(id=batch.id, owner=visitor.owner, plan=plan, created_at=batch.created_at)
        rows = [
            PersonaRow(position=position, persona=one, state=PersonaState.PLANNED, writer=plan.writer)
            for position, one in enumerate(personas, 1)
        ]
        self._avatars.make(made, rows)
        return made

    def check_start(
        self, plan: AvatarPlan, personas: Sequence[Persona], visitor: Visitor, *, max_cost: Decimal | None = None
    ) -> None:
        """Raise BudgetExceededError where such a set could not start: prompts are paid for before a limit pauses it."""
        self._check_texts(self.quote(plan, personas, visitor).texts, plan, visitor, max_cost)

    def start(self, id: str, visitor: Visitor) -> Batch:
        """Have a set made, or go on with it; raises BudgetExceededError if its prompts alone do not fit."""
        made = self.get(id, visitor)
        waiting = [one for one in self._avatars.personas(id) if one.state is PersonaState.PLANNED]
        self._check_texts(self._writing_price(made, waiting, visitor), made.plan, visitor, self._left(id, visitor))
        return self._batches.start_any(id, visitor)

    def get(self, id: str, visitor: Visitor) -> AvatarSet:
        """The set; raises NotFoundError also when it is somebody else's."""
        return self._avatars.get(id, self._owner(visitor))

    def all(self, visitor: Visitor, *, limit: int = 50) -> tuple[AvatarSet, ...]:
        """The visitor's sets, newest first."""
        return self._avatars.all(self._owner(visitor), limit=limit)

    def personas(self, id: str, visitor: Visitor) -> tuple[PersonaRow, ...]:
        """The set's personas in order."""
        self.get(id, visitor)
        return self._avatars.personas(id)

    def tiles(self, id: str, visitor: Visitor, *, position: int | None = None) -> tuple[AvatarTile, ...]:
        """The pictures so far, by persona and number; number 0 is the base portrait."""
        self.get(id, visitor)
        return self._avatars.tiles(id, position=position)

    def catch_up(self, id: str, visitor: Visitor) -> None:
        """Record what came after its batch was stopped; asks for nothing that costs."""
        made = self.get(id, visitor)
        if self._batches.get(id, visitor).state is not BatchState.RUNNING:
            self._driver.record(made, visitor)

    def judge(self, id: str, places: Collection[tuple[int, int]], verdict: Verdict, visitor: Visitor) -> int:
        """Accept or reject pictures named by (persona, number), of which the base portrait is none; says how many."""
        self.get(id, visitor)
        return self._avatars.judge(id, [place for place in places if place[1]], verdict)

    def redo(self, id: str, places: Collection[tuple[int, int]], visitor: Visitor) -> int:
        """Have pictures made again, each alone from its base portrait; returns how many were asked for."""
        made = self.get(id, visitor)
        personas = {one.position: one for one in self._avatars.personas(id)}
        tiles = [tile for tile in self._avatars.tiles(id) if tile.number and (tile.position, tile.number) in places]
        count = sum(self._driver.retake(made, personas[tile.position], tile, visitor) for tile in tiles)
        self._go_on(id, visitor)
        return count

    def redo_price(self, id: str, count: int, visitor: Visitor) -> Decimal:
        """USD that so many pictures made again cost at most."""
        one = replace(self.get(id, visitor).plan, retakes=1)
        persona = self._avatars.personas(id)[0].persona
        return self.quote(one, [persona], visitor).retakes / one.pictures * count

    def write_again(self, id: str, positions: Collection[int], visitor: Visitor, *, writer: str) -> int:
        """Have prompts that failed written anew, by the same writer or the template; returns how many.

        Raises BudgetExceededError where that does not fit, and NotFoundError for a writer who is not set up.
        """
        made = self.get(id, visitor)
        self._desk.writer(writer, visitor.api_key)
        price = self.writing_price(id, positions, visitor, writer=writer)
        self._check_texts(price, made.plan, visitor, self._left(id, visitor))
        count = self._avatars.plan_again(id, positions, writer)
        if count:
            self._go_on(id, visitor)
        return count

    def writing_price(self, id: str, positions: Collection[int], visitor: Visitor, *, writer: str) -> Decimal:
        """USD that it costs at most to have these personas' prompts written anew."""
        made = self.get(id, visitor)
        rows = [replace(one, writer=writer) for one in self._avatars.personas(id) if one.position in positions]
        return self._writing_price(made, rows, visitor)

    def grids(self, id: str, position: int, visitor: Visitor) -> tuple[Grid, ...]:
        """The grids of a persona, to adjust their split by hand."""
        made = self.get(id, visitor)
        persona = next((one for one in self._avatars.personas(made.id) if one.position == position), None)
        if persona is None:
            raise NotFoundError(f"The set has no persona {position}.", kind="persona", id=str(position))
        tiles = {tile.number: tile for tile in self._avatars.tiles(id, position=position)}
        return tuple(self._grid(persona, number, job, tiles) for number, job in self._grid_jobs(id, persona, visitor))

    def adjust(self, id: str, grid: Grid, boxes: Sequence[Box], visitor: Visitor) -> tuple[AvatarTile, ...]:
        """Cut a grid along these rectangles instead; the new pictures take the places of the old ones.

        Nothing is asked of anybody and nothing is charged. Raises InvalidRequestError.
        """
        made = self.get(id, visitor)
        if len(boxes) != GRID.count:
            raise InvalidRequestError(f"A grid of {GRID} has {GRID.count} pictures, and {len(boxes)} were marked.")
        data = cut_out(self._files.read_image(grid.answer.ref), boxes)
        images = self._adopted(data, grid, made)
        first = grid.number * GRID.count + 1
        numbered = zip(range(first, first + GRID.count), images, boxes, strict=True)
        self._driver.place(made, grid.persona, list(numbered))
        return self._avatars.tiles(id, position=grid.persona.position)

    def export(self, id: str, visitor: Visitor, *, accepted_only: bool = True) -> Iterator[tuple[str, bytes]]:
        """Files of a ZIP: pictures under ``<persona>/``, and ``avatars.json``: who they are of, where they lie.

        Base portraits are among them only if all is wanted.
        """
        listed = []
        for tile, entry in self._listed(id, visitor, accepted_only=accepted_only):
            yield entry["file"], self._files.read_image(tile.ref)
            listed.append(entry)
        yield "avatars.json", json.dumps(listed, indent=1, ensure_ascii=False).encode()

    def listing(self, id: str, visitor: Visitor, *, accepted_only: bool = True) -> list[dict[str, Any]]:
        """What ``avatars.json`` says, without reading a picture; addresses are made anew, as some of them expire."""
        return [entry for _, entry in self._listed(id, visitor, accepted_only=accepted_only)]

    def _listed(self, id: str, visitor: Visitor, *, accepted_only: bool) -> Iterator[tuple[AvatarTile, dict[str, Any]]]:
        self.get(id, visitor)
        personas = {one.position: one.persona for one in self._avatars.personas(id)}
        for tile in self._avatars.tiles(id):
            if accepted_only and (not tile.number or tile.verdict is not Verdict.ACCEPTED):
                continue
            persona = personas[tile.position]
            yield tile, {
                "file": f"{persona.slug}/{tile.key.rpartition('/')[2]}", "persona": persona.to_json(),
                "number": tile.number, "key": tile.key, "url": self._driver.link(tile.key),
                "verdict": str(tile.verdict),
                "problems": [finding.sentence for finding in tile.findings if not finding.passed],
            }  # fmt: skip

    def _writing_price(self, made: AvatarSet, rows: Sequence[PersonaRow], visitor: Visitor) -> Decimal:
        """Each persona's prompts by whom they are asked of."""
        writers = {one.writer: [each.persona for each in rows if each.writer == one.writer] for one in rows}
        quotes = (self.quote(replace(made.plan, writer=writer), who, visitor) for writer, who in writers.items())
        return sum((one.texts for one in quotes), ZERO)

    def _left(self, id: str, visitor: Visitor) -> Decimal | None:
        """USD that the set's own limit leaves; None without one."""
        limit, progress = self._batches.get(id, visitor).max_cost, self._batches.progress(id, visitor)
        return None if limit is None else limit - progress.spent - progress.held

    def _check_texts(self, price: Decimal, plan: AvatarPlan, visitor: Visitor, left: Decimal | None) -> None:
        if not price:
            return
        if left is not None and price > left:
            sentence = (
                f"Writing the prompts may cost {usd_text(price)}, and the set may cost {usd_text(max(left, ZERO))}. "
                "Raise its limit, or have the built-in template write them for nothing."
            )
            raise BudgetExceededError(sentence, limit=left, spent=ZERO, estimate=price)
        standing = self._ledger.standing(self._studio.account_of(visitor, plan.model))
        standing.budgets.check(price, standing.today, standing.month)

    def _go_on(self, id: str, visitor: Visitor) -> None:
        """Let new rows run; a set that somebody paused stays paused."""
        if self._batches.get(id, visitor).state is BatchState.FINISHED:
            self._batches.start_any(id, visitor)

    def _grid_jobs(self, id: str, persona: PersonaRow, visitor: Visitor) -> Iterator[tuple[int, Job]]:
        prefix = f"{persona.persona.slug}/grid-"
        for row in self._batches.rows(id, visitor, states=MADE, limit=MAX_ROWS):
            if row.name.startswith(prefix) and (job := self._batches.job(row, visitor)).answers:
                yield int(row.name.removeprefix(prefix)), job

    def _grid(self, persona: PersonaRow, number: int, job: Job, tiles: dict[int, AvatarTile]) -> Grid:
        answer, first = job.answers[0], number * GRID.count + 1
        kept = [tiles.get(first + place) for place in range(GRID.count)]
        known = tuple(tile.box for tile in kept if tile and tile.box)
        if len(known) == GRID.count:
            return Grid(persona=persona, number=number, answer=answer, boxes=known)  # finding them takes a moment
        found = boxes_of(self._files.read_image(answer.ref), GRID)
        boxes = tuple(tile.box if tile and tile.box else box for tile, box in zip(kept, found, strict=True))
        return Grid(persona=persona, number=number, answer=answer, boxes=boxes)

    def _adopted(self, data: Sequence[bytes], grid: Grid, made: AvatarSet) -> list[StoredImage]:
        """The cut-out pictures as a job of their own in the history, which cost nothing."""
        now = self._clock()
        job = replace(
            self._journal.get(grid.answer.job_id), id=new_id(int(now.timestamp() * 1000)), owner=made.owner,
            account=SPLIT, provider=SPLIT, state=JobState.QUEUED, created_at=now, estimate_low=ZERO, estimate_high=ZERO,
            held=ZERO, charged=ZERO, cost=None, calls=(), images=(), answers=(), usage=None, batch_id=None, key_id=None,
        )  # fmt: skip
        images = []
        for position, one in enumerate(data):
            ref = image_ref(one)
            self._files.put_image(one, ref)
            images.append(StoredImage(
                id=new_id(), job_id=job.id, position=position, ref=ref, revised_prompt=None, created_at=now,
            ))  # fmt: skip
        self._journal.adopt(job, Ending(state=JobState.SUCCEEDED, finished_at=now, images=tuple(images), cost=ZERO))
        return images

    def _owner(self, visitor: Visitor) -> str | None:
        return None if self._shared or visitor.operator else visitor.owner


def _check(personas: Sequence[Persona]) -> None:
    if not personas:
        raise InvalidRequestError("There is no persona. Fill in the form, or bring a CSV or JSON file.")
    if len(personas) > MAX_PERSONAS:
        raise InvalidRequestError(f"{len(personas):,} personas are more than the {MAX_PERSONAS:,} of one set.")
    seen: dict[str, int] = {}
    for position, one in enumerate(personas, 1):
        if one.slug in seen:
            raise InvalidRequestError(f"Persona {position} is the same as persona {seen[one.slug]}. Take one away.")
        seen[one.slug] = position
