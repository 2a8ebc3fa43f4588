"""What the library needs from the world outside: pictures and collections as a database keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.domain.image import ImageRef
from core.domain.library import PAGE_SIZE, Collection, Facets, Filter, Lineage, Neighbours, Page, Picture, Sort
from core.domain.stock import Stock
from core.domain.transfer import CollectedSet, Record


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

    def neighbours(self, wanted: Filter, owner: str | None, *, sort: Sort, picture: Picture) -> Neighbours:
        """What stands beside a picture in a list, whether it matches itself or not."""

    def count(self, wanted: Filter, owner: str | None) -> int:
        """How many match; COUNTED_TO + 1 stands for more."""

    def ids(self, wanted: Filter, owner: str | None) -> tuple[str, ...]:
        """All that match, oldest first."""

    def pictures(self, ids: Sequence[str], owner: str | None) -> tuple[Picture, ...]:
        """These, in this order, those in the trash too."""

    def facets(self, owner: str | None) -> Facets: ...

    def stock(self, owner: str | None) -> Stock:
        """How many pictures and bytes there are, from the records alone."""

    def lineage(self, image_id: str) -> Lineage: ...

    def tags_of(self, image_id: str) -> tuple[str, ...]: ...

    def set_favourite(self, ids: Sequence[str], owner: str | None, *, favourite: bool) -> int: ...

    def add_tag(self, ids: Sequence[str], owner: str | None, tag: str) -> int: ...

    def remove_tag(self, ids: Sequence[str], owner: str | None, tag: str) -> int: ...

    def trash(self, ids: Sequence[str], owner: str | None, *, now: datetime | None) -> int:
        """Move to the trash, or out of it with ``now`` None; returns how many moved."""

    def in_trash(self, owner: str | None, *, until: datetime) -> tuple[str, ...]:
        """The ids of what came into the trash by that moment, oldest first."""

    def purge(self, ids: Sequence[str], owner: str | None, *, now: datetime) -> tuple[int, tuple[ImageRef, ...]]:
        """Take those that lie in the trash out of the library.

        Returns how many there were, and the contents that nothing has any more.
        """


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


class Transfers(Protocol):
    """Whole records out of the database and into it, for archives; ``owner`` None means everybody's."""

    def finished_jobs(self, owner: str | None) -> tuple[str, ...]:
        """The ids of all finished jobs, oldest first."""

    def jobs_of(self, image_ids: Sequence[str], owner: str | None) -> tuple[str, ...]:
        """The ids of the finished jobs that these pictures are of, oldest first."""

    def count(self, owner: str | None) -> int:
        """How many pictures there are, those in the trash too."""

    def records(self, job_ids: Sequence[str]) -> tuple[Record, ...]:
        """These jobs whole, in this order; their notes of deleted images are in ``gone``."""

    def sets(self, owner: str | None) -> tuple[CollectedSet, ...]:
        """The collections, with what of theirs lies in the trash."""

    def owners(self, job_ids: Sequence[str]) -> dict[str, str]:
        """Whose those of these jobs are that exist."""

    def contents(self, hashes: Sequence[str], owner: str | None) -> set[str]:
        """Those of these contents that some picture of the library has."""

    def put(self, records: Sequence[Record], *, now: datetime, foreign_parents: bool) -> int:
        """Write records in one transaction; returns how many pictures are new.

        A job that exists stays as it is; pictures of it that were deleted for good, or were not
        part of an earlier archive, come back. What was recovered without its row has it again.
        Parents of somebody else are linked only if ``foreign_parents``.
        """

    def put_set(self, collected: CollectedSet) -> None:
        """Make a collection, or add to the owner's one of the same id or name; only pictures that are theirs."""
