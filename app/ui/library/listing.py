"""The history's list: how many match, their thumbnails, the way to the pages beside, and what to say of none."""

from collections.abc import Sequence

import streamlit as st

from app.ui.choices import key
from app.ui.feedback import plain
from app.ui.gallery import excerpt
from app.ui.library.address import View, asked, change, show_everything
from app.ui.library.bulk import bulk_bar
from app.ui.library.filters import ask_view
from app.ui.library.grid import Card, grid
from app.ui.navigation import GENERATE, link
from app.ui.pictures import thumbnail_source
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.library import COUNTED_TO, Page, Picture, Sort
from core.domain.money import usd_text

BESIDE = {
    Sort.NEWEST: ("Newer", "Older"), Sort.OLDEST: ("Older", "Newer"),
    Sort.DEAREST: ("Dearer", "Cheaper"), Sort.CHEAPEST: ("Cheaper", "Dearer"),
}  # fmt: skip
"""What the pages before and after hold."""


def show_list(view: View) -> None:
    """Ask what is wanted, and show a page of it."""
    _say_what_was_left_out(view)
    ask_view(view)
    history = workbench().history
    count = history.count(view.wanted, visitor())
    if not count:
        _nothing(view)
        return
    if not view.is_first_page:
        _turn("First page", "first", "first_page", {"before": None, "after": None}, shown=True)
    page = history.find(view.wanted, visitor(), sort=view.sort, after=view.after, before=view.before)
    bulk_bar(view, page, counted(count))
    show_grid("grid", page.pictures)
    _pager(page, view.sort)


def show_grid(name: str, pictures: Sequence[Picture]) -> None:
    """Thumbnails of pictures; a click opens one in the address."""
    cards = [card(picture) for picture in pictures]
    grid(name, "Pictures", cards, on_open=lambda id: change(picture=id))


def card(picture: Picture) -> Card:
    """A picture as a thumbnail."""
    title = f"{excerpt(picture.prompt)} - {picture.image.created_at:%Y-%m-%d}, {usd_text(picture.cost)}"
    return Card(
        id=picture.id, title=title, source=thumbnail_source(picture.image), favourite=picture.favourite
    )  # fmt: skip


def counted(count: int) -> str:
    """A count as it is said: beyond COUNTED_TO nobody counts on."""
    if count > COUNTED_TO:
        return f"{COUNTED_TO:,}+ pictures"
    return f"{count:,} picture{'s' * (count != 1)}"


def _pager(page: Page, sort: Sort) -> None:
    if page.before is None and page.after is None:
        return
    back, on = BESIDE[sort]
    with st.container(horizontal=True, horizontal_alignment="center", gap="small", key=key("pager")):
        _turn(back, "before", "arrow_back", {"before": page.before, "after": None}, shown=page.before is not None)
        _turn(on, "after", "arrow_forward", {"after": page.after, "before": None}, shown=page.after is not None)


def _turn(words: str, name: str, icon: str, address: dict[str, str | None], *, shown: bool) -> None:
    st.button(
        words, key=key(name), icon=f":material/{icon}:", on_click=change, kwargs=address, disabled=not shown,
        type="tertiary" if name == "first" else "secondary",
    )  # fmt: skip


def _nothing(view: View) -> None:
    if view.wanted.trashed and not view.wanted.text:
        st.caption("The trash is empty. Pictures that you move here stay until you delete them for good.")
    elif set(asked()) - {"sort", "trash", *view.unread}:
        st.caption("No picture matches. Take a word or a filter away, or look at everything.")
        st.button(
            "Show everything", key=key("everything"), on_click=show_everything, kwargs={"trash": view.wanted.trashed}
        )  # fmt: skip
    else:
        st.caption("Every picture you make is kept here, with what was asked and what it cost. There is none yet.")
        link(GENERATE, "Make the first one")


def _say_what_was_left_out(view: View) -> None:
    if view.unread:
        names = ", ".join(f'"{name}"' for name in view.unread)
        st.warning(plain(f"The address says something about {names} that means nothing here. It was left out."))
