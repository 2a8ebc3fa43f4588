"""The Batch page in Chromium with 10,000 rows: until they are priced, until they run, what watching costs the server.

The server's CPU time while a page watches is compared with that while nobody does; the demo provider takes five minutes
for a picture, so that the jobs themselves take next to none.

python -m benchmarks.batch_page [--rows 10000]
"""

import argparse
import re
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Page, expect, sync_playwright

from app.ui.batches.running import POLL_SECONDS
from benchmarks.batch_plan import as_csv
from benchmarks.mask_accuracy import open_browser
from benchmarks.servers import streamlit

WATCHED_SECONDS = 30
PATIENT = 60_000


def seconds_until(page: Page, name: str, then: str) -> float:
    """From the click on a button until these words are on show."""
    button = page.get_by_role("button", name=re.compile(name))
    expect(button).to_be_enabled(timeout=PATIENT)
    began = time.perf_counter()
    button.click()
    expect(page.get_by_text(re.compile(then)).first).to_be_visible(timeout=PATIENT)
    return time.perf_counter() - began


def cpu_seconds(process: psutil.Process, seconds: float) -> float:
    """What the process takes in that time."""
    before = process.cpu_times()
    time.sleep(seconds)
    after = process.cpu_times()
    return after.user + after.system - before.user - before.system


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000)
    count = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="gesso-batch-page-") as folder:
        csv = Path(folder) / "rows.csv"
        csv.write_text(as_csv(count), encoding="utf-8")
        variables = {
            "OUTPUT_DIR": folder,
            "PROVIDER": "demo",
            "DEMO_LATENCY_SECONDS": "300",
            "BATCH_ASK_ABOVE_USD": "100000",
        }
        app = streamlit("streamlit_app.py", **variables)
        with app as (process, url, _), sync_playwright() as play:
            page = open_browser(play).new_page()
            page.goto(f"{url}/batch")
            page.get_by_text("File", exact=True).first.click()
            page.locator("input[type=file]").first.set_input_files(csv)
            priced = seconds_until(page, "Add to the table", rf"{count:,} rows · {count:,} pictures · about")
            started = seconds_until(page, rf"Start {count:,} rows for about", "Running")
            server = psutil.Process(process.pid)
            time.sleep(10)  # until the first jobs wait at the provider
            watched = cpu_seconds(server, WATCHED_SECONDS)
            page.close()
            time.sleep(5)
            alone = cpu_seconds(server, WATCHED_SECONDS)
    looks = WATCHED_SECONDS / POLL_SECONDS
    print(f"{count:,} rows of a CSV: {priced:.2f} s until read, priced and on show")
    print(f"{started:.2f} s from Start until it runs")
    print(f"the server's CPU in {WATCHED_SECONDS} s: {watched:.2f} s with a page that watches, {alone:.2f} s without")
    print(f"{1000 * (watched - alone) / looks:.1f} ms for each of {looks:.0f} looks")


if __name__ == "__main__":
    main()
