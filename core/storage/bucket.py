"""Objects in a bucket that speaks S3, through obstore."""

import hashlib
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from core.domain.object_key import checked_key
from core.errors import NotFoundError, StorageError
from core.services.object_ports import ObjectFacts
from core.storage.bucket_errors import bucket_error, is_missing_bucket

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Credential

MD5 = re.compile(r"[0-9a-f]{32}", re.ASCII)
A_PAGE = 1000
"""As many objects as one answer of S3 lists."""
BELIEVED_SECONDS = 10.0
"""A check that went well is not repeated so soon."""
CLIENT: "ClientConfig" = {"connect_timeout": timedelta(seconds=5), "timeout": timedelta(seconds=120)}
"""The second is for a whole request: a picture of 50 MB over a line of 4 Mbit/s."""
RETRY: "RetryConfig" = {
    "max_retries": 4,
    "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=5), "base": 2},
    "retry_timeout": timedelta(seconds=60),
}


_processes: set[int] = set()
"""Who asked through obstore, by process id. Its threads stay behind in a fork: a second one would wait for ever."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketAccess:
    """Where a bucket is and who may use it; without an endpoint it is Amazon's in that region."""

    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    region: str
    endpoint: str | None = None
    public_base_url: str | None = None
    link_seconds: int = 3600

    @property
    def address(self) -> str:
        """The server's base URL, to which the bucket's name is added as a path."""
        china = ".cn" if self.region.startswith("cn-") else ""
        return (self.endpoint or f"https://s3.{self.region}.amazonaws.com{china}").rstrip("/")


class Bucket:
    """Implements ``core.services.object_ports.Objects``. Every object goes in one request, never in parts.

    So a process that is killed leaves the object that was there or none, and no parts to be paid for.
    A process that has used one must not fork children that use any: obstore's threads stay behind.
    """

    def __init__(self, access: BucketAccess) -> None:
        self._access = access
        self._store = _store(access)
        self._lock = threading.Lock()
        self._checked_at: float | None = None

    def check(self) -> None:
        with self._lock:
            if self._checked_at is not None and time.monotonic() - self._checked_at < BELIEVED_SECONDS:
                return
            with self._asking():
                next(iter(obstore.list(self._store, "gesso-check")), None)
            self._checked_at = time.monotonic()

    def put(self, key: str, data: bytes, media_type: str, *, renew: bool = False) -> None:
        """``renew`` sends the bytes again: S3 copies no object onto itself, and a put is what makes one young."""
        if not renew and self._holds(key, data):
            return
        for _ in range(2):
            self._send(key, data, media_type)
            if self._holds(key, data):
                return
        raise StorageError(f"{self.where(key)} does not hold what was sent to it, twice. Check the server's disks.")

    def get(self, key: str) -> bytes:
        try:
            with self._asking():
                return bytes(obstore.get(self._store, checked_key(key)).bytes())
        except FileNotFoundError:
            raise NotFoundError(f"There is no {self.where(key)}.", kind="object", id=key) from None

    def facts(self, key: str) -> ObjectFacts | None:
        found = self._head(key)
        return None if found is None else _facts(found)

    def exists(self, key: str) -> bool:
        return self._head(key) is not None

    def list(self, folder: str) -> Iterator[ObjectFacts]:
        checked_key(f"{folder}/x")
        with self._asking():
            for page in obstore.list(self._store, folder, chunk_size=A_PAGE):
                yield from map(_facts, page)

    def delete(self, key: str) -> None:
        try:
            with self._asking():
                obstore.delete(self._store, checked_key(key))
        except FileNotFoundError:
            return

    def link(self, key: str) -> str:
        """Under the public base URL, or one that is signed and ends with its time (S3_LINK_SECONDS)."""
        if self._access.public_base_url is not None:
            return f"{self._access.public_base_url.rstrip('/')}/{quote(checked_key(key))}"
        return obstore.sign(self._store, "GET", checked_key(key), timedelta(seconds=self._access.link_seconds))

    def where(self, key: str) -> str:
        return f"s3://{self._access.bucket}/{checked_key(key)}"

    def _send(self, key: str, data: bytes, media_type: str) -> None:
        about = {"Content-Type": media_type}
        try:
            with self._asking():
                obstore.put(self._store, checked_key(key), data, attributes=about, use_multipart=False)
        except FileNotFoundError as error:  # whoever answers there, it is no S3
            raise self._told(error) from None

    def _holds(self, key: str, data: bytes) -> bool:
        """Whether exactly these bytes are there, in any dialect of S3.

        An ETag that is their MD5 proves it. Where it is something else (under KMS, for instance, or
        from a server of another mind) size and ETag prove nothing, and the object is read back.
        """
        found = self._head(key)
        if found is None or found["size"] != len(data):
            return False
        tag = (found["e_tag"] or "").strip('"').lower()
        if MD5.fullmatch(tag) and tag == hashlib.md5(data, usedforsecurity=False).hexdigest():
            return True
        try:
            return self.get(key) == data
        except NotFoundError:
            return False

    def _head(self, key: str) -> Any:
        """What a HEAD tells, or None; a HEAD's 404 does not say whether the bucket is missing."""
        try:
            with self._asking():
                return obstore.head(self._store, checked_key(key))
        except FileNotFoundError:
            return None

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Lets FileNotFoundError pass where the object is missing; all else becomes a StorageError.

        Raises RuntimeError in a process that would wait for ever, see the class.
        """
        _processes.add(os.getpid())
        if len(_processes) > 1:
            raise RuntimeError("This process was forked from one that had used a bucket. Fork before, or use threads.")
        try:
            yield
        except FileNotFoundError as error:
            if not is_missing_bucket(error):
                raise
            raise self._told(error) from None
        except (BaseError, OSError, ValueError) as error:
            raise self._told(error) from None

    def _told(self, error: Exception) -> StorageError:
        parts = urlsplit(self._access.address)
        return bucket_error(self._access.bucket, parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), error)


def _facts(found: Any) -> ObjectFacts:
    return ObjectFacts(key=found["path"], bytes=found["size"], put_at=found["last_modified"])


def _store(access: BucketAccess) -> S3Store:
    """All that AWS_* variables of the same machine could change is said here: they are other programs'.

    The keys come from a provider, because AWS_SESSION_TOKEN would be sent along with keys that are only named.
    """

    def credential() -> "S3Credential":
        return {
            "access_key_id": access.access_key,
            "secret_access_key": access.secret_key,
            "token": None,
            "expires_at": None,
        }

    return S3Store(
        access.bucket,
        config={
            "endpoint": access.address,
            "aws_endpoint_url_s3": access.address,
            "region": access.region,
            "virtual_hosted_style_request": False,
            "skip_signature": False,
            "unsigned_payload": False,  # the signature covers the bytes: the server refuses damaged ones
            "disable_bulk_delete": True,  # not every dialect has it
        },
        client_options={**CLIENT, "allow_http": access.address.lower().startswith("http://")},
        retry_config=RETRY,
        credential_provider=credential,
    )
