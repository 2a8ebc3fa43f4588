"""One collection: its pictures in its own order, its cover, its name and notes."""

from collections.abc import Callable, Sequence
from math import ceil

import streamlit as st

from app.ui.choices import choose, chosen, key
from app.ui.feedback import errors_shown, plain
from app.ui.library.address import change
from app.ui.library.grid import grid
from app.ui.library.listing import card
from app.ui.library.notices import notify, pictures_said
from app.ui.library.selecting import select_none, selected
from app.ui.library.sheet import ask_sheet
from app.ui.library.shelf import name_form
from app.ui.navigation import HISTORY, go, link
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.library import PAGE_SIZE, Collection, Filter


def show_set(id: str) -> None:
    """One collection; raises NotFoundError."""
    if opened := chosen("opened"):
        choose("opened", None)
        go(HISTORY, picture=opened)
    st.button("All collections", key=key("back"), type="tertiary", icon=":material/arrow_back:", on_click=_close)
    collection = workbench().history.collection(id, visitor())
    ids = workbench().history.ids(Filter(collection=id), visitor())
    _head(collection, ids)
    if not ids:
        st.caption("Nothing is in here yet. Select pictures in the history, then add them to this collection.")
        link(HISTORY, "Open the history")
        return
    _selected_line(collection, ids)
    _page(ids)


def moved(order: Sequence[str], ids: Sequence[str], by: int) -> list[str]:
    """The order after these were moved one place earlier (-1) or later (1), each past a picture that stays."""
    result, moving = list(order), set(ids)
    places = range(len(result)) if by < 0 else range(len(result) - 1, -1, -1)
    for place in places:
        other = place + by
        if result[place] in moving and 0 <= other < len(result) and result[other] not in moving:
            result[place], result[other] = result[other], result[place]
    return result


def _head(collection: Collection, ids: tuple[str, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("head")):
        st.title(plain(collection.name), width="stretch")
        if ids:
            ask_sheet(ids, "set", collection)
        with st.popover("Name and notes", icon=":material/edit:", key=key("describe_fold")):
            name_form(f"describe_{collection.id}", "Save", _describing(collection), collection.name, collection.notes)
        with st.popover("Remove", icon=":material/delete:", key=key("remove_fold")):
            st.markdown("Remove this collection? Its pictures stay in the history.")
            st.button("Remove the collection", key=key("remove"), type="primary", on_click=_remove, args=(collection,))
    if collection.notes:
        st.markdown(plain(collection.notes))
    st.caption(pictures_said(len(ids)))


def _selected_line(collection: Collection, order: tuple[str, ...]) -> None:
    inside = set(order)
    ids = [id for id in selected() if id in inside]
    if not ids:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("acts")):
        st.caption(f"{len(ids)} selected", width="content")
        if len(ids) == 1:
            _act("Set as cover", "cover", "wallpaper", _set_cover, collection, ids[0])
        _act("Earlier", "earlier", "arrow_back", _arrange, collection, moved(order, ids, -1))
        _act("Later", "later", "arrow_forward", _arrange, collection, moved(order, ids, 1))
        _act("Take out", "take_out", "remove", _take_out, collection, ids)
        _act("Select none", "select_none", "close", select_none)


def _page(ids: tuple[str, ...]) -> None:
    """The pictures of the page in the address; a click opens one in the history."""
    pages = ceil(len(ids) / PAGE_SIZE)
    text = st.query_params.get("page", "1")
    number = min(max(int(text), 1), pages) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    part = ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    cards = [card(picture) for picture in workbench().history.pictures(part, visitor())]
    grid("set", "Pictures of this collection", cards, on_open=lambda id: choose("opened", id))
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center", gap="small"):
            _turn("Back", "newer", number - 1, number > 1)
            st.caption(f"Page {number} of {pages}", width="content")
            _turn("Further", "older", number + 1, number < pages)


def _turn(words: str, name: str, number: int, possible: bool) -> None:
    st.button(words, key=key(name), on_click=change, kwargs={"page": str(number)}, disabled=not possible)


def _act(words: str, name: str, icon: str, do: Callable[..., None], *args: object) -> None:
    st.button(words, key=key(name), icon=f":material/{icon}:", on_click=do, args=args)


def _close() -> None:
    select_none()
    change(collection=None, page=None)


def _describing(collection: Collection) -> Callable[[str, str], None]:
    def describe(name: str, notes: str) -> None:
        workbench().history.describe(collection, visitor(), name=name, notes=notes)
        notify("Saved.")

    return describe


def _remove(collection: Collection) -> None:
    with errors_shown():
        workbench().history.remove_collection(collection, visitor())
        notify(f'"{collection.name}" is removed. Its pictures are still in the history.')
        _close()


def _set_cover(collection: Collection, id: str) -> None:
    with errors_shown():
        workbench().history.set_cover(collection, id, visitor())
        notify("This is the cover now.")


def _arrange(collection: Collection, order: Sequence[str]) -> None:
    with errors_shown():
        workbench().history.arrange(collection, order, visitor())


def _take_out(collection: Collection, ids: Sequence[str]) -> None:
    with errors_shown():
        taken = workbench().history.take_out(collection, ids, visitor())
        notify(f"{pictures_said(taken)} taken out. The history still has them.")
        select_none()
