"""The trash: bring pictures back, or delete them for good after asking once more."""

from collections.abc import Sequence

import streamlit as st

from app.ui.choices import key
from app.ui.feedback import errors_shown
from app.ui.library.address import change
from app.ui.library.notices import notify, pictures_said
from app.ui.library.selecting import select_none
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.library import Filter


def trash_actions(ids: Sequence[str], name: str = "bulk") -> None:
    """Restore these, or delete them for good."""
    st.button("Restore", key=key(f"{name}_restore"), icon=":material/restore_from_trash:", on_click=_restore,
              args=(ids,))  # fmt: skip
    _delete_after_asking("Delete for good", pictures_said(len(ids)), ids, name)


def empty_trash_button() -> None:
    """Delete everything in the trash, after asking."""
    ids = workbench().history.ids(Filter(trashed=True), visitor())
    if ids:
        _delete_after_asking("Empty the trash", f"all {pictures_said(len(ids))} in the trash", ids, "empty")


def _delete_after_asking(words: str, what: str, ids: Sequence[str], name: str) -> None:
    with st.popover(words, icon=":material/delete_forever:", key=key(f"{name}_delete_fold")):
        st.markdown(f"Delete {what} for good? Nothing brings them back. The records keep the cost.")
        st.button("Delete for good", key=key(f"{name}_delete"), type="primary", on_click=_delete, args=(ids,))


def _restore(ids: Sequence[str]) -> None:
    with errors_shown():
        notify(f"{pictures_said(workbench().history.restore(ids, visitor()))} brought back.")
        select_none()
        change(picture=None)


def _delete(ids: Sequence[str]) -> None:
    with errors_shown():
        gone = workbench().history.delete_for_good(ids, visitor())
        notify(f"{pictures_said(gone.pictures)} deleted for good.")
        select_none()
        change(picture=None)
