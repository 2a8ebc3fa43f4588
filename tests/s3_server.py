"""A real S3 server for tests and benchmarks: SeaweedFS from its wheel, in a process of its own.

``python -m tests.s3_server FOLDER`` starts one that stays as long as somebody holds FOLDER/users
locked: so the processes of one test run share it, and it ends with the last one however that ends.
"""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ACCESS_KEY, SECRET_KEY = "gesso-tests", "not-a-secret-anywhere-else"
WEED = Path(sys.executable).with_name("weed")
START_SECONDS = 60.0
GRPC = 10_000
"""SeaweedFS listens on each port and on the one so much higher."""


@contextmanager
def s3_server() -> Iterator[str]:
    """Starts the server, which takes some four seconds; yields its endpoint and kills it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="gesso-s3-"))
    ports = dict(zip(("master", "volume", "filer", "s3"), _free_ports(4), strict=True))
    command = [
        str(WEED), "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3",
        f"-s3.config={_identities(folder)}", "-s3.autoCreateBucket=false", "-s3.iam=false", "-volume.max=500",
        "-master.volumeSizeLimitMB=256", *(f"-{name}.port={port}" for name, port in ports.items()),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        endpoint = f"http://127.0.0.1:{ports['s3']}"
        _wait_until_it_stores(endpoint, process)
        yield endpoint
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def shared_s3_server(folder: Path) -> Iterator[str]:
    """The endpoint of the server that all who name this folder share; the first one starts it."""
    told = folder / "s3-endpoint"
    with (folder / "users").open("w") as users, (folder / "turn").open("w") as turn:
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not told.exists():  # the one who starts it holds both locks meanwhile
            command = [sys.executable, "-m", "tests.s3_server", str(folder)]
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        fcntl.flock(turn, fcntl.LOCK_UN)
        yield told.read_text()


def _serve_while_used(folder: Path) -> None:
    """Returns in the calling process once the server is up; a child stays with it."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        with os.fdopen(reading) as answer:
            endpoint = answer.read()
        if not endpoint:
            raise SystemExit("SeaweedFS did not start")
        (folder / "s3-endpoint").write_text(endpoint)
        return
    os.setsid()
    os.close(reading)
    with (folder / "users").open("w") as users, s3_server() as endpoint:
        os.write(writing, endpoint.encode())
        os.close(writing)
        fcntl.flock(users, fcntl.LOCK_EX)  # a process that comes now waits, and starts a server of its own
        (folder / "s3-endpoint").unlink()


def client(endpoint: str) -> Any:
    """Amazon's own client, to look at the server past our code."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY, config=Config(signature_version="s3v4", max_pool_connections=16),
    )  # fmt: skip


def _identities(folder: Path) -> Path:
    who = {
        "name": "tests",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List"],
    }
    path = folder / "identities.json"
    path.write_text(json.dumps({"identities": [who]}))
    return path


def _free_ports(count: int) -> list[int]:
    """Ports that are free themselves and with the one that gRPC takes above them."""
    found: list[int] = []
    while len(found) < count:
        port = int.from_bytes(os.urandom(2)) % 20_000 + 20_000
        if port not in found and _is_free(port) and _is_free(port + GRPC):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_until_it_stores(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    """Listening comes seconds before the first object can be stored."""
    from botocore.exceptions import BotoCoreError, ClientError

    s3, until = client(endpoint), time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if not any(bucket["Name"] == "ready" for bucket in s3.list_buckets()["Buckets"]):
                s3.create_bucket(Bucket="ready")
            s3.put_object(Bucket="ready", Key="ready", Body=b"ready")
            return
        except (BotoCoreError, ClientError):
            time.sleep(0.1)
    raise RuntimeError(f"SeaweedFS did not start; it ended with {process.poll()}")


if __name__ == "__main__":
    _serve_while_used(Path(sys.argv[1]))
