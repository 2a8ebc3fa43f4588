"""A drawing keeps in step with the browser, whatever is late, doubled or lost."""

from operator import attrgetter
from typing import Any

import pytest

from app.ui.outliving import Outliving
from app.ui.painting.drawing import Drawing
from app.ui.painting.store import Saved
from app.ui.painting.wire import decode, encode
from core.domain.mask import Operation, Tool
from core.errors import InvalidRequestError

A, B, C = (Operation(tool=Tool.BRUSH, points=((x, 1.5), (x + 10.1, 20.0)), size=12) for x in (1.0, 2.0, 3.0))
REGION = Operation(tool=Tool.RECTANGLE, points=((0, 0), (50, 40)), erase=True)


def told(drawing: Drawing, serial: int, *added: Operation, base: int = 0, keep: int = 0, **more: Any) -> dict[str, Any]:
    """A message as the browser sends it."""
    message = {"document": drawing.document, "client": "tab", "serial": serial, "base": base, "keep": keep}
    return {**message, "add": [encode(one) for one in added], **more}


@pytest.mark.parametrize("operation", [A, REGION, Operation(tool=Tool.POLYGON, points=((0, 0), (9.9, -3.2), (5, 7)))])
def test_an_operation_comes_back_from_the_wire_as_it_went(operation: Operation) -> None:
    assert decode(encode(operation)) == operation


@pytest.mark.parametrize("path", [[], [1], [1, 2, 3], ["a", "b"], None, [float("inf"), 0], [10**9, 0]])
def test_an_unreadable_stroke_is_refused(path: Any) -> None:
    with pytest.raises(InvalidRequestError):
        decode({"tool": "brush", "size": 5, "path": path})


def test_messages_that_overlap_add_each_stroke_once() -> None:
    drawing = Drawing()

    drawing.receive(told(drawing, 1, A))
    drawing.receive(told(drawing, 2, A, B))

    assert drawing.operations == (A, B)


def test_a_message_that_comes_again_changes_nothing() -> None:
    drawing = Drawing()
    drawing.receive(told(drawing, 2, A, B))

    assert not drawing.receive(told(drawing, 2, A, B))
    assert not drawing.receive(told(drawing, 1, A))
    assert drawing.operations == (A, B)


def test_an_undo_takes_back_what_was_known() -> None:
    drawing = Drawing(operations=(A, B))

    drawing.receive(told(drawing, 1, keep=1))

    assert drawing.operations == (A,)


def test_all_operations_are_told_only_until_the_browser_has_them() -> None:
    drawing = Drawing(operations=(A,))
    assert drawing.told()["operations"] == [encode(A)]

    drawing.receive(told(drawing, 1, B, keep=1))

    assert drawing.told() == {"document": drawing.document, "revision": 1, "stamp": ["tab", 1], "operations": None}


def test_a_region_by_numbers_is_kept_though_the_browser_paints_before_it_has_heard() -> None:
    drawing = Drawing()
    drawing.receive(told(drawing, 1, A))
    drawing.push((A, REGION))

    drawing.receive(told(drawing, 2, A, B))
    drawing.receive(told(drawing, 3, A, B, C))

    assert drawing.operations == (A, REGION, B, C)


def test_a_browser_that_has_lost_the_thread_is_told_everything() -> None:
    drawing = Drawing()
    drawing.receive(told(drawing, 1, A))
    drawing.receive(told(drawing, 2, B, base=1, keep=1))
    assert drawing.told()["operations"] is None

    drawing.receive(told(drawing, 3, C, base=0))

    assert drawing.operations == (A, B)
    assert drawing.told()["operations"] == [encode(A), encode(B)]


@pytest.mark.parametrize("wrong", [{"document": "another"}, {"add": [{"tool": "spray"}]}, {"base": "x"}, {"add": 3}])
def test_a_message_for_another_drawing_or_without_sense_changes_nothing(wrong: dict[str, Any]) -> None:
    drawing = Drawing(operations=(A,))

    assert not drawing.receive(told(drawing, 1, B) | wrong)
    assert drawing.operations == (A,)


def test_a_drawing_is_kept_for_its_owner_and_for_a_time() -> None:
    now = [0.0]
    store: Outliving[Saved] = Outliving(weight=attrgetter("points"), most=100, seconds=60, clock=lambda: now[0])
    store.save("anna", "sha", Saved(operations=(A,), stamp=("tab", 1)))

    assert store.load("anna", "sha") == Saved(operations=(A,), stamp=("tab", 1))
    assert store.load("ben", "sha") is None
    now[0] = 61
    assert store.load("anna", "sha") is None


def test_the_drawing_longest_untouched_makes_room() -> None:
    store: Outliving[Saved] = Outliving(weight=attrgetter("points"), most=5)
    for picture in ("one", "two", "three"):
        store.save("anna", picture, Saved(operations=(A,)))

    assert [store.load("anna", picture) is not None for picture in ("one", "two", "three")] == [False, True, True]
