"""Objects by name: in a bucket that speaks S3, or on the local disk; chosen by bootstrap."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectFacts:
    """A stored object without its bytes; ``put_at`` is when it was last put, by the store's clock (UTC)."""

    key: str
    bytes: int
    put_at: datetime


class Objects(Protocol):
    """Whole objects under checked keys (``core.domain.object_key``); usable from any thread.

    Every method may raise StorageError with a sentence a person can act on, and InvalidRequestError
    for a key that cannot be one.
    """

    def check(self) -> None:
        """Raise StorageError unless the store answers to these settings; asks at most every few seconds."""

    def put(self, key: str, data: bytes, media_type: str, *, renew: bool = False) -> None:
        """Exactly these bytes are durably at the key when this returns; nobody ever sees half of them.

        What is there with the same content is not sent again, unless ``renew`` makes it as young as
        a new one. What was stored is compared with what was meant; if it differs it is sent once more.
        """

    def get(self, key: str) -> bytes:
        """An object's bytes; raises NotFoundError."""

    def facts(self, key: str) -> ObjectFacts | None:
        """What is known of an object; None if there is none."""

    def exists(self, key: str) -> bool: ...

    def list(self, folder: str) -> Iterator[ObjectFacts]:
        """All objects under a folder and its folders, fetched as they are looked at, in no order."""

    def delete(self, key: str) -> None:
        """Remove an object; does nothing if there is none."""

    def link(self, key: str) -> str:
        """A URL at which the object can be had, without asking whether it is there."""

    def where(self, key: str) -> str:
        """Where the object lies, as a person would look for it."""
