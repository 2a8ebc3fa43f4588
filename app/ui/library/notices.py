"""What was just done, in one line, with the way back where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.feedback import errors_shown, plain
from app.ui.library.selecting import deselect
from app.ui.session import visitor
from app.workbench import workbench


@dataclass(frozen=True)
class Notice:
    """``undo`` are the pictures that come back from the trash at a click."""

    text: str
    undo: tuple[str, ...] = ()


def notify(text: str, undo: Sequence[str] = ()) -> None:
    """Say this on top of the page: once, or with a way back until it is taken, closed or something else is said."""
    choose("notice", Notice(text, tuple(undo)))


def show_notice() -> None:
    notice: Notice | None = chosen("notice")
    if notice is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", border=True, key=key("notice_row")):
        st.markdown(plain(notice.text), width="stretch")
        if notice.undo:
            st.button("Undo", key=key("undo"), icon=":material/undo:", on_click=_undo, args=(notice.undo,))
            _close_button()
    if not notice.undo:
        choose("notice", None)


def pictures_said(count: int) -> str:
    """A number of pictures in words."""
    return "1 picture" if count == 1 else f"{count:,} pictures"


def move_to_trash(ids: Sequence[str]) -> int:
    """Move pictures to the trash, and offer the way back."""
    moved = workbench().history.trash(ids, visitor())
    deselect(ids)
    notify(f"{pictures_said(moved)} moved to the trash. The records keep the cost.", ids)
    return moved


def _close_button() -> None:
    st.button(
        "Close", key=key("notice_close"), type="tertiary", icon=":material/close:",
        on_click=choose, args=("notice", None),
    )  # fmt: skip


def _undo(ids: tuple[str, ...]) -> None:
    with errors_shown():
        back = workbench().history.restore(ids, visitor())
        notify(f"{pictures_said(back)} brought back.")
