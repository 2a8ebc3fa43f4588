"""Mixed load on one server for half an hour: memory stays flat, nothing fails, the database agrees with itself.

python -m benchmarks.soak [--minutes 30] [--clients 6]

Clients over HTTP generate (whole, streamed, as tasks), edit with masks, list, search and fetch pictures on the demo
provider, without a pause. The server's resident memory is read once a minute.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import httpx2
import psutil
from PIL import Image

from benchmarks.servers import free_port, wait_until_open
from core.bootstrap import build
from core.domain.library import Filter
from core.domain.visitor import Visitor
from core.settings import Settings

ASK = {"model": "gpt-image-2.5-flare", "size": "1024x1024", "quality": "low"}
LOCAL = Visitor(owner="local")


class Clients:
    """Some threads that ask until they are told to stop."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        self.stop = threading.Event()
        self._lock = threading.Lock()

    def run(self, seed: int) -> None:
        chance = random.Random(seed)
        with httpx2.Client(base_url=self.base, timeout=120) as http:
            while not self.stop.is_set():
                name, call = chance.choice(KINDS)
                problem = call(http, chance)
                with self._lock:
                    self.done[name] += 1
                    if problem:
                        self.failed.append(f"{name}: {problem}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=6)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gesso-soak-") as folder:
        port = free_port()
        settings = {"OUTPUT_DIR": folder, "PROVIDER": "demo", "DEMO_LATENCY_SECONDS": "0.5"}
        command = [str(Path(sys.executable).with_name("gesso")), "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
        wait_until_open(port, seconds=30)
        memory = watched(asked.minutes, asked.clients, f"http://127.0.0.1:{port}", psutil.Process(process.pid))
        process.terminate()
        print(f"exit code {process.wait()}")
        consistent(Path(folder))
    print("resident MB by minute: " + " ".join(f"{value:.0f}" for value in memory))


def watched(minutes: float, count: int, base: str, process: psutil.Process) -> list[float]:
    """Run the clients for so long; returns the server's memory at each minute."""
    clients = Clients(base)
    threads = [threading.Thread(target=clients.run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    memory, until = [], time.monotonic() + 60 * minutes
    while time.monotonic() < until:
        time.sleep(min(60, max(until - time.monotonic(), 0)))
        memory.append(process.memory_info().rss / 1e6)
    clients.stop.set()
    for thread in threads:
        thread.join()
    total = sum(clients.done.values())
    print(f"{total:,} requests in {minutes:g} minutes, {len(clients.failed)} failed: {dict(clients.done)}")
    for line in clients.failed[:20]:
        print("  ", line)
    return memory


def consistent(folder: Path) -> None:
    """What the doctor says, and whether jobs, ledger and pictures tell the same."""
    with build(Settings(output_dir=folder)) as opened:
        findings = list(opened.doctor.examine())
        sick = [finding.sentence for finding in findings if finding.health != "good"]
        shown = opened.history.pictures(opened.history.ids(Filter(), LOCAL), LOCAL)
        spent = opened.ledger.standing("demo").month
        print(f"{len(shown):,} pictures that cost {sum(one.cost for one in shown)} USD")
        print(f"ledger: {spent.spent} USD spent, {spent.held} held")
        print(f"doctor: {len(findings)} checks, not good: {sick}")


def generate(http: httpx2.Client, chance: random.Random) -> str | None:
    return _bad(http.post("/v1/images/generations", json=_ask(chance)))


def stream(http: httpx2.Client, chance: random.Random) -> str | None:
    body = _ask(chance) | {"stream": True, "partial_images": 2}
    with http.stream("POST", "/v1/images/generations", json=body) as answer:
        text = answer.read()
    return None if b"image_generation.completed" in text else text[:200].decode(errors="replace")


def task(http: httpx2.Client, chance: random.Random) -> str | None:
    accepted = http.post("/images/generate", json=_ask(chance))
    if accepted.status_code != 202:
        return _bad(accepted)
    while True:
        told = http.get(f"/images/tasks/{accepted.json()['task_id']}/status", params={"data": "false"}).json()
        if told["status"] not in ("queued", "running"):
            return None if told["status"] == "succeeded" else str(told)
        time.sleep(0.2)


def edit(http: httpx2.Client, chance: random.Random) -> str | None:
    files = {"image": ("a.png", _png()), "mask": ("m.png", _png(hole=True))}
    return _bad(http.post("/v1/images/edits", data=_ask(chance), files=files))


def look(http: httpx2.Client, chance: random.Random) -> str | None:
    listed = http.get("/images", params={"q": chance.choice(["", "fox", "owl", "fox -owl"]), "limit": 48})
    if listed.status_code != 200:
        return _bad(listed)
    for image in listed.json()["images"][:6]:
        if problem := _bad(http.get(f"/images/{image['id']}/{chance.choice(['thumbnail', 'file'])}")):
            return problem
    return None


KINDS: list[tuple[str, Callable[[httpx2.Client, random.Random], str | None]]] = [
    ("generate", generate), ("stream", stream), ("task", task), ("edit", edit), ("look", look), ("look", look),
]  # fmt: skip


def _ask(chance: random.Random) -> dict[str, str]:
    return ASK | {"prompt": f"a {chance.choice(['fox', 'owl', 'boat'])} number {chance.randrange(10**9)}"}


def _bad(answer: httpx2.Response) -> str | None:
    return None if answer.status_code == 200 else f"{answer.status_code} {answer.text[:200]}"


def _png(*, hole: bool = False) -> bytes:
    out = BytesIO()
    image = Image.new("RGBA", (1024, 1024), "teal")
    if hole:
        image.paste((0, 0, 0, 0), (300, 300, 600, 600))
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


if __name__ == "__main__":
    main()
