"""The library as one ZIP: images, inputs, rows and collections, without keys, each content once.

gesso.json                     what this is, and how many pictures it has
images/<sha256>.<ext>          results and answers, as they are stored
inputs/<sha256>.<ext>          what edits started from, masks and markups
thumbnails/<sha256>.webp
rows/000001.jsonl              jobs with their images, ledger entries, tags; each file after the images it names
collections.jsonl

It is made while it is sent: memory holds one picture and the rows of a few jobs.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from zipfile import ZipFile

from core.domain.image import ImageRef
from core.domain.transfer import CollectedSet, Record, Tally, inputs_of
from core.domain.visitor import Visitor
from core.errors import InvalidImageError, NotFoundError
from core.imaging.thumbnails import is_thumbnail
from core.services.library_ports import Transfers
from core.services.ports import Clock, FileStore
from core.services.records import record_line, set_line
from core.services.zipping import Outlet, member

HEADER, SETS = "gesso.json", "collections.jsonl"
FORMAT, VERSION = "gesso-library", 1
JOBS_AT_ONCE = 50
DAMAGED = "Its file is damaged: it holds something else than its name says. Restore it from a backup."
NOBODY = "visitor"
"""Stands for the owner in what a visitor exports: whose it was is nobody's business."""

Seen = Callable[[Tally], None]


class Exporter:
    """Writes archives; changes nothing."""

    def __init__(self, *, transfers: Transfers, files: FileStore, clock: Clock, shared: bool) -> None:
        self._transfers = transfers
        self._files = files
        self._clock = clock
        self._shared = shared

    def archive(self, visitor: Visitor, ids: Sequence[str] | None = None, *, seen: Seen) -> Iterator[bytes]:
        """The archive of these pictures, or of everything, in pieces; ``seen`` learns how far it is.

        A file that is lost or damaged is told as a problem, and its row goes without it. Only the operator's
        archive says whose a picture is.
        """
        owner = None if self._shared or visitor.operator else visitor.owner
        chosen = None if ids is None else frozenset(ids)
        jobs = self._transfers.finished_jobs(owner) if ids is None else self._transfers.jobs_of(ids, owner)
        run = _Run(files=self._files, clock=self._clock, named=visitor.operator, chosen=chosen, seen=seen)
        run.tally = Tally(total=self._transfers.count(owner) if ids is None else len(set(ids)))
        yield from run.begin(whole=ids is None)
        for start in range(0, len(jobs), JOBS_AT_ONCE):
            yield from run.add(self._transfers.records(jobs[start : start + JOBS_AT_ONCE]))
        yield from run.end(self._transfers.sets(owner))


class _Run:
    """One archive in the making."""

    def __init__(
        self, *, files: FileStore, clock: Clock, named: bool, chosen: frozenset[str] | None, seen: Seen
    ) -> None:
        self._files = files
        self._now = clock()
        self._named = named
        self._chosen = chosen
        self._seen = seen
        self._outlet = Outlet()
        self._zip = ZipFile(self._outlet, "w")
        self._written: set[str] = set()
        self._parts = 0
        self.tally = Tally()

    def begin(self, *, whole: bool) -> Iterator[bytes]:
        head = {
            "format": FORMAT,
            "version": VERSION,
            "exported_at": self._now.isoformat(timespec="seconds"),
            "pictures": self.tally.total,
            "whole": whole,
            "owners": self._named,
        }
        self._text(HEADER, json.dumps(head, indent=1).encode())
        yield self._outlet.taken()

    def add(self, records: Iterable[Record]) -> Iterator[bytes]:
        lines = []
        for record in records:
            kept = record if self._chosen is None else record.only(self._chosen)
            for image in list(kept.present):
                if not self._add_image(image.ref):
                    kept = kept.without([image.id])
                yield self._outlet.taken()
            for ref in inputs_of(kept.job.request):
                self._add_content("inputs", ref, self._files.read_input)
                yield self._outlet.taken()
            self._count(kept)
            lines.append(record_line(kept if self._named else _unnamed(kept)))
        self._parts += 1
        self._text(f"rows/{self._parts:06}.jsonl", b"\n".join(lines) + b"\n")
        yield self._outlet.taken()

    def end(self, sets: Iterable[CollectedSet]) -> Iterator[bytes]:
        lines = [set_line(kept) for one in sets if (kept := self._of_set(one))]
        self._text(SETS, b"".join(line + b"\n" for line in lines))
        self._zip.close()
        self.tally = replace(self.tally, collections=len(lines))
        self._seen(self.tally)
        yield self._outlet.taken()

    def _add_image(self, ref: ImageRef) -> bool:
        if not self._add_content("images", ref, self._files.read_image):
            return False
        small, name = self._files.read_thumbnail(ref.sha256), f"thumbnails/{ref.sha256}.webp"
        if small is not None and is_thumbnail(small) and name not in self._written:
            self._write(name, small)
        return True

    def _add_content(self, folder: str, ref: ImageRef, read: Callable[[ImageRef], bytes]) -> bool:
        """Write a file once; False if it is lost or holds something else than its name says."""
        name = f"{folder}/{ref.sha256}.{ref.extension}"
        if name in self._written:
            return True
        try:
            data = read(ref)
            if sha256(data).hexdigest() != ref.sha256:
                raise InvalidImageError(DAMAGED)
        except (NotFoundError, InvalidImageError) as error:
            self.tally = replace(self.tally, problems=(*self.tally.problems, (name, str(error))))
            return False
        self._write(name, data)
        return True

    def _write(self, name: str, data: bytes) -> None:
        self._zip.writestr(member(name, self._now), data)
        self._written.add(name)

    def _text(self, name: str, data: bytes) -> None:
        self._zip.writestr(member(name, self._now, small=True), data)

    def _count(self, record: Record) -> None:
        pictures = sum(image.id not in record.gone for image in record.job.images)
        self.tally = replace(self.tally, done=self.tally.done + pictures, new=self.tally.new + pictures)
        self._seen(self.tally)

    def _of_set(self, collected: CollectedSet) -> CollectedSet | None:
        """The collection with what is in the archive; None where a selection has nothing of it."""
        named = collected if self._named else replace(collected, owner=NOBODY)
        if self._chosen is None:
            return named
        images = tuple(id for id in named.images if id in self._chosen)
        return (
            replace(named, images=images, cover=named.cover if named.cover in self._chosen else None)
            if images
            else None
        )


def _unnamed(record: Record) -> Record:
    account = record.job.account.partition(":")[0]  # what follows names the owner
    return replace(
        record,
        job=replace(record.job, owner=NOBODY, account=account, key_id=None, batch_id=None),
        entries=tuple(replace(entry, account=account) for entry in record.entries),
    )
