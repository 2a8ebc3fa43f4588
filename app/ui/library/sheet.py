"""Contact sheets of a collection or a selection: a PDF or a PNG to download."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app.ui.choices import key
from app.ui.library.notices import pictures_said
from app.ui.routes import sheet_url
from app.ui.session import pictures_by_url, visitor
from app.workbench import workbench
from core.domain.library import Collection
from core.services.sheets import LIMITS, MEDIA_TYPES, SheetForm, sheet_name

WORDS = {SheetForm.PDF: "PDF, pages of A4", SheetForm.PNG: "PNG, one picture"}
ICONS = {SheetForm.PDF: "picture_as_pdf", SheetForm.PNG: "image"}
SELECTION = "Contact sheet"


def ask_sheet(ids: Sequence[str], name: str, collection: Collection | None = None) -> None:
    """Offer the contact sheet of these pictures, folded away; ``collection`` lends it its name and notes."""
    with st.popover("Contact sheet", icon=":material/view_module:", key=key(f"{name}_sheet_fold")):
        offer_sheet(ids, name, collection)


def offer_sheet(ids: Sequence[str], name: str, collection: Collection | None = None) -> None:
    """The same, where it is folded away already."""
    st.caption(f"{pictures_said(len(ids))} with prompts, models, dates and costs.")
    for form in SheetForm:
        _offer(ids, form, name, collection)
    for form, limit in LIMITS.items():
        if len(ids) > limit:
            st.caption(f"A {form.upper()} holds at most {limit:,} pictures.")


def _offer(ids: Sequence[str], form: SheetForm, name: str, collection: Collection | None) -> None:
    icon, refused = f":material/{ICONS[form]}:", len(ids) > LIMITS[form]
    if pictures_by_url():
        address = sheet_url(ids, form, collection.id if collection else None)
        st.link_button(WORDS[form], address, icon=icon, disabled=refused, width="stretch")
        return
    title, notes = (collection.name, collection.notes) if collection else (SELECTION, "")
    drawn = partial(workbench().sheets.draw, tuple(ids), form, visitor(), title=title, notes=notes)
    st.download_button(
        WORDS[form], lambda: drawn().data, sheet_name(title, form), MEDIA_TYPES[form], key=key(f"{name}_sheet_{form}"),
        icon=icon, on_click="ignore", disabled=refused, width="stretch",
    )  # fmt: skip
