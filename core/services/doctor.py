"""The doctor: compares the database with the disk, and mends what can be mended without losing anything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from core.domain.image import ImageRef
from core.domain.stock import Storage, bytes_text
from core.errors import InvalidImageError, NotFoundError
from core.imaging.codec import image_ref
from core.services.library_ports import Shelf
from core.services.ports import SETTLED, Clock, FileStore, Journal
from core.services.sweep import Sweeper
from core.services.thumbnailing import Thumbnails

LOW_SPACE = 1024**3
NAMED = 20
"""How many things a finding names; the count is of all."""


class Health(StrEnum):
    """How a finding is: fine, worth a look, or something is lost."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one check found, in a sentence; ``repaired`` of the ``count`` things were mended."""

    check: str
    health: Health
    sentence: str
    count: int = 0
    repaired: int = 0
    named: tuple[str, ...] = ()


class Doctor:
    """Looks at everything that is kept. Reading every file takes as long as the disk takes."""

    def __init__(
        self,
        *,
        journal: Journal,
        files: FileStore,
        thumbnails: Thumbnails,
        shelf: Shelf,
        sweeper: Sweeper,
        clock: Clock,
    ) -> None:
        self._small = thumbnails
        self._shelf = shelf
        self._journal = journal
        self._files = files
        self._sweeper = sweeper
        self._clock = clock

    def examine(self, *, repair: bool = False) -> Iterator[Finding]:
        """One finding after the other, as each check ends."""
        yield self._database()
        refs = {ref.sha256: ref for ref in self._journal.image_refs()}
        yield self._images(refs)
        yield self._thumbnails(refs, repair=repair)
        yield self._orphans(refs, repair=repair)
        yield self._strays()
        yield self._leftovers(repair=repair)
        yield self._space()

    def storage(self) -> Storage:
        """What is kept, for everybody; counts every file."""
        kept, stock = tuple(self._files.kept()), self._shelf.stock(None)
        return Storage(kept=kept, stock=stock, free=self._files.free_bytes())

    def _database(self) -> Finding:
        problems = self._journal.problems()
        if not problems:
            return Finding(check="database", health=Health.GOOD, sentence="The database is whole.")
        sentence = "The database is damaged. Stop Gesso and restore it from a backup."
        return Finding(
            check="database", health=Health.BAD, sentence=sentence, count=len(problems), named=problems[:NAMED]
        )

    def _images(self, refs: dict[str, ImageRef]) -> Finding:
        """Files of images that are gone, or hold something else than their name says."""
        broken = [sha256 for sha256, ref in refs.items() if not self._is_whole(ref)]
        if not broken:
            return Finding(check="images", health=Health.GOOD, sentence=_all_whole(len(refs)))
        are, them = ("is", "it") if len(broken) == 1 else ("are", "them")
        sentence = (
            f"{len(broken):,} of {_counted(len(refs), 'image file')} {are} missing or damaged. "
            f"Restore {them} from a backup."
        )
        named = tuple(self._files.where(refs[sha256]) for sha256 in broken[:NAMED])
        return Finding(check="images", health=Health.BAD, sentence=sentence, count=len(broken), named=named)

    def _is_whole(self, ref: ImageRef) -> bool:
        try:
            return image_ref(self._files.read_image(ref)).sha256 == ref.sha256
        except (NotFoundError, InvalidImageError):
            return False

    def _thumbnails(self, refs: dict[str, ImageRef], *, repair: bool) -> Finding:
        missing = [ref for ref in refs.values() if self._small.kept(ref) is None]
        made = sum(map(self._small.made, missing)) if repair else 0
        left = len(missing) - made
        are, they_are = ("is", "it is") if left == 1 else ("are", "they are")
        sentence = f"{_counted(left, 'thumbnail')} {are} missing or damaged; {they_are} made anew when first looked at."
        if not left:
            sentence = "Every image has its thumbnail."
        health = Health.WARNING if left else Health.GOOD
        return Finding(check="thumbnails", health=health, sentence=sentence, count=len(missing), repaired=made)

    def _orphans(self, refs: dict[str, ImageRef], *, repair: bool) -> Finding:
        """Image files that no row knows; repaired ones are in the history as "Recovered images"."""
        on_disk = [ref.sha256 for ref in self._files.images_on_disk(older_than=self._clock() - SETTLED)]
        known = self._journal.known_images([sha256 for sha256 in on_disk if sha256 not in refs])
        orphans = [sha256 for sha256 in on_disk if sha256 not in refs and sha256 not in known]
        adopted = self._sweeper.adopt_orphans() if repair and orphans else 0
        left = len(orphans) - adopted
        health = Health.WARNING if left else Health.GOOD
        sentence = _of_orphans(left, adopted, repaired=repair)
        return Finding(check="orphans", health=health, sentence=sentence, count=len(orphans), repaired=adopted)

    def _strays(self) -> Finding:
        """Files that are named as images and lie where no image is looked for."""
        where = sorted(self._files.stray_images(older_than=self._clock() - SETTLED))
        good = Finding(check="strays", health=Health.GOOD, sentence="No image file lies in a wrong folder.")
        if not where:
            return good
        lie, are = ("lies", "is") if len(where) == 1 else ("lie", "are")
        sentence = (
            f"{_counted(len(where), 'image file')} {lie} in a wrong folder and {are} left alone. An image belongs in "
            "the folder named by the first two characters of its name."
        )
        return replace(good, health=Health.WARNING, sentence=sentence, count=len(where), named=tuple(where[:NAMED]))

    def _leftovers(self, *, repair: bool) -> Finding:
        on_disk = [ref.sha256 for ref in self._files.images_on_disk(older_than=self._clock() - SETTLED)]
        found = len(self._journal.purged_images(on_disk))
        removed = self._sweeper.remove_leftovers() if repair and found else 0
        good = Finding(check="leftovers", health=Health.GOOD, sentence="No file of a deleted picture is left.")
        if found == removed:
            return replace(good, count=found, repaired=removed)
        left = found - removed
        lie = "lies" if left == 1 else "lie"
        sentence = f"{_counted(left, 'file')} of pictures that were deleted for good still {lie} on the disk."
        return replace(good, health=Health.WARNING, sentence=sentence, count=found, repaired=removed)

    def _space(self) -> Finding:
        free = self._files.free_bytes()
        health = Health.WARNING if free < LOW_SPACE else Health.GOOD
        return Finding(check="space", health=health, sentence=f"{bytes_text(free)} are free where answers arrive.")


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _all_whole(count: int) -> str:
    return "The one image file is whole." if count == 1 else f"All {count:,} image files are whole."


def _of_orphans(left: int, adopted: int, *, repaired: bool) -> str:
    """What became of image files without a row: ``repaired`` says that those left could not be taken in."""
    one = left == 1
    if left and repaired:
        return f"{_counted(left, 'image file')} of no job {'is' if one else 'are'} damaged and left alone."
    if left:
        belong, them = ("belongs", "it") if one else ("belong", "them")
        return f"{_counted(left, 'image file')} {belong} to no job. Repairing takes {them} into the history."
    if adopted:
        return f"{_counted(adopted, 'image file')} {'was' if adopted == 1 else 'were'} taken into the history."
    return "No file is an orphan."
