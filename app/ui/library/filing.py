"""Filing pictures, one or many: favourite, tags, collections."""

from collections.abc import Callable, Sequence

import streamlit as st

from app.ui.choices import key
from app.ui.feedback import errors_shown, plain
from app.ui.library.notices import notify, pictures_said
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.library import MAX_NAME, MAX_TAG, Collection


def ask_tag(ids: Sequence[str], name: str) -> None:
    """A tag to choose or type, folded away."""
    known = list(workbench().history.facets(visitor()).tags)
    with st.popover("Tag", icon=":material/sell:", key=key(f"{name}_tag_fold")):
        _choose_or_type("Tag", known, f"{name}_tag", MAX_TAG, lambda tag: tag_all(ids, tag))


def ask_collection(ids: Sequence[str], name: str) -> None:
    """A collection to choose, or a name for a new one, folded away."""
    known = [collection.name for collection in workbench().history.collections(visitor())]
    with st.popover("Add to collection", icon=":material/collections_bookmark:", key=key(f"{name}_collect_fold")):
        _choose_or_type("Collection", known, f"{name}_collect", MAX_NAME, lambda wish: collect_all(ids, wish))


def tag_all(ids: Sequence[str], tag: str) -> None:
    added = workbench().history.add_tag(ids, visitor(), tag)
    notify(f'{pictures_said(added)} tagged "{tag.strip()}".' if added else f'All of them have the tag "{tag}" already.')


def collect_all(ids: Sequence[str], wish: str) -> None:
    """Put pictures into the collection of this name; there is a new one if there was none."""
    collection = _named(wish) or workbench().history.make_collection(wish, visitor())
    added = workbench().history.collect(collection, ids, visitor())
    said = f'{pictures_said(added)} added to "{collection.name}".'
    notify(said if added else f'All of them are in "{collection.name}" already.')


def favour_all(ids: Sequence[str], *, favourite: bool) -> None:
    with errors_shown():
        workbench().history.set_favourite(ids, visitor(), favourite=favourite)


def _named(wish: str) -> Collection | None:
    name = " ".join(wish.split()).casefold()
    return next((one for one in workbench().history.collections(visitor()) if one.name.casefold() == name), None)


def _choose_or_type(label: str, known: list[str], name: str, longest: int, do: Callable[[str], None]) -> None:
    """A line to type into, with what there is already as buttons."""
    widget = key(name)

    def typed() -> None:
        with errors_shown():
            do(st.session_state[widget])

    def picked(wish: str) -> None:
        with errors_shown():
            do(wish)

    with st.form(f"{widget}_form", border=False, clear_on_submit=True):
        st.text_input(f"{label}, new or known", max_chars=longest, key=widget)
        st.form_submit_button("Add", icon=":material/add:", on_click=typed, key=f"{widget}_add")
    with st.container(horizontal=True, gap="small"):
        for number, wish in enumerate(known[:24]):
            st.button(plain(wish), key=f"{widget}_{number}", type="tertiary", on_click=picked, args=(wish,))
