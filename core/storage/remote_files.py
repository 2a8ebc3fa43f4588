"""Pictures in a bucket, for any number of machines; answers that are arriving stay on the local disk.

    bucket   images/ab/<sha256>.<ext>   inputs/ab/<sha256>.<ext>   thumbnails/ab/<sha256>.webp
    disk     spool/  previews/  kept/  and thumbnails/ as a cache

An answer must be on a disk, fsynced, before it is decoded: it is paid for, it arrives in pieces over
minutes, and S3 takes only whole objects. So the spool belongs to the machine that asked, and its
pictures go to the bucket once they are whole. The bucket's names are those of ``LocalFiles``: a library
moves to a bucket, or back, with any program that copies folders.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from core.domain.image import ImageRef, ref_of_name
from core.domain.stock import Kept
from core.errors import InvalidImageError, NotFoundError
from core.services.object_ports import Objects
from core.storage.disk import writing
from core.storage.files import LocalFiles

WEBP = "image/webp"
IN_BUCKET = ("images", "inputs", "thumbnails")


@dataclass(frozen=True)
class RemoteFiles(LocalFiles):
    """Implements ``core.services.ports.FileStore``: as ``LocalFiles``, with the pictures among the objects.

    Pictures that somebody removes while the same bytes are put again are kept apart by their age, as on
    disk: a put makes its object young, even one that is there, and ``remove_image`` leaves the young. S3
    has no "delete if older": between its look and its removal, one request apart, a whole put with its
    check may fit. A put that overlaps the removal notices, and puts once more.
    """

    objects: Objects

    def ensure_room(self, count: int) -> None:
        """Also that the bucket answers, before money is spent on what it is to keep."""
        super().ensure_room(count)
        self.objects.check()

    def put_image(self, data: bytes, ref: ImageRef) -> None:
        self.objects.put(self._key_of(ref), data, ref.media_type, renew=True)

    def read_image(self, ref: ImageRef) -> bytes:
        """As the port says; raises InvalidImageError if the object holds something else, read twice."""
        return self._read("images", ref)

    def where(self, ref: ImageRef) -> str:
        return self.objects.where(self._key_of(ref))

    def put_input(self, data: bytes, ref: ImageRef) -> None:
        self.objects.put(self._key("inputs", ref.sha256, ref.extension), data, ref.media_type)

    def read_input(self, ref: ImageRef) -> bytes:
        return self._read("inputs", ref)

    def remove_image(self, ref: ImageRef, *, older_than: datetime) -> bool:
        found = self.objects.facts(self._key_of(ref))
        if found is None or found.put_at >= older_than:
            return False
        self.objects.delete(self._key_of(ref))
        self.objects.delete(self._key("thumbnails", ref.sha256, "webp"))
        cached = self._of_content("thumbnails", ref.sha256, "webp")
        with writing(cached):
            cached.unlink(missing_ok=True)
        return True

    def kept(self) -> Iterator[Kept]:
        """Disk and bucket together; the bucket is listed, a thousand objects a request."""
        for one in super().kept():
            yield _with(one, self.objects) if one.kind in IN_BUCKET else one

    def put_thumbnail(self, sha256: str, data: bytes) -> None:
        """In the bucket, so that of ten machines one makes it, and here, so that a page asks the bucket once."""
        self.objects.put(self._key("thumbnails", sha256, "webp"), data, WEBP, renew=True)
        super().put_thumbnail(sha256, data)

    def read_thumbnail(self, sha256: str) -> bytes | None:
        cached = super().read_thumbnail(sha256)
        if cached is not None:
            return cached
        try:
            data = self.objects.get(self._key("thumbnails", sha256, "webp"))
        except NotFoundError:
            return None
        super().put_thumbnail(sha256, data)
        return data

    def images_on_disk(self, *, older_than: datetime) -> Iterator[ImageRef]:
        return (ref for key, ref in self._named_objects(older_than) if key == self._key_of(ref))

    def stray_images(self, *, older_than: datetime) -> Iterator[str]:
        named = self._named_objects(older_than)
        return (self.objects.where(key) for key, ref in named if key != self._key_of(ref))

    def _named_objects(self, older_than: datetime) -> Iterator[tuple[str, ImageRef]]:
        for found in self.objects.list("images"):
            ref = ref_of_name(PurePosixPath(found.key).name)
            if ref and found.put_at < older_than:
                yield found.key, replace(ref, bytes=found.bytes)

    def _read(self, kind: str, ref: ImageRef) -> bytes:
        key = self._key(kind, ref.sha256, ref.extension)
        for _ in range(2):
            try:
                data = self.objects.get(key)
            except NotFoundError:
                message = f"The object of image {ref.sha256} is gone."
                raise NotFoundError(message, kind="image", id=ref.sha256) from None
            if hashlib.sha256(data).hexdigest() == ref.sha256:
                return data
        raise InvalidImageError(f"{self.objects.where(key)} holds something else than its name says. Restore it.")

    def _key_of(self, ref: ImageRef) -> str:
        return self._key("images", ref.sha256, ref.extension)

    def _key(self, kind: str, sha256: str, extension: str) -> str:
        """The object's name: where ``LocalFiles`` has it below its root."""
        return self._of_content(kind, sha256, extension).relative_to(self.root).as_posix()


def _with(local: Kept, objects: Objects) -> Kept:
    files, size = local.files, local.bytes
    for found in objects.list(local.kind):
        files, size = files + 1, size + found.bytes
    return replace(local, files=files, bytes=size)
