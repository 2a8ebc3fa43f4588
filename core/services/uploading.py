"""Stores many pictures as objects, sixteen at a time: verified, in order, and what is there is not sent again."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from core.domain.object_key import checked_foreign_key
from core.errors import InvalidImageError, InvalidRequestError, StorageError
from core.imaging.codec import image_ref
from core.services.object_ports import Objects

AT_ONCE = 16


class Uploader:
    """Stores pictures under a base key. Doing it again after an error or a kill sends what is missing."""

    def __init__(self, objects: Objects, *, at_once: int = AT_ONCE) -> None:
        self._objects = objects
        self._at_once = at_once

    async def upload_images_batch(self, images: Sequence[bytes], base_key: str) -> list[tuple[str, str]]:
        """Store encoded images as ``<base_key>/<n>.<ext>``, n from 1; returns each one's key and URL, in order.

        The extension follows from the bytes. Nothing is sent unless all are images and the names are
        usable: InvalidImageError names which is not, InvalidRequestError what is wrong with the base
        key. If some cannot be stored, the others are, and StorageError names the first and counts them.
        """
        _check_types(images, base_key)
        planned = [self._planned(number, image, base_key, len(images)) for number, image in enumerate(images, 1)]
        if not planned:
            return []
        loop = asyncio.get_running_loop()
        pool = ThreadPoolExecutor(min(self._at_once, len(planned)), thread_name_prefix="gesso-upload")
        try:
            jobs = [loop.run_in_executor(pool, self._store, *one) for one in planned]
            done = await asyncio.gather(*jobs, return_exceptions=True)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # who is cancelled does not wait for what is under way
        return _all_or_error(done)

    def _planned(self, number: int, image: bytes, base_key: str, count: int) -> tuple[str, bytes, str]:
        """The key, the bytes and the media type of one image."""
        try:
            if not isinstance(image, bytes):
                raise InvalidImageError(f"Its bytes are needed, not {type(image).__name__}.")
            ref = image_ref(image)
        except InvalidImageError as error:
            raise InvalidImageError(f"Image {number} of {count} cannot be stored: {error}", param="images") from error
        key = f"{base_key.rstrip('/')}/{number}.{ref.extension}"
        return checked_foreign_key(key), image, ref.media_type

    def _store(self, key: str, image: bytes, media_type: str) -> tuple[str, str]:
        self._objects.put(key, image, media_type)
        return key, self._objects.link(key)


def _check_types(images: object, base_key: object) -> None:
    """Whoever calls this as a function need not have a type checker."""
    if isinstance(images, bytes | bytearray | memoryview | str) or not isinstance(images, Sequence):
        sentence = f"A list of encoded pictures is needed, not {type(images).__name__}."
        raise InvalidRequestError(sentence, param="images")
    if not isinstance(base_key, str):
        sentence = f"The key must be a text such as avatars/amara, not {type(base_key).__name__}."
        raise InvalidRequestError(sentence, param="base_key")


def _all_or_error(done: Sequence[tuple[str, str] | BaseException]) -> list[tuple[str, str]]:
    stored = [one for one in done if not isinstance(one, BaseException)]
    failed = [(number, one) for number, one in enumerate(done, 1) if isinstance(one, BaseException)]
    if not failed:
        return stored
    number, first = failed[0]
    if not isinstance(first, StorageError | InvalidRequestError):
        raise first
    others = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
    raise StorageError(
        f"Image {number} of {len(done)}{others} could not be stored: {first} "
        "The others are stored and are not sent again when you try again."
    ) from first
