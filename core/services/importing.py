"""The way into the library from outside: our own archives, other ZIPs of pictures, and pictures."""

from collections.abc import Iterable
from typing import IO

from core.domain.transfer import Tally
from core.domain.visitor import Visitor
from core.services.exporting import Seen
from core.services.importing_archives import ArchiveImporter, is_library
from core.services.importing_pictures import PictureImporter, Source
from core.services.zipping import opened_zip


class Importer:
    """Takes in what people bring; to bring it twice doubles nothing."""

    def __init__(self, *, archives: ArchiveImporter, pictures: PictureImporter) -> None:
        self._archives = archives
        self._pictures = pictures

    def take_in_zip(self, file: IO[bytes], visitor: Visitor, *, seen: Seen) -> Tally:
        """An archive of a library, or any ZIP with pictures in it; the file must be able to seek.

        Raises InvalidRequestError for what is neither.
        """
        with opened_zip(file) as archive:
            ours = is_library(archive)
        return (self._archives.take_in if ours else self._pictures.take_in_zip)(file, visitor, seen=seen)

    def take_in(self, sources: Iterable[Source], visitor: Visitor, *, total: int, seen: Seen) -> Tally:
        """Pictures, one by one."""
        return self._pictures.take_in(sources, visitor, total=total, seen=seen)
