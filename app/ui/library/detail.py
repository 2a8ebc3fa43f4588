"""One picture of the history: large, with what was asked and delivered, where it came from, and how it is filed."""

import streamlit as st

from app.ui.choices import choices_of, choose, key
from app.ui.editing.opening import NAMES
from app.ui.editing.running import is_edited, is_inpainted
from app.ui.editing.views import RESULT, open_view
from app.ui.facts import facts_table
from app.ui.feedback import errors_shown, plain
from app.ui.library.address import change
from app.ui.library.filing import ask_collection, ask_tag, favour_all
from app.ui.library.lineage import show_family
from app.ui.library.notices import move_to_trash, notify
from app.ui.library.trash import trash_actions
from app.ui.navigation import EDIT, GENERATE, INPAINT, go
from app.ui.result import show_actions, show_picture, show_prompt, show_verdict
from app.ui.selection import JOB
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job
from core.domain.library import Collection, Picture


def show_one(id: str) -> None:
    """One picture; raises NotFoundError."""
    st.button("Back to the list", key=key("back"), type="tertiary", icon=":material/arrow_back:", on_click=change,
              kwargs={"picture": None})  # fmt: skip
    picture = workbench().history.picture(id, visitor())
    image, job = workbench().library.image(id, visitor())
    large, told = st.columns([7, 4], gap="large")
    with large:
        on_show = show_picture(job, image)
        show_family(picture, job.request)
    with told:
        show_verdict(job)
        if picture.trashed_at is not None:
            _in_trash(picture)
        else:
            show_actions(job, on_show, _open_job)
            _file(picture)
        facts_table(job, image)
        show_prompt(job, image)


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
        st.button("Move to trash", key=key("trash"), icon=":material/delete:", on_click=_trash, args=(picture.id,))
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


def _open_job(job: Job) -> None:
    """Show a job on the page that its kind belongs to."""
    page = INPAINT if is_inpainted(job) else EDIT if is_edited(job) else GENERATE
    with choices_of(NAMES[page]):
        choose(JOB, job.id)
        choose("image", None)
        open_view(RESULT)
    go(page)
