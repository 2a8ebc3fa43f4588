"""What the library needs from the world outside: pictures and collections as a database keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.image import ImageRef
from core.domain.library import PAGE_SIZE, Collection, Facets, Filter, Lineage, Page, Picture, Sort


class Shelf(Protocol):
    """The library's pictures: every result of a job, filed when the job ends.

    ``owner`` None means everybody's. What is not there, or not the owner's, is left alone.
    """

    def find(
        self,
        wanted: Filter,
        owner: str | None,
        *,
        sort: Sort = Sort.NEWEST,
        after: str | None = None,
        before: str | None = None,
        size: int = PAGE_SIZE,
    ) -> Page:
        """One page; ``after`` and ``before`` are what a neighbouring page named. Raises InvalidRequestError."""

    def count(self, wanted: Filter, owner: str | None) -> int:
        """How many match; COUNTED_TO + 1 stands for more."""

    def ids(self, wanted: Filter, owner: str | None) -> tuple[str, ...]:
        """All that match, oldest first."""

    def pictures(self, ids: Sequence[str], owner: str | None) -> tuple[Picture, ...]:
        """These, in this order, those in the trash too."""

    def facets(self, owner: str | None) -> Facets: ...

    def lineage(self, image_id: str) -> Lineage: ...

    def tags_of(self, image_id: str) -> tuple[str, ...]: ...

    def set_favourite(self, ids: Sequence[str], owner: str | None, *, favourite: bool) -> int: ...

    def add_tag(self, ids: Sequence[str], owner: str | None, tag: str) -> int: ...

    def remove_tag(self, ids: Sequence[str], owner: str | None, tag: str) -> int: ...

    def trash(self, ids: Sequence[str], owner: str | None, *, now: datetime | None) -> int:
        """Move to the trash, or out of it with ``now`` None; returns how many moved."""

    def purge(self, ids: Sequence[str], owner: str | None, *, now: datetime) -> tuple[ImageRef, ...]:
        """Take those that lie in the trash out of the library; returns the contents that nothing has any more."""


class Collections(Protocol):
    """Named sets of pictures; ``owner`` None means everybody's. Raises NotFoundError for one that is not there."""

    def all(self, owner: str | None) -> tuple[Collection, ...]: ...

    def get(self, id: str, owner: str | None) -> Collection: ...

    def make(self, collection: Collection) -> None: ...

    def describe(self, id: str, owner: str | None, *, name: str, notes: str) -> None: ...

    def set_cover(self, id: str, owner: str | None, image_id: str) -> None:
        """Show one of its pictures for it; any other takes the choice away."""

    def remove(self, id: str, owner: str | None) -> None:
        """Remove the set; its pictures stay."""

    def add(self, id: str, owner: str | None, image_ids: Sequence[str]) -> int:
        """Append in this order; returns how many are new in it."""

    def take_out(self, id: str, owner: str | None, image_ids: Sequence[str]) -> int: ...

    def arrange(self, id: str, owner: str | None, image_ids: Sequence[str]) -> None:
        """Put them into this order; those not named keep their positions."""

    def in_order(self, id: str, owner: str | None) -> tuple[str, ...]:
        """The image ids outside the trash, in the collection's order."""

    def holding(self, image_id: str, owner: str | None) -> tuple[Collection, ...]: ...
