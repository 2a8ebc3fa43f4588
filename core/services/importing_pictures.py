"""Pictures from outside, taken into the library as they are; one that is there already is not taken twice."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZipFile, ZipInfo

from core.domain.found import OURS, FoundSettings
from core.domain.ids import new_id
from core.domain.image import ImageRef
from core.domain.job import Job, JobState, StoredImage
from core.domain.money import ZERO
from core.domain.record_checks import LONGEST_NAME
from core.domain.request import MAX_PROMPT_CHARACTERS, GenerateRequest
from core.domain.transfer import IMPORTED, Record, Tally
from core.domain.visitor import Visitor
from core.errors import GessoError, InvalidImageError, InvalidRequestError, StorageError
from core.imaging.codec import image_ref
from core.imaging.found_settings import find_settings
from core.imaging.upload import MB, TakenIn, check_length, check_upload, take_in
from core.services.exporting import Seen
from core.services.library_ports import Transfers
from core.services.ports import Clock, FileStore
from core.services.thumbnailing import Thumbnails
from core.services.zipping import opened_zip, read_member

AT_ONCE = 20
LARGEST_TEXT = 1 << 26
MANIFEST = "manifest.json"
NO_MODEL = "unknown"
IMPORT = "import"
FOLDERS = re.compile(r"[\\/]")
"""ZIPs made on Windows may have either."""
ZIP = b"PK"
NO_ZIP = "This is no ZIP archive, whatever its name says. Export or download it again."
ZIP_WITHIN = "This is a ZIP archive inside another one. Unpack that one first, and import this one by itself."
LEADS_OUT = "Its path leads out of the archive (..), so it is left out. Make the ZIP again without such paths."


@dataclass(frozen=True, kw_only=True)
class Source:
    """A picture's file: its name for people, how to read it, and what is known of it besides what it says itself."""

    name: str
    read: Callable[[], bytes]
    settings: FoundSettings | None = None


@dataclass(frozen=True, kw_only=True)
class _Read:
    name: str
    data: bytes
    ref: ImageRef
    settings: FoundSettings | None


class PictureImporter:
    """Takes pictures in: PNG, JPEG, WebP, GIF and SVG byte for byte, what else can be read as a PNG."""

    def __init__(
        self,
        *,
        transfers: Transfers,
        files: FileStore,
        thumbnails: Thumbnails,
        clock: Clock,
        shared: bool,
        limit_mb: int,
    ) -> None:
        self._thumbnails = thumbnails
        self._transfers = transfers
        self._files = files
        self._clock = clock
        self._shared = shared
        self._limit_mb = limit_mb

    def take_in(self, sources: Iterable[Source], visitor: Visitor, *, total: int, seen: Seen) -> Tally:
        """Import pictures with the settings that their files hold; what is no picture is told, and the rest goes on."""
        tally, waiting = Tally(total=total), iter(sources)
        while part := list(islice(waiting, AT_ONCE)):
            tally = self._take_in(part, visitor, tally)
            seen(tally)
        return tally

    def take_in_zip(self, file: IO[bytes], visitor: Visitor, *, seen: Seen) -> Tally:
        """Import the pictures of any ZIP; where it has our manifest, with the settings that it names."""
        with opened_zip(file) as archive:
            told = _manifest(archive)
            members = [info for info in archive.infolist() if _may_be_picture(info)]
            sources = (self._member(archive, info, told.get(info.filename)) for info in members)
            return self.take_in(sources, visitor, total=len(members), seen=seen)

    def _member(self, archive: ZipFile, info: ZipInfo, settings: FoundSettings | None) -> Source:
        return Source(name=info.filename, read=lambda: self._read_member(archive, info), settings=settings)

    def _read_member(self, archive: ZipFile, info: ZipInfo) -> bytes:
        if ".." in FOLDERS.split(info.filename):
            raise InvalidRequestError(LEADS_OUT, param="archive")
        check_length(info.file_size, self._limit_mb)
        return read_member(archive, info, self._limit_mb * MB)

    def _take_in(self, sources: list[Source], visitor: Visitor, tally: Tally) -> Tally:
        found: dict[str, _Read] = {}
        problems = list(tally.problems)
        for source in sources:
            try:
                one = self._readable(source)
                found.setdefault(one.ref.sha256, one)
            except StorageError:
                raise
            except GessoError as error:
                problems.append((source.name, str(error)))
        owner = None if self._shared or visitor.operator else visitor.owner
        there = self._transfers.contents(tuple(found), owner)
        records = [self._stored(one, visitor) for sha256, one in found.items() if sha256 not in there]
        new = self._transfers.put(records, now=self._clock(), foreign_parents=False)
        failed = len(problems) - len(tally.problems)
        return replace(
            tally, done=tally.done + len(sources), new=tally.new + new,
            there=tally.there + len(sources) - failed - new, problems=tuple(problems),
        )  # fmt: skip

    def _readable(self, source: Source) -> _Read:
        data = source.read()
        check_upload(data, self._limit_mb)
        try:
            ref, settings = image_ref(data), find_settings(data)
        except InvalidImageError:  # another kind of picture, or none
            taken = _taken(source.name, data)
            data, ref, settings = taken.data, taken.ref, None
        return _Read(name=source.name, data=data, ref=ref, settings=source.settings or settings)

    def _stored(self, one: _Read, visitor: Visitor) -> Record:
        self._files.put_image(one.data, one.ref)
        self._thumbnails.made(one.ref)
        now = self._clock()
        id = new_id(int(now.timestamp() * 1000))
        image = StoredImage(id=new_id(), job_id=id, position=0, ref=one.ref, revised_prompt=None, created_at=now)
        job = Job(
            id=id, owner=visitor.owner, account=f"{IMPORTED}:{visitor.owner}", provider=IMPORT,
            request=_request(one), state=JobState.SUCCEEDED, stage=JobState.SUCCEEDED.value, created_at=now,
            finished_at=now, estimate_low=ZERO, estimate_high=ZERO, held=ZERO, cost=ZERO, images=(image,),
        )  # fmt: skip
        return Record(job=job)


def _taken(name: str, data: bytes) -> TakenIn:
    try:
        return take_in(data)
    except InvalidImageError:
        if not name.lower().endswith(".zip"):
            raise
        sentence = ZIP_WITHIN if data.startswith(ZIP) else NO_ZIP
        raise InvalidRequestError(sentence, param="archive") from None


def _request(one: _Read) -> GenerateRequest:
    """What the picture says was asked for; else its name."""
    name = PurePosixPath(one.name.replace("\\", "/")).stem.replace("_", " ").replace("-", " ")
    settings = one.settings
    prompt = settings.prompt.strip() if settings else ""
    model = "".join(filter(str.isprintable, (settings.model or "") if settings else ""))[:LONGEST_NAME].strip()
    words = (prompt or name.strip() or "Imported picture").encode(errors="replace").decode()
    return GenerateRequest(prompt=words[:MAX_PROMPT_CHARACTERS], model=model or NO_MODEL)


def _may_be_picture(info: ZipInfo) -> bool:
    parts = FOLDERS.split(info.filename)
    hidden = any(part.startswith((".", "__MACOSX")) and part not in (".", "..") for part in parts)
    return not (hidden or parts[-1] in ("", MANIFEST, "missing.txt"))


def _manifest(archive: ZipFile) -> dict[str, FoundSettings]:
    """What our manifest says of each file; nothing where there is none, or it is another program's."""
    if MANIFEST not in archive.namelist():
        return {}
    try:
        rows = json.loads(read_member(archive, archive.getinfo(MANIFEST), LARGEST_TEXT))
    except (ValueError, RecursionError, InvalidRequestError):
        return {}
    told = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return dict(_rows(told))


def _rows(told: Iterable[dict[object, object]]) -> Iterator[tuple[str, FoundSettings]]:
    for row in told:
        file, prompt, model = row.get("file"), row.get("prompt"), row.get("model")
        if isinstance(file, str) and isinstance(prompt, str):
            named = model if isinstance(model, str) else None
            yield file, FoundSettings(source=OURS, prompt=prompt, model=named)
