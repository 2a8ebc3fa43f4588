"""Two people in the browser and two API keys ask for each other's things: how many of the requests are answered.

python -m benchmarks.isolation [--requests 500] [--seed 1]

Each of the four makes pictures, an edit and a collection. Then each asks, at random, for ids of the other three:
images, files, thumbnails, downloads, jobs, masks, collections, archives, exports, cancellations. Anything but 401,
404 or an empty archive counts as answered. Every thing is also asked for once by its owner, which must work.
"""

import argparse
import io
import os
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from zipfile import ZipFile

from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

FLARE = "gpt-image-2.5-flare"
REFUSED = (401, 404)


@dataclass
class Person:
    """Somebody with a client of their own and what is theirs."""

    name: str
    client: TestClient
    images: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gesso-isolation-") as folder:
        os.environ |= {"OUTPUT_DIR": folder, "PROVIDER": "demo", "DEMO_LATENCY_SECONDS": "0"}
        people = everybody()
        own = [(person.name, url) for person in people for url in urls(person, person) if not allowed(person, url)]
        chance = random.Random(asked.seed)
        answered = []
        for _ in range(asked.requests):
            asker, owner = chance.sample(people, 2)
            url = chance.choice(urls(asker, owner))
            if allowed(asker, url):
                answered.append((asker.name, owner.name, url))
        print(f"{asked.requests} requests for others' things: {len(answered)} answered")
        print(f"own things refused: {len(own)}")
        for line in (*answered[:20], *own[:20]):
            print("  ", line)
        close()


def everybody() -> list[Person]:
    """Two browsers and two keys, each with pictures."""
    from app.api.access import set_listening
    from app.api.main import create_api
    from app.ui.cookie import COOKIE, owner_of
    from app.ui.routes import picture_routes
    from app.workbench import workbench
    from core.domain.visitor import Visitor

    set_listening("0.0.0.0")
    pages, api = Starlette(routes=picture_routes()), create_api()
    bench, people = workbench(), []
    for name in ("anna", "bert"):
        cookie = (name * 11)[:43]
        who = Visitor(owner=str(owner_of({COOKIE: cookie})))
        people.append(filled(Person(name, TestClient(pages, cookies={COOKIE: cookie})), who))
    for name in ("key one", "key two"):
        made = bench.keys.create(name, Visitor(owner="benchmark", operator=True))
        client = TestClient(api, headers={"Authorization": f"Bearer {made.text}"})
        people.append(filled(Person(name, client), Visitor(owner=made.key.owner)))
    return people


def filled(person: Person, who: object) -> Person:
    """Make two pictures, an edit with a mask, and a collection."""
    from app.workbench import workbench
    from core.domain.image import Size
    from core.domain.mask import Mask, Operation, Tool
    from core.domain.request import EditRequest, GenerateRequest

    bench = workbench()
    out = io.BytesIO()
    Image.new("RGB", (1024, 1024), (len(person.name) * 20, 80, 90)).save(out, "PNG")
    taken, size = bench.editor.take_in(out.getvalue()).ref, Size(1024, 1024)
    stroke = Operation(tool=Tool.ELLIPSE, points=((300, 300), (500, 500)))
    mask = Mask(width=size.width, height=size.height, operations=(stroke,))
    for request in (
        GenerateRequest(prompt=f"of {person.name}", model=FLARE, size="1024x1024", quality="low", n=2),
        EditRequest(prompt=f"edit of {person.name}", model=FLARE, images=(taken,), mask=mask, quality="low"),
    ):
        job = bench.studio.wait(bench.studio.submit(request, who).id, seen=lambda _: None)  # type: ignore[arg-type]
        person.jobs.append(job.id)
        person.images += [image.id for image in job.images]
        person.answers += [image.id for image in job.answers]
        person.edits += [job.id] if isinstance(request, EditRequest) else []
    made = bench.history.make_collection(f"of {person.name}", who)  # type: ignore[arg-type]
    bench.history.collect(made, person.images, who)  # type: ignore[arg-type]
    person.collections.append(made.id)
    return person


def urls(asker: Person, owner: Person) -> list[str]:
    """All that there is to ask for of the owner's, at the asker's door."""
    return browser_urls(owner) if asker.name in ("anna", "bert") else api_urls(owner)


def browser_urls(owner: Person) -> list[str]:
    from app.ui.routes import archive_url, before_url, changes_url, export_url, image_url, mask_url, thumbnail_url

    ways: list[Callable[[str], str]] = [image_url, thumbnail_url, lambda id: f"{image_url(id)}/download"]
    edits = [url for job in owner.edits for url in (before_url(job), mask_url(job, "white"))]
    maps = [changes_url(job, owner.answers[-1]) for job in owner.edits]
    archives = [archive_url(owner.images), export_url(owner.images)]
    return [way(id) for way in ways for id in owner.images] + edits + maps + archives


def api_urls(owner: Person) -> list[str]:
    images = [f"/images/{id}{rest}" for id in owner.images for rest in ("", "/file", "/thumbnail", "/download")]
    jobs = [f"/images/tasks/{id}/status" for id in owner.jobs] + [
        f"POST /images/tasks/{id}/cancel" for id in owner.jobs
    ]
    return images + jobs + [f"/images/collections/{id}" for id in owner.collections]


def allowed(asker: Person, url: str) -> bool:
    """Whether anything of it was given."""
    method, _, path = url.rpartition(" ")
    answer = asker.client.request(method or "GET", path)
    if answer.headers.get("content-type") == "application/zip":
        with ZipFile(io.BytesIO(answer.content)) as archive:
            return any(name.endswith((".png", ".webp", ".jpg")) for name in archive.namelist())
    return answer.status_code not in REFUSED


def close() -> None:
    from app.workbench import shutdown

    shutdown()


if __name__ == "__main__":
    main()
