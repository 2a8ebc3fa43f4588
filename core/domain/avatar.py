"""Avatar sets: personas, the pictures made of each, and what somebody thinks of them.

    persona   planned -> writing -> written -> (portrait) -> (grids or single pictures) -> done
                            └────> unwritten: its writer failed; nothing stands in for it until somebody says so
    tile      new -> accepted | rejected                 redone: its place is taken by the picture of a new request

A set is a batch that grows: each step of a persona is a row, named ``amara-okafor-1f3a9c2e/grid-0``.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from core.domain.frame import Box
from core.domain.grid import Layout
from core.domain.image import ImageRef
from core.domain.matrix import Total
from core.domain.persona import Persona
from core.domain.persona_prompts import PictureKind, PromptTask
from core.domain.tile_quality import Check, Expected, Finding
from core.errors import InvalidRequestError

PICTURES = (4, 8)
GRID = Layout(2, 2)
MAX_PERSONAS = 1000
MAX_RETAKES = 2


class Way(StrEnum):
    """How the pictures of a persona are made from the base portrait."""

    GRIDS = "grids"
    SINGLES = "singles"


class PersonaState(StrEnum):
    """How far the prompts of a persona are."""

    PLANNED = "planned"
    WRITING = "writing"
    WRITTEN = "written"
    UNWRITTEN = "unwritten"


class Verdict(StrEnum):
    """What somebody thinks of a tile."""

    NEW = "new"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class AvatarPlan:
    """How a set is made. None of ``model``, ``size`` and ``quality`` is checked here; the model does that.

    ``pictures`` are 4 or 8 per persona. A tile that fails its checks is made again as a single picture, up to
    ``retakes`` times. ``writer`` is who writes the prompts: template, chat, flowise.
    """

    model: str
    way: Way = Way.GRIDS
    pictures: int = 4
    quality: str | None = None
    portrait_size: str = "1024x1024"
    picture_size: str = "1024x1024"
    writer: str = "template"
    retakes: int = 0
    least_side: int = 256
    one_face: bool = True

    def __post_init__(self) -> None:
        if self.pictures not in PICTURES:
            raise InvalidRequestError(f"A persona has 4 or 8 pictures, not {self.pictures}.", param="pictures")
        if not 0 <= self.retakes <= MAX_RETAKES:
            raise InvalidRequestError(f"A tile is made again 0 to {MAX_RETAKES} times.", param="retakes")

    @property
    def expected(self) -> Expected:
        """What each picture has to be."""
        return Expected(least_side=self.least_side, faces=1 if self.one_face else None)

    @property
    def kind(self) -> PictureKind:
        return PictureKind.GRID if self.way is Way.GRIDS else PictureKind.SINGLE

    @property
    def variations(self) -> int:
        """How many requests the pictures of a persona take, beside the base portrait's."""
        return self.pictures // GRID.count if self.way is Way.GRIDS else self.pictures

    def tasks(self, persona: Persona) -> tuple[PromptTask, ...]:
        """The prompts that a persona needs, the portrait's first."""
        portrait = PromptTask(persona=persona, kind=PictureKind.PORTRAIT)
        others = (PromptTask(persona=persona, kind=self.kind, number=number) for number in range(self.variations))
        return (portrait, *others)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "way": Way(data["way"])})


@dataclass(frozen=True, kw_only=True, slots=True)
class AvatarSet:
    """A set; its id is its batch's, and so are its name, state, limits and money."""

    id: str
    owner: str
    plan: AvatarPlan
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonaRow:
    """One persona of a set. ``prompts`` are by step (``portrait``, ``grid-0`` ...); ``text_cost`` is USD for writing
    them, None where nobody told; ``problem`` is why its writer failed.
    """

    position: int
    persona: Persona
    state: PersonaState
    prompts: Mapping[str, str] = field(default_factory=dict)
    writer: str
    text_cost: Decimal | None = None
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AvatarTile:
    """One picture of a persona, numbered from 1; ``box`` is where it was in its grid, None for a single picture.

    ``key`` and ``url`` say where the copy under ``avatars/<persona>/<set>/`` lies.
    """

    position: int
    number: int
    image_id: str
    ref: ImageRef
    job_id: str
    box: Box | None
    findings: tuple[Finding, ...]
    verdict: Verdict
    key: str
    url: str
    retakes: int = 0

    @property
    def good(self) -> bool:
        """Whether no check speaks against it."""
        return all(finding.passed for finding in self.findings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """What a set costs in one way: its images, its texts, retakes if all were needed, and a tile's shorter side."""

    way: Way
    images: Total
    texts: Decimal
    retakes: Decimal
    tile_side: int
    problem: str = ""

    @property
    def most(self) -> Decimal:
        """USD it can cost at most, which is what a limit has to allow."""
        return self.images.held + self.texts + self.retakes


def step_of(task: PromptTask) -> str:
    """A task as part of a row's name: portrait, grid-0, single-3."""
    return task.kind.value if task.kind is PictureKind.PORTRAIT else f"{task.kind.value}-{task.number}"


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    return Finding(**{**data, "check": Check(data["check"])})
