"""Both painters in a real browser: accurate, and nothing painted is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from benchmarks.mask_accuracy import GOAL, SHAPES, VIEWPORT, overlap
from core.domain.mask import Tool
from tests.browser.conftest import Server, serving
from tests.browser.painting import SCRIPT, Hand

SURFACES = ("Canvas", "Precise")
# In one task: no word of it can have been sent.
PAINTED_AND_GONE = """(root, x) => {
  root.painter.drawing.add({ tool: "brush", size: 50, erase: false, path: [x, 100, 50, 50] });
  location.reload();
}"""
FIRST, SECOND = ((0.1, 0.2), (0.3, 0.25)), ((0.1, 0.5), (0.3, 0.55))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all of them: every browser is another visitor."""
    with serving(tmp_path_factory.mktemp("output"), SCRIPT, PYTHONPATH=".") as running:
        yield running


@pytest.fixture(params=SURFACES)
def hand(request: pytest.FixtureRequest, server: Server, page: Page) -> Hand:
    """An empty painter."""
    page.set_viewport_size(VIEWPORT)  # type: ignore[arg-type]
    hand = Hand(page, request.param)
    hand.open(f"{server.url}/?tell")
    return hand


def test_shapes_drawn_with_the_mouse_become_the_shapes_that_were_meant(hand: Hand) -> None:
    for shape in SHAPES:
        assert overlap(hand, shape) >= GOAL, shape.name


def test_what_is_erased_shows_the_picture_again_and_keeps_its_place_in_the_order(hand: Hand) -> None:
    hand.choose("rectangle")
    hand.drag(((0.1, 0.1), (0.5, 0.6)), steps=5)
    hand.choose("ellipse", erase=True)
    hand.drag(((0.2, 0.2), (0.4, 0.5)), steps=5)
    hand.expect_operations(2)

    assert [(one.tool, one.erase) for one in hand.told()] == [(Tool.RECTANGLE, False), (Tool.ELLIPSE, True)]
    assert hand.is_inked((0.15, 0.35))
    assert not hand.is_inked((0.3, 0.35), within=0)


@pytest.mark.parametrize("hand", ["Canvas"], indirect=True)
def test_a_box_dragged_beyond_the_picture_ends_at_its_edge(hand: Hand) -> None:
    hand.choose("rectangle")
    hand.drag(((0.8, 0.7), (1.1, 1.2)), steps=6)
    hand.expect_operations(1)

    (right, bottom) = hand.told()[0].points[1]

    assert right >= 3840
    assert bottom >= 2160


def test_strokes_survive_another_painter_another_page_and_a_reload(hand: Hand) -> None:
    hand.drag(FIRST, steps=4)
    hand.expect_operations(1)
    for surface in (*SURFACES, hand.surface):
        hand.page.get_by_text(surface, exact=True).click()
        hand.settle(surface)
        assert Hand(hand.page, surface).is_inked(FIRST[0])

    hand.page.get_by_role("link", name="Elsewhere").click()
    expect(hand.page.locator(".st-key-line")).to_contain_text("Elsewhere: 1 operations")
    hand.page.get_by_role("link", name="Paint", exact=True).click()
    hand.settle()
    hand.drag(SECOND, steps=4)
    hand.reload()

    hand.expect_operations(2)
    assert hand.is_inked(FIRST[0])
    assert hand.is_inked(SECOND[0])


def test_a_stroke_that_never_left_the_browser_survives_reloads(hand: Hand) -> None:
    for count in (1, 2, 3):
        hand.painter.evaluate(PAINTED_AND_GONE, 100 * count)
        hand.page.wait_for_load_state()
        hand.take_up()
        hand.expect_operations(count)


def test_undo_redo_clear_and_a_region_by_name_reach_page_and_painter(hand: Hand) -> None:
    clear = hand.page.get_by_role("button", name="Clear everything")
    undo = hand.page.get_by_role("toolbar").get_by_role("button", name="Undo", exact=True)
    hand.drag(FIRST, steps=4)
    hand.drag(SECOND, steps=4)
    hand.expect_operations(2)

    undo.click()
    hand.expect_operations(1)
    hand.page.keyboard.press("Control+Shift+z")
    hand.expect_operations(2)
    clear.click()
    hand.expect_operations(0)
    assert not hand.is_inked(FIRST[0], within=0)
    undo.click()
    hand.expect_operations(2)

    clear.click()
    hand.expect_operations(0)
    hand.page.get_by_text("Without a mouse").click()
    hand.page.locator(".st-key-quick_quick_add button").click()
    hand.expect_operations(1)
    hand.settle()
    assert hand.is_inked((0.25, 0.5))
    undo.click()
    hand.expect_operations(0)


def test_the_precise_painter_works_by_keyboard_alone(server: Server, page: Page) -> None:
    hand = Hand(page, "Precise")
    hand.open(f"{server.url}/?tell")
    page.get_by_role("application").focus()

    for key in ("r", "ArrowLeft", " ", "Shift+ArrowRight", "Shift+ArrowDown", " ", "e", "Enter"):
        page.keyboard.press(key)
    hand.expect_operations(2)

    box, dab = hand.told()
    assert (box.tool, box.erase, dab.tool, dab.erase) == (Tool.RECTANGLE, False, Tool.BRUSH, True)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


@pytest.mark.parametrize("surface", SURFACES)
def test_a_finger_paints_on_a_phone(server: Server, page: Page, surface: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    hand = Hand(page, surface)
    hand.open(server.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    touch = page.context.new_cdp_session(page)
    (x, y), (to_x, to_y) = hand.pixel(FIRST[0]), hand.pixel(FIRST[1])

    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": (x + to_x) / 2, "y": (y + to_y) / 2}]),
        ("touchMove", [{"x": to_x, "y": to_y}]),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    hand.expect_operations(1)
    assert hand.is_inked(FIRST[0])
