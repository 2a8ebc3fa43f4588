"""Rows from pictures: one edit over uploads, over what is ticked in the History, or over a collection."""

from collections.abc import Sequence

import streamlit as st

from app.ui.batches.from_file import bring_new
from app.ui.choices import choices_of, chosen, key, one_of, switch
from app.ui.earlier import typed
from app.ui.editing.picking import TYPES, say_what_was_left_out
from app.ui.feedback import plain
from app.ui.library.notices import pictures_said
from app.ui.library.selecting import selected
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.batch_rows import rows_of_pictures
from core.domain.draft_row import DraftRow
from core.domain.library import Filter

NONE = ""


def ask_pictures() -> Sequence[DraftRow]:
    """The edit and its pictures, a row for each."""
    number = chosen("taken", 0)
    prompt = typed(st.text_area, "What should change", "edit", widget=f"edit_{number}", height=88,
                   placeholder="Put it on a plain white background, keep everything else")  # fmt: skip
    uploads = st.file_uploader(
        "Pictures", TYPES, True, key=key(f"edit_files_{number}"), label_visibility="collapsed",
        max_upload_size=workbench().settings.max_image_size_mb,
    )  # fmt: skip
    names = dict.fromkeys((*bring_new(uploads), *_ticked(), *_collected()))
    say_what_was_left_out()
    if not names:
        st.caption("Drop pictures here, tick some in History, or choose a collection.")
        return ()
    st.caption(plain(f"{pictures_said(len(names))}, one row each."))
    return rows_of_pictures(prompt, names) if prompt.strip() else ()


def _ticked() -> tuple[str, ...]:
    with choices_of("history"):
        ids = selected()
    wanted = bool(ids) and switch("use_ticked", f"The {pictures_said(len(ids))} ticked in History", True)
    return ids if wanted else ()


def _collected() -> tuple[str, ...]:
    history = workbench().history
    names = {one.id: f"{one.name} ({one.count:,})" for one in history.collections(visitor()) if one.count}
    if not names:
        return ()
    id = one_of("of_collection", "A collection", [NONE, *names], NONE, lambda id: names.get(id, "none"))
    return history.ids(Filter(collection=id), visitor()) if id else ()
