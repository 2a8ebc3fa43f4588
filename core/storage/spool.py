"""A call's answer on disk while it arrives, and what can be read of it after a crash.

    spool/<job>/<call>.part      arriving, or left by a kill or an error
    spool/<job>/<call>.answer    whole: committed by the one who wrote it

Both hold a line of JSON ({"media_type", "request_id"}) and then the body's bytes as received.
"""

import errno
import json
import os
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.domain.answer import RawAnswer
from core.storage.disk import make_folder, new_file, read_file, sync_folder, write_all, writing

JSON_LINES = "application/x-ndjson"


class SpoolFile:
    """An open spool: implements ``core.services.ports.Spool``."""

    def __init__(self, partial: Path) -> None:
        with writing(partial):
            make_folder(partial.parent)
            self._descriptor: int | None = new_file(partial)
        self._partial = partial

    def write(self, chunk: bytes) -> None:
        with writing(self._partial):
            write_all(self._open(), chunk)

    def commit(self) -> None:
        with writing(self._partial):
            os.fsync(self._open())
            self.close()  # Windows renames no open file
            self._partial.replace(self._partial.with_suffix(".answer"))
            sync_folder(self._partial.parent)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            raise ValueError("the spool is closed")
        return self._descriptor


@contextmanager
def open_spool(folder: Path, call: int, *, media_type: str, request_id: str | None) -> Iterator[SpoolFile]:
    """Begin the answer of a call; an earlier attempt's remains are overwritten."""
    spool = SpoolFile(folder / f"{int(call)}.part")
    with closing(spool):
        header = json.dumps({"media_type": media_type, "request_id": request_id})
        spool.write(header.encode() + b"\n")
        yield spool


def read_answers(folder: Path) -> dict[int, RawAnswer]:
    """The answers in a job's folder that are whole, by call; a ``.part`` counts if it is.

    Nothing is lost that was paid for: the answer of a process that was killed between the
    last byte and the commit is whole, and so is every complete line of a stream's.
    """
    found: dict[int, RawAnswer] = {}
    # "0.answer" sorts before "0.part": what was committed wins.
    for path in sorted(folder.glob("*.answer")) + sorted(folder.glob("*.part")):
        call = int(path.stem) if path.stem.isdecimal() else None
        if call is None or call in found:
            continue
        answer = _read(path)
        if answer is not None:
            found[call] = answer
    return dict(sorted(found.items()))


def clear_answers(folder: Path, calls: Collection[int]) -> None:
    """Remove what there is of these calls, and the folder with the last of them; another's may be arriving."""
    for call in calls:
        for suffix in ("answer", "part"):
            (folder / f"{call}.{suffix}").unlink(missing_ok=True)
    try:
        folder.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


def _read(path: Path) -> RawAnswer | None:
    head, newline, body = (read_file(path) or b"").partition(b"\n")
    header = _json(head)
    if not newline or not isinstance(header, dict):
        return None
    answer = RawAnswer(media_type=header["media_type"], request_id=header["request_id"], body=body)
    return answer if path.suffix == ".answer" else _whole(answer)


def _whole(answer: RawAnswer) -> RawAnswer | None:
    """What is complete of an answer that nobody committed; None if nothing is."""
    if answer.media_type != JSON_LINES:
        return answer if isinstance(_json(answer.body), dict) else None
    lines = [line + b"\n" for line in answer.body.split(b"\n") if isinstance(_json(line), dict)]
    return replace(answer, body=b"".join(lines)) if lines else None


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None
