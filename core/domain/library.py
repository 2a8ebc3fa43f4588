"""What the library lists, how it is filed, and how it is asked for."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.job import JobState, StoredImage
from core.domain.legible import check_legible
from core.domain.money import ZERO
from core.domain.request import EditRequest, Request
from core.errors import InvalidRequestError

PAGE_SIZE = 48
COUNTED_TO = 10_000
"""Counts stop here: nobody needs the exact number of more."""
MAX_TAG, MAX_NAME, MAX_NOTES = 60, 120, 10_000
MAX_DAYS = 36_500
"""A hundred years: an older picture is not looked for, and a date so far back can still be reckoned with."""


class Kind(StrEnum):
    """How a picture came to be."""

    GENERATE = "generate"
    EDIT = "edit"
    INPAINT = "inpaint"
    OUTPAINT = "outpaint"
    IMPORT = "import"


class Sort(StrEnum):
    """The order of a list; pictures of one cost come newest first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DEAREST = "dearest"
    CHEAPEST = "cheapest"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Which pictures are asked for; what is None or empty asks for nothing.

    ``text`` is searched in prompts: words, "phrases", pre* and -without; one without any word is refused. ``since`` and
    ``until`` bound the moment of making, ``until`` not included. Costs are USD per picture. ``trashed`` asks for the
    trash alone.
    """

    text: str = ""
    kind: Kind | None = None
    model: str | None = None
    provider: str | None = None
    state: JobState | None = None
    collection: str | None = None
    tag: str | None = None
    favourite: bool = False
    since: datetime | None = None
    until: datetime | None = None
    cost_from: Decimal | None = None
    cost_to: Decimal | None = None
    trashed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A result in the library: the image, what made it, and how it is filed.

    ``cost`` is this picture's share of its job in USD. ``place`` orders pictures by time and is unique.
    """

    image: StoredImage
    owner: str
    kind: Kind
    provider: str
    model: str
    state: JobState
    prompt: str
    cost: Decimal
    favourite: bool
    trashed_at: datetime | None
    place: int

    @property
    def id(self) -> str:
        return self.image.id

    def sharers(self, charged: Decimal) -> int:
        """Among how many pictures what their job was charged is shared out; what was deleted for good is one too."""
        return round(charged / self.cost) if self.cost else 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some pictures in order; ``after`` and ``before`` are where the neighbouring pages begin, None at an end."""

    pictures: tuple[Picture, ...]
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbours:
    """The ids of the pictures that stand before and after one in a list, None at an end."""

    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facets:
    """What there is to filter by, in the order of the alphabet; the trash counts too."""

    models: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """A named set of pictures in an order of its own; ``cover`` is the image shown for it."""

    id: str
    owner: str
    name: str
    notes: str
    created_at: datetime
    cover: StoredImage | None = None
    count: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Relative:
    """An image in a lineage; ``distance`` is negative for ancestors. ``present`` is False once it was deleted."""

    image: StoredImage
    job_id: str
    prompt: str
    distance: int
    present: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Lineage:
    """Where a picture came from and what came of it.

    ``edges`` are (parent, child) image ids. ``requests`` and ``cost`` (USD) are those of the jobs that
    it took to make this picture, its own among them; deleting pictures changes neither.
    """

    ancestors: tuple[Relative, ...] = ()
    descendants: tuple[Relative, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    requests: int = 1
    cost: Decimal = ZERO


def kind_of(request: Request, provider: str) -> Kind:
    """How a request's pictures came to be."""
    if provider == "import":
        return Kind.IMPORT
    if not isinstance(request, EditRequest):
        return Kind.GENERATE
    if request.extension is not None:
        return Kind.OUTPAINT
    return Kind.INPAINT if request.mask is not None else Kind.EDIT


def checked_tag(text: str) -> str:
    """A tag as it is kept: lower case, single spaces; raises InvalidRequestError."""
    tag = known_tag(text)
    check_legible(tag, "A tag", "tag")
    return tag


def known_tag(text: str) -> str:
    """As ``checked_tag``, for one to look for or take away: libraries of older versions may have control characters."""
    tag = " ".join(text.casefold().split())
    if not tag or len(tag) > MAX_TAG or "," in tag:
        raise InvalidRequestError(f"A tag has 1 to {MAX_TAG} characters and no comma.", param="tag")
    return tag


def checked_name(text: str) -> str:
    """A collection's name as it is kept; raises InvalidRequestError."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME:
        raise InvalidRequestError(f"A collection's name has 1 to {MAX_NAME} characters.", param="name")
    check_legible(name, "A collection's name", "name")
    return name
