"""Export and import of a library against plain zip and unzip, their memory, and what kills in the middle cost.

python -m benchmarks.transfer [--pictures 2000] [--kills 10] [--seed 1]

The pictures are one demo picture, each with a text chunk of its own. ``zip -0`` and ``unzip`` work on the
library's image files. Everything ends with ``sync``, so that what is counted is on the disk.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zipfile import is_zipfile

from core.bootstrap import Workbench, build
from core.domain.ids import new_id
from core.domain.job import Job, JobState, StoredImage
from core.domain.ledger import Entry, EntryKind
from core.domain.library import Filter
from core.domain.request import GenerateRequest
from core.domain.transfer import Record
from core.domain.visitor import Visitor
from core.imaging.codec import image_ref
from core.imaging.containers import png_chunk, png_parts
from core.imaging.thumbnails import thumbnail
from core.settings import Settings
from core.storage.files import LocalFiles
from core.storage.transfer import SqlTransfers

OPERATOR = Visitor(owner="benchmark", operator=True)
COST = Decimal("0.04")


@dataclass(frozen=True)
class Ran:
    """A finished process: how long it took, and the most memory it had."""

    seconds: float
    megabytes: float


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gesso-transfer-"))
    try:
        for count in (asked.pictures // 10, asked.pictures):
            measure(folder / str(count), count)
        kills(folder / "kills", folder / str(asked.pictures // 10), asked.kills, random.Random(asked.seed))
    finally:
        shutil.rmtree(folder)


def measure(folder: Path, count: int) -> None:
    """One library of so many pictures: out and in, beside zip and unzip of the same files."""
    fill(folder / "library", count)
    size = sum(path.stat().st_size for path in (folder / "library/images").glob("*/*")) / 1e6
    ours = folder / "library.zip"
    runs = {
        "zip -0": ran(["zip", "-0", "-q", "-r", str(folder / "plain.zip"), "images"], cwd=folder / "library"),
        "gesso export": ran(gesso("export", str(ours)), OUTPUT_DIR=str(folder / "library")),
        "unzip": ran(["unzip", "-q", str(folder / "plain.zip"), "-d", str(folder / "plain")]),
        "gesso import": ran(gesso("import", str(ours)), OUTPUT_DIR=str(folder / "imported")),
        "gesso import again": ran(gesso("import", str(ours)), OUTPUT_DIR=str(folder / "imported")),
    }
    print(f"{count:,} pictures, {size:,.0f} MB")
    for name, run in runs.items():
        print(f"  {name:<20} {run.seconds:6.2f} s  {size / run.seconds:6.0f} MB/s  peak {run.megabytes:4.0f} MB")
    print(f"  same library: {'yes' if state(folder / 'library') == state(folder / 'imported') else 'NO'}")


def kills(folder: Path, source: Path, rounds: int, chance: random.Random) -> None:
    """Kill an export and an import at random moments, then run them again: the library must be whole and single."""
    wanted = state(source / "library")
    exported = imported = same = 0
    for number in range(rounds):
        again = folder / f"{number}.zip"
        again.parent.mkdir(exist_ok=True)
        exported += killed(gesso("export", str(again)), chance, OUTPUT_DIR=str(source / "library"))
        whole_or_absent = not again.exists() or is_zipfile(again)
        ran(gesso("export", str(again), "--yes"), OUTPUT_DIR=str(source / "library"))
        target = folder / f"{number}"
        imported += killed(gesso("import", str(again)), chance, OUTPUT_DIR=str(target))
        imported += killed(gesso("import", str(again)), chance, OUTPUT_DIR=str(target))
        ran(gesso("import", str(again)), OUTPUT_DIR=str(target))
        same += whole_or_absent and state(target) == wanted
        shutil.rmtree(target)
    print(f"kills: {exported} exports and {imported} imports killed; {same} of {rounds} libraries whole and single")


def fill(folder: Path, count: int) -> None:
    """A library of pictures with jobs, ledger entries, favourites and a collection."""
    settings = Settings(output_dir=folder, demo_latency_seconds=0)
    with build(settings) as opened:
        files, rows = LocalFiles(folder), SqlTransfers(opened.database)
        parts = [part.raw for part in png_parts(demo_picture(opened))]
        small = thumbnail(b"".join(parts))
        for start in range(0, count, 100):
            records = [one(files, parts, small, number) for number in range(start, min(start + 100, count))]
            rows.put(records, now=opened.clock(), foreign_parents=True)
        ids = opened.history.ids(Filter(model="benchmark"), OPERATOR)
        opened.history.set_favourite(ids[::7], OPERATOR, favourite=True)
        opened.history.collect(opened.history.make_collection("Some", OPERATOR), ids[::11], OPERATOR)


def one(files: LocalFiles, parts: list[bytes], small: bytes, number: int) -> Record:
    data = b"".join([*parts[:2], png_chunk(b"tEXt", b"number\0" + str(number).encode()), *parts[2:]])
    ref, id = image_ref(data), new_id()
    files.put_image(data, ref)
    files.put_thumbnail(ref.sha256, small)
    made = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    image = StoredImage(id=new_id(), job_id=id, position=0, ref=ref, revised_prompt=None, created_at=made)
    job = Job(
        id=id, owner=OPERATOR.owner, account="demo", provider="demo", state=JobState.SUCCEEDED, stage="succeeded",
        request=GenerateRequest(prompt=f"picture number {number}", model="benchmark"), created_at=made,
        estimate_low=COST, estimate_high=COST, held=Decimal(0), charged=COST, cost=COST, images=(image,),
    )  # fmt: skip
    entry = Entry(
        id=new_id(), job_id=id, account="demo", provider="demo", model="benchmark", kind=EntryKind.SETTLE, spent=COST,
        created_at=made, counted_at=made,
    )  # fmt: skip
    return Record(job=job, entries=(entry,))


def demo_picture(opened: Workbench) -> bytes:
    request = GenerateRequest(prompt="a fox in a forest", model=opened.default_model, size="1536x1024", quality="high")
    job = opened.studio.wait(opened.studio.submit(request, OPERATOR).id, seen=lambda _: None)
    return opened.library.original(job.images[0])


def state(folder: Path) -> tuple[object, ...]:
    """All that must come through: every picture with its bytes, filing and cost, the collections, the sums."""
    with build(Settings(output_dir=folder)) as opened:
        history = opened.history
        pictures = history.pictures(history.ids(Filter(), OPERATOR), OPERATOR)
        shown = [(p.id, p.prompt, p.cost, p.favourite, p.image.ref) for p in pictures]
        whole = all(len(opened.library.original(picture.image)) == picture.image.ref.bytes for picture in pictures)
        sets = [(one.name, history.ids(Filter(collection=one.id), OPERATOR)) for one in history.collections(OPERATOR)]
        entries = sorted((e.id, e.spent) for e in opened.ledger.entries(limit=100_000))
    files = sorted(path.name for path in (folder / "images").glob("*/*") if not path.name.startswith("."))
    return shown, whole, sets, entries, files


def gesso(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("gesso")), *arguments]


def ran(command: list[str], *, cwd: Path | None = None, **environment: str) -> Ran:
    """Run to the end and to the disk."""
    os.sync()
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=os.environ | environment, stdout=subprocess.DEVNULL)
    most = 0.0
    while process.poll() is None:
        most = max(most, most_memory(process.pid))
        time.sleep(0.01)
    os.sync()
    if process.returncode:
        raise SystemExit(f"{command[:2]} failed with {process.returncode}")
    return Ran(time.perf_counter() - started, most)


def most_memory(pid: int) -> float:
    """The most resident memory that a process has had, in MB; 0 once it has ended."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")), 0.0)


def killed(command: list[str], chance: random.Random, **environment: str) -> bool:
    """Start and kill at a random moment; False if it had ended by then."""
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        process.wait(chance.uniform(0.3, 3))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


if __name__ == "__main__":
    main()
