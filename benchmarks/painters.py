"""Both painters in Chromium, on a picture of 3840x2160: what a stroke costs, and whether any is ever lost.

Sixty trials each, per painter: two quick changes of brush and colour and two quick clicks elsewhere
right after a stroke; leaving for another page right after a stroke, and coming back; reloading
right after a stroke. A stroke is lost if the server does not have it or the browser does not show it.
"""

import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, WebSocket, expect, sync_playwright

from benchmarks.mask_accuracy import open_browser
from tests.browser.conftest import serving
from tests.browser.painting import SCRIPT, Hand, Point

TRIALS = 60
MEASURED_STROKES = 30
VIEWPORT = {"width": 900, "height": 900}

# From the pointer's release to the line below the painter that counts what has come.
STOPWATCH = """() => {
  window.waits = [];
  let released = 0;
  addEventListener("pointerup", () => (released = performance.now()), true);
  new MutationObserver((changes) => {
    const hit = changes.some(({ target }) => target.parentElement?.closest(".st-key-line"));
    if (hit && released) { window.waits.push(performance.now() - released); released = 0; }
  }).observe(document.body, { subtree: true, characterData: true, childList: true });
}"""


class Traffic:
    """Counts the bytes of a page's websockets."""

    def __init__(self) -> None:
        self.sent = self.received = 0

    def watch(self, socket: WebSocket) -> None:
        socket.on("framesent", self._count_sent)
        socket.on("framereceived", self._count_received)

    def taken(self) -> tuple[int, int]:
        counted = self.sent, self.received
        self.sent = self.received = 0
        return counted

    def _count_sent(self, payload: str | bytes) -> None:
        self.sent += len(payload)

    def _count_received(self, payload: str | bytes) -> None:
        self.received += len(payload)


def stroke(number: int) -> tuple[Point, ...]:
    """A stroke of its own place, so that each can be looked for: ten in a row, from the top to the bottom."""
    x, y = 0.06 + 0.09 * (number % 10), 0.05 + 0.028 * (number // 10 % 30)
    return (x, y), (x + 0.02, y + 0.01), (x + 0.04, y)


def cost(hand: Hand, traffic: Traffic) -> None:
    """Bytes and time of strokes with about 40 points, and of a rerun that has nothing to do with painting."""
    hand.page.evaluate(STOPWATCH)
    strokes, reruns = [], []
    for number in range(MEASURED_STROKES):
        traffic.taken()
        hand.drag(stroke(number), steps=20)
        hand.expect_operations(number + 1)
        hand.page.wait_for_timeout(150)
        strokes.append(traffic.taken())
        hand.page.get_by_role("button", name="Unrelated").click()
        hand.page.wait_for_timeout(250)
        reruns.append(traffic.taken())
    waits = sorted(hand.page.evaluate("window.waits"))
    print(f"  a stroke:            {_bytes(strokes)}; the last of {MEASURED_STROKES}: {sum(strokes[-1]):,} bytes")
    print(f"  an unrelated rerun:  {_bytes(reruns)}")
    print(
        f"  release to line:     median {statistics.median(waits):.0f} ms, p95 {waits[int(len(waits) * 0.95)]:.0f} ms"
    )


def _bytes(pairs: list[tuple[int, int]]) -> str:
    sent, received = (statistics.median(one[side] for one in pairs) for side in (0, 1))
    return f"median {sent:,.0f} bytes sent, {received:,.0f} received"


def double_change(hand: Hand, number: int) -> None:
    """Brush and colour, then two clicks on the page, all in the same moment."""
    hand.page.evaluate(QUICKLY, ["blue", "rose"][number % 2])
    hand.page.wait_for_timeout(120)


QUICKLY = """(colour) => {
  const find = (root) => root.querySelector(".painter") ??
    [...root.querySelectorAll("*")].map((node) => node.shadowRoot && find(node.shadowRoot)).find(Boolean);
  const { toolbar } = find(document).painter;
  const unrelated = [...document.querySelectorAll("button")].find((one) => one.innerText.trim() === "Unrelated");
  toolbar.resize(toolbar.size + 1);
  unrelated.click();
  toolbar.choose({ colour });
  setTimeout(() => unrelated.click(), 15);
}"""


def page_switch(hand: Hand, _number: int) -> None:
    hand.page.get_by_role("link", name="Elsewhere").click()
    expect(hand.page.locator(".st-key-line")).to_contain_text("Elsewhere")
    hand.page.get_by_role("link", name="Paint", exact=True).click()
    expect(hand.page.locator(".st-key-line")).not_to_contain_text("Elsewhere")
    hand.settle()


def reload(hand: Hand, _number: int) -> None:
    hand.reload()


def lost(hand: Hand, trial: Callable[[Hand, int], None], trials: int = TRIALS) -> int:
    """How many of so many strokes, each followed at once by a trial, are not there afterwards."""
    missing = 0
    for number in range(trials):
        hand.drag(stroke(number), steps=4)
        trial(hand, number)
        try:
            hand.expect_operations(number + 1 - missing)
            missing += not hand.is_inked(stroke(number)[1])
        except AssertionError:
            missing += 1
    hand.page.wait_for_timeout(300)
    unseen = sum(not hand.is_inked(stroke(number)[1]) for number in range(trials))
    return max(missing, unseen)


def run(browser: Browser, url: str, surface: str) -> None:
    print(surface)
    traffic = Traffic()
    hand = opened(browser, url, surface, traffic)
    cost(hand, traffic)
    hand.page.context.close()
    for trial in (double_change, page_switch, reload):
        hand = opened(browser, url, surface, Traffic())
        name = trial.__name__.replace("_", " ")
        print(f"  {name + ':':<21}{lost(hand, trial)} of {TRIALS} strokes lost", flush=True)
        hand.page.context.close()


def opened(browser: Browser, url: str, surface: str, traffic: Traffic) -> Hand:
    """A painter in a browser that has never been here."""
    page = browser.new_context(viewport=VIEWPORT).new_page()  # type: ignore[arg-type]
    page.on("websocket", traffic.watch)
    hand = Hand(page, surface)
    hand.open(url)
    hand.choose("brush")
    hand.size(60)
    return hand


def main() -> None:
    os.environ.setdefault("PYTHONPATH", ".")
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), SCRIPT) as server, sync_playwright() as play:
        browser = open_browser(play)
        for surface in ("Canvas", "Precise"):
            run(browser, server.url, surface)
        browser.close()


if __name__ == "__main__":
    main()
