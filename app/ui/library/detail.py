"""One picture of the history: large, with what was asked and delivered, where it came from, and how it is filed."""

import streamlit as st

from app.ui.choices import key
from app.ui.editing.mask_shown import show_used_mask
from app.ui.facts import facts_table
from app.ui.feedback import errors_shown, plain
from app.ui.library.address import View, change
from app.ui.library.filing import ask_collection, ask_tag, favour_all
from app.ui.library.going import go_to_job
from app.ui.library.lineage import show_family
from app.ui.library.notices import move_to_trash, notify
from app.ui.library.trash import trash_actions
from app.ui.library.turning import neighbour_buttons
from app.ui.navigation import COMPARE, go
from app.ui.result import show_actions, show_picture, show_prompt, show_remarks, show_verdict
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.library import Collection, Picture
from core.domain.request import EditRequest


def show_one(id: str, view: View) -> None:
    """One picture of the list that the view asks for; raises NotFoundError."""
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small", key=key("head")):
        with st.container(horizontal=True, width="content", gap="medium", key=key("ways")):
            st.button("Back to the list", key=key("back"), type="tertiary", icon=":material/arrow_back:",
                      on_click=change, kwargs={"picture": None})  # fmt: skip
            picture = workbench().history.picture(id, visitor())
            neighbour_buttons(view, picture)
        if picture.trashed_at is None:
            _elsewhere(picture)
    image, job = workbench().library.image(id, visitor())
    large, told = st.columns([7, 4], gap="large")
    with large:
        on_show = show_picture(job, image)
        show_family(picture, job.request)
        if isinstance(job.request, EditRequest) and job.request.mask is not None:
            with errors_shown():
                show_used_mask(job, job.request, job.request.mask)
    with told:
        show_verdict(job)
        show_remarks(job)
        if picture.trashed_at is not None:
            _in_trash(picture)
        else:
            show_actions(job, on_show, go_to_job)
            _file(picture)
        facts_table(job, image, picture)
        show_prompt(job, image)


def _elsewhere(picture: Picture) -> None:
    """Where it can go from here, apart from the other buttons."""
    with st.container(horizontal=True, width="content", gap="medium", key=key("elsewhere")):
        if st.button("Compare", key=key("compare"), type="tertiary", icon=":material/compare:"):
            go(COMPARE, pictures=picture.id)
        st.button("Move to trash", key=key("trash"), type="tertiary", icon=":material/delete:", on_click=_trash,
                  args=(picture.id,))  # fmt: skip


def _in_trash(picture: Picture) -> None:
    st.info(f"In the trash since {picture.trashed_at:%Y-%m-%d}.", icon=":material/delete:")
    with st.container(horizontal=True, gap="small"):
        trash_actions([picture.id], "one")


def _file(picture: Picture) -> None:
    ids = [picture.id]
    with st.container(horizontal=True, gap="small", key=key("filing")):
        words = "Favourite" if picture.favourite else "Make favourite"
        st.button(words, key=key("favour"), icon=f":material/{'favorite' if picture.favourite else 'heart_plus'}:",
                  on_click=favour_all, args=(ids,), kwargs={"favourite": not picture.favourite},
                  help="Click to take the mark away" if picture.favourite else None)  # fmt: skip
        ask_tag(ids, "one")
        ask_collection(ids, "one")
    _filed(picture)


def _filed(picture: Picture) -> None:
    """Its tags and collections, each with a way out."""
    history, who = workbench().history, visitor()
    tags, collections = history.tags_of(picture.id), history.holding(picture.id, who)
    if not tags and not collections:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("filed")):
        for tag in tags:
            st.button(plain(tag), key=key(f"untag_{tag}"), type="tertiary", icon=":material/close:", on_click=_untag,
                      args=(picture.id, tag), help="Take this tag away")  # fmt: skip
        for one in collections:
            st.button(plain(f"in {one.name}"), key=key(f"out_{one.id}"), type="tertiary", icon=":material/close:",
                      on_click=_take_out, args=(picture.id, one), help="Take it out of this collection")  # fmt: skip


def _untag(id: str, tag: str) -> None:
    with errors_shown():
        workbench().history.remove_tag([id], visitor(), tag)


def _take_out(id: str, collection: Collection) -> None:
    with errors_shown():
        workbench().history.take_out(collection, [id], visitor())
        notify(f'Taken out of "{collection.name}".')


def _trash(id: str) -> None:
    with errors_shown():
        move_to_trash([id])
        change(picture=None)
