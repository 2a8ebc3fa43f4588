"""Pictures into a bucket and out again: our own road, with its checks, against plain boto3 on the same server.

python -m benchmarks.s3 [--pictures 200] [--rounds 5] [--concurrency 16]

The server is SeaweedFS on this machine, so it shares the processors with who is measured. Each run is a
process of its own with pictures of 2 MB that the server has never seen; the contenders take turns.
``Gesso`` is ``RemoteFiles``: a put, then a HEAD whose ETag must be the MD5 of what was meant; and a get whose
SHA-256 must be its name. ``boto3`` puts and gets. ``boto3, checked`` does what Gesso does.
"""

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from core.domain.image import ImageRef
from tests.s3_server import ACCESS_KEY, ROOT, SECRET_KEY, client, s3_server

MEGABYTE = 1_000_000
BUCKET, PNG = "pictures", "image/png"
CONTENDERS = ("Gesso", "boto3", "boto3, checked")

Put, Get = Callable[[bytes, ImageRef], None], Callable[[ImageRef], bytes]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--one", nargs=2, metavar=("ENDPOINT", "CONTENDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is not None:
        print(json.dumps(one_run(*asked.one, asked.pictures, asked.concurrency)))
        return
    megabytes = asked.pictures * 2
    print(f"{asked.pictures} pictures of 2 MB, {asked.concurrency} at once, {asked.rounds} rounds; best / median")
    with s3_server() as endpoint:
        client(endpoint).create_bucket(Bucket=BUCKET)
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
        for _ in range(asked.rounds):
            for name in CONTENDERS:
                runs[name].append(apart(endpoint, name, asked.pictures, asked.concurrency))
    for name, results in runs.items():
        print(f"  {name:<15} {line(results, megabytes)}")


def line(results: list[dict[str, float]], megabytes: int) -> str:
    told = []
    for what in ("put", "get"):
        seconds = [run[what] for run in results]
        cpu = median(run[f"{what} cpu"] for run in results)
        best, usual = min(seconds), median(seconds)
        told.append(f"{what} {best:5.2f} / {usual:5.2f} s, {megabytes / usual:4.0f} MB/s, CPU {cpu:4.2f} s")
    return "   ".join([*told, f"peak {max(run['peak'] for run in results):4.0f} MB"])


def apart(endpoint: str, contender: str, pictures: int, concurrency: int) -> dict[str, float]:
    """One run in a process of its own; what was written before is on the disk when it begins."""
    os.sync()
    arguments = ["--one", endpoint, contender, "--pictures", str(pictures), "--concurrency", str(concurrency)]
    command = [sys.executable, "-m", "benchmarks.s3", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def one_run(endpoint: str, contender: str, pictures: int, concurrency: int) -> dict[str, float]:
    """Seconds and processor seconds of putting and of getting all pictures, and the most memory in MB."""
    block = os.urandom(2 * MEGABYTE)
    refs = [ref_of(picture(block, number)) for number in range(pictures)]
    put, get = by_gesso(endpoint) if contender == "Gesso" else by_boto3(endpoint, checked="checked" in contender)
    result: dict[str, float] = {}
    with ThreadPoolExecutor(concurrency) as pool:
        with timed(result, "put"):
            list(pool.map(lambda one: put(picture(block, one[0]), one[1]), enumerate(refs)))
        with timed(result, "get"):
            sizes = list(pool.map(lambda ref: len(get(ref)), refs))
    if set(sizes) != {len(block)}:
        raise SystemExit("some picture did not come back whole")
    return {**result, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}


@contextmanager
def timed(result: dict[str, float], what: str) -> Iterator[None]:
    started, cpu = time.perf_counter(), time.process_time()
    yield
    result |= {what: time.perf_counter() - started, f"{what} cpu": time.process_time() - cpu}


def picture(block: bytes, number: int) -> bytes:
    return number.to_bytes(8, "big") + block[8:]


def ref_of(data: bytes) -> ImageRef:
    return ImageRef(sha256=hashlib.sha256(data).hexdigest(), width=0, height=0, media_type=PNG, bytes=len(data))


def by_gesso(endpoint: str) -> tuple[Put, Get]:
    from core.storage.bucket import Bucket, BucketAccess
    from core.storage.remote_files import RemoteFiles

    access = BucketAccess(
        bucket=BUCKET, access_key=ACCESS_KEY, secret_key=SECRET_KEY, region="us-east-1", endpoint=endpoint
    )
    files = RemoteFiles(Path(tempfile.gettempdir()), Bucket(access))
    return files.put_image, files.read_image


def by_boto3(endpoint: str, *, checked: bool) -> tuple[Put, Get]:
    s3: Any = client(endpoint)

    def put(data: bytes, ref: ImageRef) -> None:
        s3.put_object(Bucket=BUCKET, Key=ref.sha256, Body=data, ContentType=PNG)
        if checked:
            tag = s3.head_object(Bucket=BUCKET, Key=ref.sha256)["ETag"].strip('"')
            if tag != hashlib.md5(data, usedforsecurity=False).hexdigest():
                raise SystemExit("the server holds something else")

    def get(ref: ImageRef) -> bytes:
        data: bytes = s3.get_object(Bucket=BUCKET, Key=ref.sha256)["Body"].read()
        if checked and hashlib.sha256(data).hexdigest() != ref.sha256:
            raise SystemExit("the server sent something else")
        return data

    return put, get


if __name__ == "__main__":
    main()
