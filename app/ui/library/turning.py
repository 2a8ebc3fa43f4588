"""From one open picture to the one before or after it in the list that it was opened from."""

import streamlit as st

from app.ui.choices import key
from app.ui.feedback import errors_shown
from app.ui.library.address import View, change
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.library import Picture


def neighbour_buttons(view: View, picture: Picture) -> None:
    """Previous and next, also by the arrow keys; the list behind turns its pages along."""
    with errors_shown():
        beside = workbench().history.neighbours(view.wanted, visitor(), picture, sort=view.sort)
        _button("Previous", "previous", "chevron_left", "Left", view, picture.id, beside.before)
        _button("Next", "next", "chevron_right", "Right", view, picture.id, beside.after)


def _button(words: str, name: str, icon: str, shortcut: str, view: View, id: str, other: str | None) -> None:
    st.button(
        words, key=key(name), type="tertiary", icon=f":material/{icon}:", shortcut=shortcut, disabled=other is None,
        on_click=_turn, args=(view, id, other), kwargs={"on": name == "next"},
    )  # fmt: skip


def _turn(view: View, id: str, other: str, *, on: bool) -> None:
    """Open the other; where it stands on the neighbouring page, the way back leads to that page."""
    with errors_shown():
        page = workbench().history.find(
            view.wanted, visitor(), sort=view.sort, after=view.after, before=view.before
        )  # fmt: skip
        shown = {picture.id for picture in page.pictures}
        change(picture=other)
        if id in shown and other not in shown:
            change(after=page.after if on else None, before=None if on else page.before)
