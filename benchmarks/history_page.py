"""The History page in Chromium, 48 thumbnails a page: time until all are drawn, bytes moved, memory after 50 turns.

The library has 5,000 pictures over 200 contents of 1024x1024, whose thumbnails are made before the clock runs.

python -m benchmarks.history_page
"""

import hashlib
import io
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import bindparam, select, update

from benchmarks.library import filled
from benchmarks.mask_accuracy import open_browser
from benchmarks.servers import percentile, streamlit
from core.domain.image import ImageRef
from core.imaging.thumbnails import thumbnail
from core.storage.database import Database
from core.storage.files import LocalFiles
from core.storage.tables import images

PICTURES, CONTENTS, TURNS, TILES = 5_000, 200, 50, 48
DRAWN = """(count) => {
  const isOne = (node) => node.localName === "img" && /thumbnails/.test(node.src);
  const inside = (node) => [...(isOne(node) ? [node] : []), ...(node.shadowRoot ? all(node.shadowRoot) : [])];
  const all = (root) => [...root.querySelectorAll("*")].flatMap(inside);
  const found = all(document);
  return found.length >= count && found.every((one) => one.complete && one.naturalWidth > 0) && found[0].src;
}"""


def contents(folder: Path) -> list[ImageRef]:
    """Pictures with some grain, on the disk with their thumbnails."""
    files, made, random = LocalFiles(folder), [], np.random.default_rng(1)
    for _ in range(CONTENTS):
        coarse = Image.fromarray(random.integers(0, 255, (8, 8, 3), np.uint8))
        out = io.BytesIO()
        coarse.resize((1024, 1024), Image.Resampling.BICUBIC).save(out, "PNG", compress_level=1)
        data = out.getvalue()
        name = hashlib.sha256(data).hexdigest()
        made.append(ImageRef(sha256=name, width=1024, height=1024, media_type="image/png", bytes=len(data)))
        files.put_image(data, made[-1])
        files.put_thumbnail(name, thumbnail(data))
    return made


def stocked(folder: Path) -> None:
    database, refs = Database.open(f"sqlite:///{folder}/gesso.sqlite3"), contents(folder)
    database.migrate()
    with database.write() as connection:
        filled(connection, PICTURES)
        ids = connection.execute(select(images.c.id)).scalars().all()
        changes = [{"one": id, "new": refs[at % CONTENTS].sha256} for at, id in enumerate(ids)]
        connection.execute(
            update(images).where(images.c.id == bindparam("one")).values(sha256=bindparam("new")), changes
        )
    database.tune()
    database.close()


def turned(page: Page, before: str) -> str:
    """Wait until all thumbnails of another page are drawn; returns the first one's address."""
    page.wait_for_function(
        f"(count) => {{ const first = ({DRAWN})(count); return first && first !== {before!r}; }}", arg=TILES
    )
    return str(page.evaluate(DRAWN, TILES))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        stocked(Path(name))
        app = streamlit("streamlit_app.py", OUTPUT_DIR=name, PROVIDER="demo", SHARED_HISTORY="true")
        with app as (process, url, _), sync_playwright() as play:
            page = open_browser(play).new_page()
            moved: list[int] = []
            page.on("response", lambda answer: moved.append(int(answer.headers.get("content-length", 0))))
            page.goto(f"{url}/history")
            first = turned(page, "")
            process_memory = psutil.Process(process.pid).memory_info
            began, took, start = process_memory().rss, [], len(moved)
            for _ in range(TURNS):
                clock = time.perf_counter()
                page.get_by_role("button", name="Older").first.click()
                first = turned(page, first)
                took.append(time.perf_counter() - clock)
            bytes_a_turn = sum(moved[start:]) / TURNS
            ended = process_memory().rss
    print(f"from the click until {TILES} thumbnails are drawn: median {median(took) * 1000:.0f} ms, ", end="")
    print(f"p95 {percentile(took, 0.95) * 1000:.0f} ms; {bytes_a_turn / 1024:.0f} KB of pictures a turn")
    print(f"server memory before and after {TURNS} turns: {began / 2**20:.0f} and {ended / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
