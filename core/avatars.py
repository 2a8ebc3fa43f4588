"""The avatar workflow as plain functions: a portrait, its prompt, a grid of four pictures, its tiles, their places.

    portrait = await generate_base_image(bio_facebook, gender)
    prompt = await generate_image_prompt(person_data)
    grid = await generate_images_from_base(portrait, prompt)
    tiles = split_and_trim_image(grid)
    stored = await upload_images_batch(tiles, "avatars/amara")

Pictures go the same road as those of every door: priced, held against the budgets, kept in the history of ``local``.
Several may be awaited at once; cancelling the task cancels the request. Errors are those of ``core.errors``.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.bootstrap import Workbench
from core.domain.ids import new_id
from core.domain.job import Job
from core.domain.model import Model
from core.domain.money import ZERO, usd_text
from core.domain.persona import Persona
from core.domain.persona_prompts import CLEAN, LAYOUT, SAME, PictureKind, PromptTask, portrait_prompt
from core.domain.request import EditRequest, GenerateRequest, Request
from core.domain.visitor import Visitor
from core.errors import BudgetExceededError, GessoError, InvalidImageError, InvalidRequestError
from core.imaging.grid_files import split_and_trim_image
from core.services.ended import error_of
from core.services.prompting import Unwritten
from core.services.uploading import Uploader
from core.using import at_hand, close, using

__all__ = [
    "close",
    "generate_base_image",
    "generate_image_prompt",
    "generate_images_from_base",
    "split_and_trim_image",
    "upload_images_batch",
    "using",
]

log = logging.getLogger(__name__)

LOCAL = Visitor(owner="local")
LOOK_SECONDS = 0.05
SIZE = "1024x1024"
REMEMBERED = 1_000
_owed: dict[str, Decimal] = {}
"""What prompts cost to be written, in USD, until a picture is made of them: the ledger books money on requests."""


async def generate_base_image(
    bio_facebook: str,
    gender: str,
    *,
    seed: str = "",
    model: str | None = None,
    size: str = SIZE,
    quality: str | None = None,
    max_cost: Decimal | None = None,
) -> bytes:
    """The base portrait, an amateur selfie of an adult, as the encoded picture that the provider made.

    ``seed`` tells people of one biography apart. ``max_cost`` is USD. Raises InvalidRequestError (an empty biography,
    an age below 18), BudgetExceededError, NotFoundError (model) or a ProviderError.
    """
    _check_texts(bio_facebook=bio_facebook, gender=gender, seed=seed)
    persona = Persona(firstname="Nobody", lastname="Nobody", gender=gender, bio_facebook=bio_facebook)
    prompt = portrait_prompt(persona.bio_facebook, persona.gender, age=persona.stated_age, seed=seed)
    opened = await asyncio.to_thread(at_hand)
    chosen = _model(opened, model)
    request = GenerateRequest(
        prompt=prompt, model=chosen.id, size=size, quality=quality or chosen.default_quality
    )  # fmt: skip
    return await _made(opened, request, max_cost)


async def generate_images_from_base(
    base_image_bytes: bytes,
    flowise_prompt: str,
    *,
    model: str | None = None,
    size: str = SIZE,
    quality: str | None = None,
    max_cost: Decimal | None = None,
) -> bytes:
    """One picture with a 2x2 grid of the person in the base portrait, for ``split_and_trim_image``.

    The prompt may be anybody's; where it lacks the rules for gutters, the same person and nothing to read, they are
    added. Raises as ``generate_base_image``, and InvalidImageError for bytes that are no picture.
    """
    if not isinstance(base_image_bytes, bytes):
        raise InvalidImageError(f"A picture's bytes are needed, not {type(base_image_bytes).__name__}.")
    _check_texts(flowise_prompt=flowise_prompt)
    if not flowise_prompt.strip():
        raise InvalidRequestError("There is no prompt. Say what the grid should show.", param="flowise_prompt")
    opened = await asyncio.to_thread(at_hand)
    taken = await asyncio.to_thread(opened.editor.take_in, base_image_bytes)
    chosen = _model(opened, model)
    request = EditRequest(
        prompt=_with_layout(flowise_prompt), model=chosen.id, size=size, quality=quality or chosen.default_quality,
        images=(taken.ref,),
    )  # fmt: skip
    return await _made(opened, request, max_cost, owed=flowise_prompt)


async def generate_image_prompt(
    person_data: Mapping[str, str],
    *,
    kind: PictureKind = PictureKind.GRID,
    number: int = 0,
    writer: str | None = None,
    max_cost: Decimal | None = None,
) -> str:
    """The prompt for a person's grid, written by Flowise where it is set up, else a chat model, else the template.

    ``person_data`` has firstname, lastname, gender, bio_facebook, bio_instagram, bio_x, bio_tiktok; at least one
    biography. ``number`` counts a person's grids from 0; ``writer`` names one: flowise, chat, template. Raises
    InvalidRequestError, BudgetExceededError, or the writer's ProviderError: nobody else stands in for it.
    """
    if not isinstance(person_data, Mapping):
        sentence = f"A person is a dictionary with firstname, bio_facebook and so on, not {type(person_data).__name__}."
        raise InvalidRequestError(sentence, param="person_data")
    task = PromptTask(persona=Persona.of(person_data), kind=kind, number=number)
    opened = await asyncio.to_thread(at_hand)
    chosen = opened.prompts.writer(writer)
    expected = chosen.estimate(task).held
    await asyncio.to_thread(_check_money, opened, expected, max_cost)
    key = new_id()
    writing = asyncio.ensure_future(asyncio.to_thread(opened.prompts.write, [task], writer=chosen.name, key=key))
    try:
        (answer,) = await asyncio.shield(writing)
    except asyncio.CancelledError:
        opened.prompts.cancel(key)
        raise
    if isinstance(answer, Unwritten):
        raise answer.error
    _remember(answer.prompt, answer.cost if answer.cost is not None else expected)
    return answer.prompt


async def upload_images_batch(images: Sequence[bytes], base_key: str) -> list[tuple[str, str]]:
    """Store encoded images as ``<base_key>/<n>.<ext>``, n from 1; returns each one's key and URL, in order.

    In the bucket where one is set up, else under OUTPUT_DIR. Raises InvalidImageError, InvalidRequestError (the key)
    or StorageError; doing it again sends only what is missing.
    """
    opened = await asyncio.to_thread(at_hand)
    return await Uploader(opened.objects).upload_images_batch(images, base_key)


def _check_texts(**values: object) -> None:
    """Whoever calls these functions need not have a type checker."""
    for name, value in values.items():
        if not isinstance(value, str):
            raise InvalidRequestError(f"{name} must be a text, not {type(value).__name__}.", param=name)


def _model(opened: Workbench, name: str | None) -> Model:
    return opened.default_for(LOCAL) if name is None else opened.studio.model(name, LOCAL)


def _with_layout(prompt: str) -> str:
    """The prompt with each rule that it lacks."""
    return "\n\n".join([prompt.strip(), *(rule for rule in (SAME, LAYOUT, CLEAN) if rule not in prompt)])


async def _made(opened: Workbench, request: Request, max_cost: Decimal | None, *, owed: str = "") -> bytes:
    """Submit a request for one picture, wait for it and read it."""
    submit = asyncio.to_thread(opened.studio.submit, request, LOCAL, max_cost=max_cost)
    submitting = asyncio.ensure_future(submit)
    try:
        job = await asyncio.shield(submitting)
        while not job.state.is_final:
            await asyncio.sleep(LOOK_SECONDS)
            job = await asyncio.to_thread(_looked_at, opened, job.id)
    except asyncio.CancelledError:
        await asyncio.shield(_cancelled(opened, submitting))
        raise
    if not job.images:
        raise error_of(job)
    await asyncio.to_thread(_book, opened, job, owed)
    return await asyncio.to_thread(opened.library.original, job.images[0])


def _looked_at(opened: Workbench, job_id: str) -> Job:
    """The job as it stands. One that nobody runs any more is brought to its end, lest we wait for ever."""
    job = opened.studio.job(job_id, LOCAL)
    if job.state.is_final or opened.queue.holds(job_id):
        return job
    opened.recover()
    return opened.studio.job(job_id, LOCAL)


async def _cancelled(opened: Workbench, submitting: "asyncio.Future[Job]") -> None:
    """Cancel what was submitted, also where the submitting had only begun."""
    try:
        job = await submitting
        await asyncio.to_thread(opened.studio.cancel, job.id, LOCAL)
    except GessoError as error:
        log.info("Nothing was sent that could be cancelled: %s", error)


def _check_money(opened: Workbench, cost: Decimal, limit: Decimal | None) -> None:
    """Raise BudgetExceededError if a text does not fit; the images' prices are checked where they are submitted."""
    if limit is not None and cost > limit:
        sentence = f"This may cost up to {usd_text(cost)}, more than the {usd_text(limit)} you allowed."
        raise BudgetExceededError(sentence, limit=limit, spent=ZERO, estimate=cost)
    if cost:
        standing = opened.ledger.standing(opened.studio.account_of(LOCAL))
        standing.budgets.check(cost, standing.today, standing.month)


def _remember(prompt: str, cost: Decimal) -> None:
    if not cost:
        return
    while len(_owed) >= REMEMBERED:
        log.warning("A prompt for %s was never used; the ledger does not know of it", _owed.pop(next(iter(_owed))))
    _owed[prompt] = _owed.get(prompt, ZERO) + cost


def _book(opened: Workbench, job: Job, prompt: str) -> None:
    """Add what the prompt cost to be written to the cost of the picture that was made of it."""
    if cost := _owed.pop(prompt, ZERO):
        opened.ledger.correct(job.id, cost, "the prompt, written by a text model", LOCAL)
