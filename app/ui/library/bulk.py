"""The line above a list: how many there are, which are selected, and what to do with all of those at once."""

import streamlit as st

from app.ui.choices import key
from app.ui.comparing.address import MOST_PICTURES
from app.ui.feedback import errors_shown
from app.ui.library.address import View
from app.ui.library.filing import ask_collection, ask_tag, favour_all
from app.ui.library.notices import move_to_trash
from app.ui.library.selecting import select_all, select_more, select_none, selected
from app.ui.library.sending import follow, show_sending
from app.ui.library.sheet import offer_sheet
from app.ui.library.transfer import export_button
from app.ui.library.trash import trash_actions
from app.ui.navigation import COMPARE, go
from app.ui.routes import archive_url
from app.ui.session import pictures_by_url, visitor
from app.workbench import workbench
from core.domain.library import Page


def bulk_bar(view: View, page: Page, count: str) -> None:
    """How many match, ways to select, and what the selected ones can go through."""
    ids, on_page = selected(), [picture.id for picture in page.pictures]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("bulk")):
        st.caption(f"{len(ids):,} of {count} selected" if ids else count, width="content")
        _button("Select page", "select_page", select_more, on_page, shown=not set(on_page) <= set(ids))
        _button(f"Select all {count}", "select_all", _select_matching, view, shown=bool(page.before or page.after))
        _button("Select none", "select_none", select_none, shown=bool(ids))
    if ids:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("bulk_actions")):
            trash_actions(ids) if view.wanted.trashed else _actions(ids)
    show_sending()


def _actions(ids: tuple[str, ...]) -> None:
    st.button("Favourite", key=key("bulk_favour"), icon=":material/favorite:", on_click=favour_all, args=(ids,),
              kwargs={"favourite": True})  # fmt: skip
    ask_tag(ids, "bulk")
    ask_collection(ids, "bulk")
    if 2 <= len(ids) <= MOST_PICTURES and st.button("Compare", key=key("bulk_compare"), icon=":material/compare:"):
        go(COMPARE, pictures=",".join(ids))
    if pictures_by_url():
        url = archive_url(ids)
        st.link_button("Download ZIP", url, icon=":material/folder_zip:", key=key("bulk_zip"), on_click=follow,
                       args=(url.rpartition("/")[2], len(ids)))  # fmt: skip
    _rare(ids)
    st.button("Move to trash", key=key("bulk_trash"), icon=":material/delete:", on_click=_trash, args=(ids,))


def _rare(ids: tuple[str, ...]) -> None:
    """What is seldom wanted, folded away, so that the usual stays in one line."""
    with st.popover("More", icon=":material/more_horiz:", key=key("bulk_more_fold")):
        st.button("No longer favourites", key=key("bulk_unfavour"), icon=":material/heart_minus:", on_click=favour_all,
                  args=(ids,), kwargs={"favourite": False})  # fmt: skip
        st.markdown("**Export**")
        st.caption("A ZIP that Gesso can import again, with prompts, costs, tags and inputs.")
        export_button("Export these", ids, "bulk")
        st.markdown("**Contact sheet**")
        offer_sheet(ids, "bulk")


def _trash(ids: tuple[str, ...]) -> None:
    with errors_shown():
        move_to_trash(ids)


def _select_matching(view: View) -> None:
    with errors_shown():
        select_all(workbench().history.ids(view.wanted, visitor()))


def _button(words: str, name: str, do: object, *args: object, shown: bool) -> None:
    if shown:
        st.button(words, key=key(name), type="tertiary", on_click=do, args=args)  # type: ignore[arg-type]
