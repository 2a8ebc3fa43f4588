"""Which view of an editing page is open: where one works, or what came of it."""

from app.ui.choices import choose, chosen, segment

PAINT, EXTEND, NOTES, RESULT = "Paint", "Extend", "Draw notes", "Result"


def choose_view(*views: str) -> str:
    """Show the switch between these views, the first of them the default; returns the open one."""
    view = segment("view", "View", views, views[0])
    if view != RESULT:
        choose("mode", view)
    return view


def open_view(view: str) -> None:
    """Open a view from outside, as after a job was started."""
    choose("view", view)
    if view != RESULT:
        choose("mode", view)


def mode() -> str:
    """What one works at, also while a result is on show."""
    chosen_one: str = chosen("mode", PAINT)
    return chosen_one
