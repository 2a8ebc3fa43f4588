"""Thumbnails of new images, made beside their jobs: nobody waits for them; the rest are made when looked at."""

import logging
import queue
import threading

from core.domain.copies import CopyQuality
from core.domain.image import ImageRef
from core.errors import InvalidImageError, NotFoundError, StorageError
from core.imaging.thumbnails import thumbnail
from core.services.ports import FileStore

log = logging.getLogger(__name__)

MOST_WAITING = 100
CLOSE_SECONDS = 5.0


class Thumbnailer:
    """One thread that makes thumbnails in their order; under load it lets some be."""

    def __init__(self, *, files: FileStore, quality: CopyQuality) -> None:
        self._files = files
        self._quality = quality
        self._waiting: queue.Queue[ImageRef | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def soon(self, ref: ImageRef) -> None:
        """Make this image's thumbnail when there is time; returns at once."""
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
                self._make(ref)
            except (InvalidImageError, NotFoundError, StorageError) as error:
                log.warning("No thumbnail of %s: %s", ref.sha256, error)

    def _make(self, ref: ImageRef) -> None:
        if self._files.read_thumbnail(ref.sha256) is None:
            small = thumbnail(self._files.read_image(ref), quality=self._quality.small)
            self._files.put_thumbnail(ref.sha256, small)
