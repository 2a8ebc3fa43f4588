"""Objects on the local disk: files under one folder, written as durably as everything else there."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.domain.object_key import checked_foreign_key, checked_key
from core.errors import NotFoundError, StorageError
from core.services.object_ports import ObjectFacts
from core.storage.disk import make_folder, read_file, replace_file, writing


@dataclass(frozen=True, slots=True)
class LocalObjects:
    """Implements ``core.services.object_ports.Objects`` beside the files of ``LocalFiles``, whose folders it refuses.

    A link is the file's own ``file://`` address: it needs no server that runs, and works on this machine only.
    """

    root: Path

    def check(self) -> None:
        with writing(self.root):
            make_folder(self.root)

    def put(self, key: str, data: bytes, media_type: str, *, renew: bool = False) -> None:  # noqa: ARG002
        path = self._path(key)
        if read_file(path) == data:
            if renew:
                with writing(path):
                    os.utime(path)
            return
        for _ in range(2):
            replace_file(path, data, durable=True)
            if read_file(path) == data:
                return
        raise StorageError(f"{path} does not hold what was written to it: check this disk.")

    def get(self, key: str) -> bytes:
        data = read_file(self._path(key))
        if data is None:
            raise NotFoundError(f"There is no {self.where(key)}.", kind="object", id=key)
        return data

    def facts(self, key: str) -> ObjectFacts | None:
        return self._facts(self._path(key))

    def exists(self, key: str) -> bool:
        return self.facts(key) is not None

    def list(self, folder: str) -> Iterator[ObjectFacts]:
        for path in self._path(f"{folder}/x").parent.rglob("*"):
            if not path.name.startswith(".") and (facts := self._facts(path)) is not None:
                yield facts

    def delete(self, key: str) -> None:
        path = self._path(key)
        with writing(path):
            path.unlink(missing_ok=True)

    def link(self, key: str) -> str:
        return self._path(key).absolute().as_uri()

    def where(self, key: str) -> str:
        return str(self._path(key))

    def _path(self, key: str) -> Path:
        return self.root / checked_foreign_key(checked_key(key))

    def _facts(self, path: Path) -> ObjectFacts | None:
        if not path.is_file():
            return None
        status, key = path.stat(), path.relative_to(self.root).as_posix()
        return ObjectFacts(key=key, bytes=status.st_size, put_at=datetime.fromtimestamp(status.st_mtime, UTC))
