"""What an avatar set costs before it starts: as grids, and as single pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.domain.avatar import GRID, AvatarPlan, Quote, Way
from core.domain.batch import PlannedRow
from core.domain.image import ImageRef, Size
from core.domain.matrix import Total, total
from core.domain.money import ZERO
from core.domain.persona import Persona
from core.domain.persona_prompts import PictureKind, PromptTask, template_prompt
from core.domain.request import EditRequest, GenerateRequest, Request
from core.domain.usage import Estimate
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, NotFoundError
from core.services.prompting import PromptDesk
from core.services.studio import Studio

GUTTER_SHARE = 0.02
"""Of a grid's side, lost to the gutter between two tiles."""


def quote(plan: AvatarPlan, personas: Sequence[Persona], visitor: Visitor, studio: Studio, desk: PromptDesk) -> Quote:
    """The price of a plan for these personas. A model that cannot do it makes a quote with its problem."""
    side = _tile_side(plan)
    try:
        rows = [PlannedRow(request=one, estimate=studio.estimate(one, visitor)) for one in _requests(plan, personas)]
        again = max((studio.estimate(one, visitor).held for one in _again(plan, personas)), default=ZERO)
    except (InvalidRequestError, NotFoundError) as error:
        nothing = Total(requests=0, low=ZERO, high=ZERO, held=ZERO)
        return Quote(way=plan.way, images=nothing, texts=ZERO, retakes=ZERO, tile_side=side, problem=str(error))
    tasks = [task for persona in personas for task in plan.tasks(persona)]
    return Quote(
        way=plan.way,
        images=total(rows),
        texts=sum((one.held for one in _texts(tasks, plan, visitor, desk)), ZERO),
        retakes=again * plan.retakes * plan.pictures * len(personas),
        tile_side=side,
    )


def both_ways(
    plan: AvatarPlan, personas: Sequence[Persona], visitor: Visitor, studio: Studio, desk: PromptDesk
) -> tuple[Quote, Quote]:
    """The same set as grids and as single pictures."""
    grids, singles = (
        quote(replace(plan, way=way), personas, visitor, studio, desk) for way in (Way.GRIDS, Way.SINGLES)
    )
    return grids, singles


def portrait_request(plan: AvatarPlan, prompt: str) -> GenerateRequest:
    return GenerateRequest(prompt=prompt, model=plan.model, size=plan.portrait_size, quality=plan.quality)


def grid_request(plan: AvatarPlan, prompt: str, base: ImageRef, parent: str | None = None) -> EditRequest:
    return EditRequest(
        prompt=prompt, model=plan.model, size=plan.picture_size, quality=plan.quality, images=(base,),
        parents=(parent,), split=GRID,
    )  # fmt: skip


def single_request(plan: AvatarPlan, prompt: str, base: ImageRef, parent: str | None = None) -> EditRequest:
    return EditRequest(
        prompt=prompt, model=plan.model, size=plan.picture_size, quality=plan.quality, images=(base,), parents=(parent,)
    )


def _requests(plan: AvatarPlan, personas: Sequence[Persona]) -> list[Request]:
    """What will be sent, with the built-in prompts: their tokens hardly count beside the pictures'."""
    found: list[Request] = []
    for persona in personas:
        for task in plan.tasks(persona):
            prompt = template_prompt(task)
            match task.kind:
                case PictureKind.PORTRAIT:
                    found.append(portrait_request(plan, prompt))
                case PictureKind.GRID:
                    found.append(grid_request(plan, prompt, _portrait(plan)))
                case PictureKind.SINGLE:
                    found.append(single_request(plan, prompt, _portrait(plan)))
    return found


def _again(plan: AvatarPlan, personas: Sequence[Persona]) -> Iterator[Request]:
    """A picture of the first persona made again, if the plan makes any again."""
    for persona in personas[: 1 if plan.retakes else 0]:
        prompt = template_prompt(PromptTask(persona=persona, kind=PictureKind.SINGLE))
        yield single_request(plan, prompt, _portrait(plan))


def _portrait(plan: AvatarPlan) -> ImageRef:
    """A picture of the portrait's size, to price what is made from it."""
    size = Size.parse(plan.portrait_size) or Size(1024, 1024)
    return ImageRef(sha256="0" * 64, width=size.width, height=size.height, media_type="image/png", bytes=1)


def _texts(tasks: Sequence[PromptTask], plan: AvatarPlan, visitor: Visitor, desk: PromptDesk) -> tuple[Estimate, ...]:
    return desk.estimates(tasks, writer=plan.writer, api_key=visitor.api_key)


def _tile_side(plan: AvatarPlan) -> int:
    """About how long the shorter side of one picture will be, in pixels."""
    size = Size.parse(plan.picture_size)
    if size is None:
        return 0
    shorter = min(size.width, size.height)
    return shorter if plan.way is Way.SINGLES else round(shorter * (1 - GUTTER_SHARE) / GRID.rows)
