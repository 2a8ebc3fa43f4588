"""Archives and pictures from outside, taken into the library: nothing is doubled, whatever is interrupted or repeated.

Files come first, then the rows that name them, some jobs at a time, each time in one transaction. What was already
there stays as it is. A visitor's import is theirs and outside every budget; the operator's keeps owners and accounts.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import IO, Any
from zipfile import ZipFile

from core.domain.image import ImageRef
from core.domain.request import EditRequest, GenerateRequest
from core.domain.transfer import Record, Tally, copied, derived, inputs_of, owned_by
from core.domain.visitor import Visitor
from core.errors import GessoError, InvalidImageError, InvalidRequestError
from core.imaging.codec import media_type
from core.services.exporting import FORMAT, HEADER, SETS, VERSION, Seen
from core.services.library_ports import Transfers
from core.services.ports import Clock, FileStore
from core.services.records import read_record, read_set
from core.services.zipping import opened_zip, read_member

JOBS_AT_ONCE = 50
LARGEST_IMAGE = 1 << 28
LARGEST_TEXT = 1 << 28
"""Bytes; a file of rows has fifty jobs, and a painted mask may have some megabytes."""


def is_library(archive: ZipFile) -> bool:
    """Whether a ZIP is one of our own archives."""
    return HEADER in archive.namelist()


class ArchiveImporter:
    """Takes our own archives in; safe to run again, and beside others."""

    def __init__(self, *, transfers: Transfers, files: FileStore, clock: Clock) -> None:
        self._transfers = transfers
        self._files = files
        self._clock = clock

    def take_in(self, file: IO[bytes], visitor: Visitor, *, seen: Seen) -> Tally:
        """Import an archive; raises InvalidRequestError if it is none of ours, broken, or of a newer Gesso.

        A row or a file that cannot be used is told as a problem, and the rest goes on.
        """
        with opened_zip(file) as archive:
            header = _header(archive)
            run = _Run(
                archive=archive, transfers=self._transfers, files=self._files, clock=self._clock, visitor=visitor,
                named=visitor.operator and header["owners"] is True, seen=seen,
            )  # fmt: skip
            run.tally = Tally(total=header["pictures"])
            run.take_rows()
            run.take_sets()
            return run.tally


class _Run:
    """One archive on its way in."""

    def __init__(
        self, *, archive: ZipFile, transfers: Transfers, files: FileStore, clock: Clock, visitor: Visitor, named: bool,
        seen: Seen,
    ) -> None:  # fmt: skip
        self._zip = archive
        self._members = {info.filename: info for info in archive.infolist()}
        self._transfers = transfers
        self._files = files
        self._clock = clock
        self._visitor = visitor
        self._named = named
        self._seen = seen
        self._renamed: dict[str, str] = {}
        self.tally = Tally()

    def take_rows(self) -> None:
        for name in sorted(name for name in self._members if name.startswith("rows/")):
            records = list(self._readable(name, read_record))
            for start in range(0, len(records), JOBS_AT_ONCE):
                self._put(records[start : start + JOBS_AT_ONCE])

    def take_sets(self) -> None:
        if SETS not in self._members:
            return
        for collected in self._readable(SETS, read_set):
            owner = collected.owner if self._named else self._visitor.owner
            mine = replace(
                collected,
                id=collected.id if self._named else derived(collected.id, owner),
                owner=owner,
                images=tuple(self._renamed.get(id, id) for id in collected.images),
                cover=self._renamed.get(collected.cover or "", collected.cover),
            )
            self._transfers.put_set(mine)
            self.tally = replace(self.tally, collections=self.tally.collections + 1)
        self._seen(self.tally)

    def _readable(self, name: str, read: Callable[[bytes], Any]) -> Iterator[Any]:
        """The rows of a file; those that cannot be read are told."""
        try:
            lines = read_member(self._zip, self._members[name], LARGEST_TEXT).splitlines()
        except InvalidRequestError as error:
            self._tell(name, error)
            return
        for number, line in enumerate(lines, 1):
            try:
                yield read(line)
            except InvalidRequestError as error:
                self._tell(f"{name}, line {number}", error)

    def _put(self, records: list[Record]) -> None:
        owners = self._transfers.owners([record.job.id for record in records])
        ready = [self._with_files(self._mine(record, owners.get(record.job.id))) for record in records]
        new = self._transfers.put(ready, now=self._clock(), foreign_parents=self._visitor.operator)
        done = sum(image.id not in record.gone for record in ready for image in record.job.images)
        self.tally = replace(
            self.tally, done=self.tally.done + done, new=self.tally.new + new, there=self.tally.there + done - new
        )
        self._seen(self.tally)

    def _mine(self, record: Record, holder: str | None) -> Record:
        """The record as this visitor's, under other ids where somebody else has a job of this id."""
        if self._named:
            return record
        mine, owner = owned_by(record, self._visitor.owner), self._visitor.owner
        if holder is not None and holder != owner and not self._visitor.operator:
            self._renamed |= {image.id: derived(image.id, owner) for image in mine.images}
            mine = copied(mine, owner)
        request = mine.job.request
        if isinstance(request, EditRequest) and any(request.parents):
            parents = tuple(self._renamed.get(id or "", id) for id in request.parents)
            mine = replace(mine, job=replace(mine.job, request=replace(request, parents=parents)))
        return mine

    def _with_files(self, record: Record) -> Record:
        """Put the record's files on the disk; it goes on without those that are not in the archive.

        Only the bytes themselves open a door: who merely names a content that somebody else has gets nothing.
        """
        for image in list(record.present):
            try:
                self._files.put_image(self._bytes_of("images", image.ref), image.ref)
                self._take_thumbnail(image.ref)
            except (InvalidRequestError, InvalidImageError) as error:
                self._tell(f"images/{image.ref.sha256}.{image.ref.extension}", error)
                record = record.without([image.id])
        try:
            for ref in inputs_of(record.job.request):
                self._files.put_input(self._bytes_of("inputs", ref), ref)
        except (InvalidRequestError, InvalidImageError) as error:
            self._tell(f"job {record.job.id}", f"What it started from is left out: {error}")
            record = replace(record, job=replace(record.job, request=_without_inputs(record.job.request)))
        return record

    def _bytes_of(self, folder: str, ref: ImageRef) -> bytes:
        info = self._members.get(f"{folder}/{ref.sha256}.{ref.extension}")
        if info is None:
            raise InvalidRequestError("It is not in the archive.", param="archive")
        data = read_member(self._zip, info, LARGEST_IMAGE)
        if sha256(data).hexdigest() != ref.sha256 or len(data) != ref.bytes or media_type(data) != ref.media_type:
            raise InvalidRequestError("Its bytes are not those that the archive names.", param="archive")
        return data

    def _take_thumbnail(self, ref: ImageRef) -> None:
        """Only the operator's archive is believed; for others a thumbnail is drawn when it is looked at."""
        info = self._members.get(f"thumbnails/{ref.sha256}.webp")
        if info is None or not self._visitor.operator or self._files.read_thumbnail(ref.sha256) is not None:
            return
        data = read_member(self._zip, info, LARGEST_IMAGE)
        if media_type(data) == "image/webp":
            self._files.put_thumbnail(ref.sha256, data)

    def _tell(self, name: str, error: GessoError | str) -> None:
        self.tally = replace(self.tally, problems=(*self.tally.problems, (name, str(error))))


def _header(archive: ZipFile) -> dict[str, Any]:
    if not is_library(archive):
        raise InvalidRequestError("This ZIP is no archive of Gesso: it has no gesso.json.", param="archive")
    try:
        header = json.loads(read_member(archive, archive.getinfo(HEADER), LARGEST_TEXT))
        known, version, pictures = header["format"] == FORMAT, header["version"], header["pictures"]
        sound = known and isinstance(version, int) and isinstance(pictures, int) and "owners" in header
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidRequestError("The archive's gesso.json cannot be read.", param="archive") from error
    if not sound:
        raise InvalidRequestError("The archive's gesso.json is not one of ours.", param="archive")
    if version > VERSION:
        raise InvalidRequestError("This archive is of a newer Gesso. Import it with that version.", param="archive")
    return dict(header)


def _without_inputs(request: Any) -> GenerateRequest:
    return GenerateRequest(prompt=request.prompt, model=request.model, n=request.n, size=request.size)
