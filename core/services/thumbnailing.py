"""Thumbnails: one way to them, made once by content, either beside the jobs or when somebody looks."""

import logging
import queue
import threading

from core.domain.copies import CopyQuality
from core.domain.image import ImageRef
from core.errors import InvalidImageError, NotFoundError, StorageError
from core.imaging.thumbnails import is_thumbnail, thumbnail
from core.services.ports import FileStore

log = logging.getLogger(__name__)

MOST_WAITING = 100
CLOSE_SECONDS = 5.0


class Thumbnails:
    """Makes and keeps small pictures; those of new images in a thread of its own, for which nobody waits."""

    def __init__(self, *, files: FileStore, quality: CopyQuality) -> None:
        self._files = files
        self._quality = quality
        self._waiting: queue.Queue[ImageRef | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def of(self, ref: ImageRef) -> bytes:
        """A stored image's thumbnail, a small WebP; made if there is none, or something else lies there.

        Raises NotFoundError if the image's file is gone, and InvalidImageError if it cannot be drawn.
        """
        data = self.kept(ref)
        if data is None:
            data = thumbnail(self._files.read_image(ref), quality=self._quality.small)
            self._files.put_thumbnail(ref.sha256, data)
        return data

    def kept(self, ref: ImageRef) -> bytes | None:
        """The thumbnail that is there already; None if there is none or its file is damaged."""
        data = self._files.read_thumbnail(ref.sha256)
        return data if data is not None and is_thumbnail(data) else None

    def made(self, ref: ImageRef) -> bool:
        """Whether there is one now; a whole image that cannot be drawn (an SVG may overtax its renderer) is logged."""
        try:
            self.of(ref)
        except (InvalidImageError, NotFoundError) as error:
            log.warning("No thumbnail of %s: %s", ref.sha256, error)
            return False
        return True

    def soon(self, ref: ImageRef) -> None:
        """Make this image's thumbnail when there is time; returns at once. Under load some are left to be looked at."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="gesso-thumbnails", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait(ref)
        except queue.Full:
            log.debug("the thumbnail of %s is left until somebody looks at it", ref.sha256)

    def close(self) -> None:
        """Make those that wait, within some seconds, and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        while (ref := self._waiting.get()) is not None:
            try:
                self.made(ref)
            except StorageError as error:
                log.warning("No thumbnail of %s: %s", ref.sha256, error)
