"""The history: pictures found, filed into collections and tags, moved to the trash and out of it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from core.domain.ids import new_id
from core.domain.image import ImageRef
from core.domain.library import (
    MAX_NOTES,
    PAGE_SIZE,
    Collection,
    Facets,
    Filter,
    Lineage,
    Neighbours,
    Page,
    Picture,
    Sort,
    checked_name,
    checked_tag,
    known_tag,
)
from core.domain.stock import Stock
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError, NotFoundError
from core.services.library_ports import Collections, Shelf
from core.services.ports import SETTLED, Clock, FileStore

log = logging.getLogger(__name__)
PURGED_AT_ONCE = 2_000
"""Pictures per transaction: whoever waits to write down an answer waits for tenths of a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Emptied:
    """What emptying the trash did: pictures taken out of the library, files and bytes removed from the disk."""

    pictures: int = 0
    files: int = 0
    bytes: int = 0

    def __add__(self, other: "Emptied") -> "Emptied":
        return Emptied(
            pictures=self.pictures + other.pictures, files=self.files + other.files, bytes=self.bytes + other.bytes
        )


class HistoryService:
    """Finds and files pictures; who sees what is decided here. Costs and the ledger are never touched."""

    def __init__(self, *, shelf: Shelf, collections: Collections, files: FileStore, clock: Clock, shared: bool) -> None:
        self._shelf = shelf
        self._collections = collections
        self._files = files
        self._clock = clock
        self._shared = shared

    def find(
        self, wanted: Filter, visitor: Visitor, *, sort: Sort = Sort.NEWEST, after: str | None = None,
        before: str | None = None, size: int = PAGE_SIZE,
    ) -> Page:  # fmt: skip
        """One page of the pictures that match; raises InvalidRequestError for a page that cannot be."""
        return self._shelf.find(wanted, self._owner(visitor), sort=sort, after=after, before=before, size=size)

    def neighbours(self, wanted: Filter, visitor: Visitor, picture: Picture, *, sort: Sort = Sort.NEWEST) -> Neighbours:
        """What stands before and after a picture in a list, over the borders of pages."""
        return self._shelf.neighbours(wanted, self._owner(visitor), sort=sort, picture=picture)

    def count(self, wanted: Filter, visitor: Visitor) -> int:
        """How many match; COUNTED_TO + 1 stands for more."""
        return self._shelf.count(wanted, self._owner(visitor))

    def ids(self, wanted: Filter, visitor: Visitor) -> tuple[str, ...]:
        """The ids of all that match, oldest first; of a collection in its own order."""
        if wanted == Filter(collection=wanted.collection) and wanted.collection is not None:
            return self._collections.in_order(wanted.collection, self._owner(visitor))
        return self._shelf.ids(wanted, self._owner(visitor))

    def pictures(self, ids: Sequence[str], visitor: Visitor) -> tuple[Picture, ...]:
        """These pictures, in this order; those that are not there are left out."""
        return self._shelf.pictures(ids, self._owner(visitor))

    def picture(self, id: str, visitor: Visitor) -> Picture:
        """One picture, in the trash or not; raises NotFoundError."""
        for found in self.pictures([id], visitor):
            return found
        raise NotFoundError(f"There is no picture {id}.", kind="image", id=id)

    def facets(self, visitor: Visitor) -> Facets:
        """What there is to filter by."""
        return self._shelf.facets(self._owner(visitor))

    def stock(self, visitor: Visitor) -> Stock:
        """How many pictures there are and how large they are, of those the visitor sees."""
        return self._shelf.stock(self._owner(visitor))

    def lineage(self, id: str, visitor: Visitor) -> Lineage:
        """Where a picture came from and what came of it."""
        return self._shelf.lineage(self.picture(id, visitor).id)

    def tags_of(self, id: str) -> tuple[str, ...]:
        return self._shelf.tags_of(id)

    def set_favourite(self, ids: Sequence[str], visitor: Visitor, *, favourite: bool) -> int:
        """Mark pictures, or take the mark away; returns how many there are."""
        return self._shelf.set_favourite(ids, self._owner(visitor), favourite=favourite)

    def add_tag(self, ids: Sequence[str], visitor: Visitor, tag: str) -> int:
        """Tag pictures; returns how many did not have the tag. Raises InvalidRequestError."""
        return self._shelf.add_tag(ids, self._owner(visitor), checked_tag(tag))

    def remove_tag(self, ids: Sequence[str], visitor: Visitor, tag: str) -> int:
        return self._shelf.remove_tag(ids, self._owner(visitor), known_tag(tag))

    def trash(self, ids: Sequence[str], visitor: Visitor) -> int:
        """Move pictures to the trash; nothing is removed and no figure changes."""
        return self._shelf.trash(ids, self._owner(visitor), now=self._clock())

    def restore(self, ids: Sequence[str], visitor: Visitor) -> int:
        """Bring pictures back from the trash."""
        return self._shelf.trash(ids, self._owner(visitor), now=None)

    def delete_for_good(self, ids: Sequence[str], visitor: Visitor) -> Emptied:
        """Take pictures that lie in the trash out of the library, then remove the bytes that nothing else needs.

        Their jobs, and what they cost, stay in the records. A file that was stored within the
        last hour stays until the app tidies up at its next start.
        """
        parts = (ids[start : start + PURGED_AT_ONCE] for start in range(0, len(ids), PURGED_AT_ONCE))
        return sum((self._purged(part, visitor) for part in parts), Emptied())

    def empty_trash(self, visitor: Visitor, *, older_than: timedelta = timedelta(0)) -> Emptied:
        """Delete for good what has lain in the trash for so long."""
        long_there = self._shelf.in_trash(self._owner(visitor), until=self._clock() - older_than)
        return self.delete_for_good(long_there, visitor)

    def outdated(self, days: int, visitor: Visitor) -> tuple[str, ...]:
        """What ``AUTO_CLEANUP_DAYS`` would move to the trash: older than that, no favourite and in no collection."""
        old = self._shelf.ids(Filter(until=self._clock() - timedelta(days=days)), self._owner(visitor))
        kept = set(self._shelf.ids(Filter(favourite=True), self._owner(visitor)))
        for collection in self.collections(visitor):
            kept |= set(self._collections.in_order(collection.id, self._owner(visitor)))
        return tuple(id for id in old if id not in kept)

    def keep_house(self, *, cleanup_days: int | None, trash_days: int | None) -> None:
        """What the settings ask for, for everybody: old pictures to the trash, old trash deleted; None is never."""
        operator = Visitor(owner="housekeeping", operator=True)
        if cleanup_days is not None and (moved := self.trash(self.outdated(cleanup_days, operator), operator)):
            log.info("%d pictures older than %d days were moved to the trash", moved, cleanup_days)
        if trash_days is None:
            return
        emptied = self.empty_trash(operator, older_than=timedelta(days=trash_days))
        if emptied.pictures:
            log.info("%d pictures were deleted after %d days in the trash", emptied.pictures, trash_days)

    def collections(self, visitor: Visitor) -> tuple[Collection, ...]:
        """The visitor's collections, by name."""
        return self._collections.all(self._owner(visitor))

    def collection(self, id: str, visitor: Visitor) -> Collection:
        """One of them; raises NotFoundError."""
        return self._collections.get(id, self._owner(visitor))

    def make_collection(self, name: str, visitor: Visitor, notes: str = "") -> Collection:
        """A new, empty collection; raises InvalidRequestError for a name that is empty, too long or taken."""
        self._check_free(checked_name(name), visitor)
        made = Collection(
            id=new_id(), owner=visitor.owner, name=checked_name(name), notes=_checked_notes(notes),
            created_at=self._clock(),
        )  # fmt: skip
        self._collections.make(made)
        return made

    def describe(self, collection: Collection, visitor: Visitor, *, name: str, notes: str) -> Collection:
        """Give a collection another name and notes."""
        if checked_name(name).casefold() != collection.name.casefold():
            self._check_free(checked_name(name), visitor)
        changed = replace(collection, name=checked_name(name), notes=_checked_notes(notes))
        self._collections.describe(collection.id, self._owner(visitor), name=changed.name, notes=changed.notes)
        return changed

    def set_cover(self, collection: Collection, image_id: str, visitor: Visitor) -> None:
        self._collections.set_cover(collection.id, self._owner(visitor), image_id)

    def remove_collection(self, collection: Collection, visitor: Visitor) -> None:
        """Remove the set; its pictures stay in the library."""
        self._collections.remove(collection.id, self._owner(visitor))

    def collect(self, collection: Collection, ids: Sequence[str], visitor: Visitor) -> int:
        """Append pictures in this order; returns how many are new in it."""
        return self._collections.add(collection.id, self._owner(visitor), ids)

    def take_out(self, collection: Collection, ids: Sequence[str], visitor: Visitor) -> int:
        return self._collections.take_out(collection.id, self._owner(visitor), ids)

    def arrange(self, collection: Collection, ids: Sequence[str], visitor: Visitor) -> None:
        """Put a collection's pictures into this order."""
        self._collections.arrange(collection.id, self._owner(visitor), ids)

    def holding(self, id: str, visitor: Visitor) -> tuple[Collection, ...]:
        """The collections that a picture is in."""
        return self._collections.holding(id, self._owner(visitor))

    def _owner(self, visitor: Visitor) -> str | None:
        return None if self._shared or visitor.operator else visitor.owner

    def _check_free(self, name: str, visitor: Visitor) -> None:
        if any(other.name.casefold() == name.casefold() for other in self.collections(visitor)):
            raise InvalidRequestError(f'There is a collection "{name}" already. Choose another name.', param="name")

    def _purged(self, ids: Sequence[str], visitor: Visitor) -> Emptied:
        return self._removed(*self._shelf.purge(ids, self._owner(visitor), now=self._clock()))

    def _removed(self, pictures: int, freed: Sequence[ImageRef]) -> Emptied:
        limit = self._clock() - SETTLED
        gone = [ref for ref in freed if self._files.remove_image(ref, older_than=limit)]
        return Emptied(pictures=pictures, files=len(gone), bytes=sum(ref.bytes for ref in gone))


def _checked_notes(text: str) -> str:
    if len(text) > MAX_NOTES:
        raise InvalidRequestError(f"Notes have at most {MAX_NOTES:,} characters.", param="notes")
    return text.strip()
