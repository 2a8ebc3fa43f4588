"""The library at 1,000, 10,000 and 100,000 pictures, on SQLite and PostgreSQL: how long each look at it takes.

The rows are made in bulk by a seed, as the app would have written them. Each look is taken 40 times with
turning arguments; a look is one call of the service, in a transaction of its own.

python -m benchmarks.library [--sizes 1000 10000 100000]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import Connection, create_engine, insert, text

from benchmarks.budget_race import postgresql
from benchmarks.servers import percentile
from core.domain.ids import new_id
from core.domain.job import JobState
from core.domain.library import Filter, Kind, Page, Sort
from core.domain.visitor import Visitor
from core.services.history import HistoryService
from core.storage.collections import SqlCollections
from core.storage.database import Database
from core.storage.files import LocalFiles
from core.storage.library import SqlLibrary
from core.storage.search import add_words
from core.storage.tables import collected, collections, images, jobs, parents, pictures, tags

SEED, LOOKS = 5, 40
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
ANNA = Visitor(owner="anna")
SUBJECTS = ("fox", "heron", "lighthouse", "tram", "teapot", "cathedral", "glacier", "orchard", "violin", "comet")
STYLES = ("gouache", "woodcut", "watercolour", "isometric", "neon", "charcoal", "poster", "macro")
RARE = "zeppelin"
"""In one prompt of a thousand; "red" is in every second one, and "picture" in all."""
MODELS = ("gpt-image-2.5-flare", "gpt-image-2.5-sunburst", "gpt-image-2.6-sunburst", "gpt-image-2")
TABLES = (jobs, images, pictures, parents, tags, collected)


def prompt_of(number: int, chance: Random) -> str:
    words = [
        "picture of a",
        *(["red"] if number % 2 else []),
        chance.choice(SUBJECTS),
        "and a",
        chance.choice(SUBJECTS),
    ]
    words += ["in", chance.choice(STYLES), f"seed{number}"]
    return " ".join([*words, RARE] if number % 1000 == 7 else words)


def filled(connection: Connection, count: int) -> None:
    """Write ``count`` pictures of one owner, each with its job; every fifth has a parent, every tenth a tag."""
    chance, last = Random(SEED), ""
    collection = {"id": new_id(), "owner": "anna", "name": "Best of", "notes": "", "created_at": BEGAN}
    connection.execute(insert(collections), collection)
    rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
    words: list[tuple[int, str]] = []
    for number in range(count):
        moment = BEGAN + timedelta(minutes=9 * number)
        place, prompt = round(moment.timestamp() * 1_000_000), prompt_of(number, chance)
        job_id, image_id = new_id(int(moment.timestamp() * 1000)), new_id(int(moment.timestamp() * 1000) + 5)
        model, cost = chance.choice(MODELS), Decimal(chance.randrange(4, 400)) / 1000
        rows["jobs"].append(_job(job_id, prompt, model, moment, cost))
        rows["images"].append(_image(image_id, job_id, moment, chance))
        kind = "inpaint" if number % 5 == 0 and last else "generate"
        rows["pictures"].append(
            {
                "place": place, "image_id": image_id, "job_id": job_id, "owner": "anna", "kind": kind,
                "provider": "demo" if number % 50 == 0 else "openai", "model": model,
                "state": "partial" if number % 200 == 0 else "succeeded", "cost": cost,
                "favourite": number % 40 == 0, "trashed_at": moment if number % 500 == 1 else None,
            }
        )  # fmt: skip
        words.append((place, prompt))
        if kind == "inpaint":
            rows["parents"].append({"job_id": job_id, "image_id": last})
        if number % 10 == 0:
            rows["tags"].append({"tag": "client" if number % 100 == 0 else "draft", "place": place, "owner": "anna"})
        if number % 25 == 0:
            rows["collected"].append({"collection_id": collection["id"], "place": place, "position": number})
        last = "" if number % 50 == 49 else image_id if number % 5 == 0 else last
        if len(words) == 5000:
            _written(connection, rows, words)
    _written(connection, rows, words)


def _written(connection: Connection, rows: dict[str, list[dict[str, Any]]], words: list[tuple[int, str]]) -> None:
    for table in TABLES:
        if rows[table.name]:
            connection.execute(insert(table), rows[table.name])
        rows[table.name].clear()
    add_words(connection, words)
    words.clear()


def _job(id: str, prompt: str, model: str, moment: datetime, cost: Decimal) -> dict[str, Any]:
    return {
        "id": id, "owner": "anna", "account": "openai", "provider": "openai", "state": "succeeded",
        "request": {"prompt": prompt, "model": model, "n": 1, "size": "1024x1024", "quality": "medium"},
        "stage": "succeeded", "created_at": moment, "started_at": moment, "finished_at": moment, "held": Decimal(0),
        "charged": cost, "cost": cost, "cost_is_estimated": False, "previews": 0,
    }  # fmt: skip


def _image(id: str, job_id: str, moment: datetime, chance: Random) -> dict[str, Any]:
    return {
        "id": id, "job_id": job_id, "position": 0, "sha256": f"{chance.getrandbits(256):064x}", "width": 1024,
        "height": 1024, "media_type": "image/png", "bytes": 1_500_000, "created_at": moment, "role": "result",
    }  # fmt: skip


def looks(history: HistoryService, count: int) -> Iterator[tuple[str, Callable[[int], object]]]:
    """What is timed: its name and the call, which gets the number of the look."""
    ids = history.ids(Filter(), ANNA)
    deep = _edges(history, ids)
    (collection,) = history.collections(ANNA)
    day = timedelta(days=1)
    filters = {
        "kind": Filter(kind=Kind.INPAINT),
        "model": Filter(model=MODELS[1]),
        "provider (2 %)": Filter(provider="demo"),
        "state (0.5 %)": Filter(state=JobState.PARTIAL),
        "favourites (2.5 %)": Filter(favourite=True),
        "tag (1 %)": Filter(tag="client"),
        "collection (4 %)": Filter(collection=collection.id),
        "cost range": Filter(cost_from=Decimal("0.10"), cost_to=Decimal("0.11")),
        "a week long ago": Filter(since=BEGAN + 2 * day, until=BEGAN + 9 * day),
        "trash": Filter(trashed=True),
        "model and favourite": Filter(model=MODELS[2], favourite=True),
        "search: a word in all": Filter(text="picture"),
        "search: a word in half": Filter(text="red"),
        "search: a rare word": Filter(text=RARE),
        "search: two words": Filter(text="heron teapot"),
        "search: a phrase": Filter(text='"a heron"'),
        "search: a prefix": Filter(text="light*"),
        "search: one without": Filter(text="heron -red"),
        "search: only without": Filter(text="-red"),
        "search: nothing found": Filter(text="nonexistent"),
        "search and model": Filter(text="red", model=MODELS[0]),
    }
    yield "first page", lambda _: history.find(Filter(), ANNA)
    yield "a page deep down", lambda look: history.find(Filter(), ANNA, after=deep[look % len(deep)])
    yield "dearest first", lambda _: history.find(Filter(), ANNA, sort=Sort.DEAREST)
    for name, wanted in filters.items():
        yield name, lambda _, wanted=wanted: history.find(wanted, ANNA)
    yield "count of all", lambda _: history.count(Filter(), ANNA)
    yield "count of a search", lambda _: history.count(Filter(text="red"), ANNA)
    yield "facets", lambda _: history.facets(ANNA)
    yield "open one", lambda look: history.picture(ids[look * 7919 % count], ANNA)
    yield "lineage", lambda look: history.lineage(ids[look * 7919 % count], ANNA)


def _edges(history: HistoryService, ids: tuple[str, ...]) -> list[str]:
    places = [picture.place for picture in history.pictures(ids[:: max(len(ids) // 50, 1)], ANNA)]
    return [str(place) for place in places]


def timed(call: Callable[[int], object]) -> tuple[float, float]:
    """Median and p95 in ms."""
    call(0)
    took = []
    for look in range(LOOKS):
        started = time.perf_counter()
        call(look)
        took.append(1000 * (time.perf_counter() - started))
    return median(took), percentile(took, 0.95)


def measured(url: str, folder: Path, count: int) -> dict[str, tuple[float, float]]:
    database = Database.open(url)
    database.migrate()
    with database.write() as connection:
        filled(connection, count)
    database.tune()
    if database.is_postgresql:
        with database.write() as connection:
            connection.execute(text("ANALYZE"))  # autovacuum does it within a minute
    shelf, shelves = SqlLibrary(database), SqlCollections(database)
    files = LocalFiles(folder)
    history = HistoryService(
        shelf=shelf, collections=shelves, files=files, clock=lambda: datetime.now(UTC), shared=False
    )
    found = {name: timed(call) for name, call in looks(history, count)}
    assert isinstance(history.find(Filter(), ANNA), Page)
    database.close()
    return found


@contextmanager
def urls(folder: Path, sizes: list[int]) -> Iterator[list[tuple[str, int, str]]]:
    with postgresql() as server:
        yield [("SQLite", size, f"sqlite:///{folder}/{size}.db") for size in sizes] + [
            ("PostgreSQL", size, new_database(server, f"library_{size}")) for size in sizes
        ]


def new_database(server: str, name: str) -> str:
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    sizes = parser.parse_args().sizes
    with tempfile.TemporaryDirectory() as folder, urls(Path(folder), sizes) as places:
        figures = {(kind, size): measured(url, Path(folder), size) for kind, size, url in places}
    for kind in ("SQLite", "PostgreSQL"):
        print(f"\n| {kind}: median / p95 in ms | " + " | ".join(f"{size:,}" for size in sizes) + " |")
        print("|---|" + "---|" * len(sizes))
        for name in figures[kind, sizes[0]]:
            cells = ("{:.1f} / {:.1f}".format(*figures[kind, size][name]) for size in sizes)
            print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
