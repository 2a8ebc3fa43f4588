"""What can be done with a set as a whole: start, pause, resume, cancel, retry, its limits, and taking it home."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.ui.avatars.archive import followed_set, list_of_set, sending_name
from app.ui.avatars.opening import open_set
from app.ui.avatars.reading import Open
from app.ui.batches.limits import ask_cost, ask_pace
from app.ui.choices import choose, chosen, key
from app.ui.feedback import errors_shown, plain
from app.ui.library.notices import notify, pictures_said
from app.ui.library.sending import follow
from app.ui.navigation import COLLECTIONS, go
from app.ui.routes import avatar_list_url, avatar_zip_url
from app.ui.session import pictures_by_url, visitor
from app.workbench import workbench
from core.domain.avatar import PersonaState, Verdict
from core.domain.batch import BatchState, RowState
from core.domain.library import MAX_NAME
from core.domain.money import ZERO, usd_text
from core.domain.visitor import Visitor

RETRY = "retry"


def act(found: Open) -> None:
    """The buttons that its state leaves."""
    bench, id = workbench(), found.id
    match found.batch.state:
        case BatchState.RUNNING:
            _button("Pause", "pause", lambda: bench.batches.pause(id, visitor()))
        case BatchState.PAUSED:
            _button("Resume", "play_arrow", lambda: bench.avatars.start(id, visitor()), main=True)
        case BatchState.PLANNED:
            price = bench.avatars.quote(found.made.plan, [one.persona for one in found.personas], visitor()).most
            _button(f"Start for up to {usd_text(price)}", "play_arrow", lambda: bench.avatars.start(id, visitor()),
                    main=True)  # fmt: skip
        case BatchState.CANCELLED if _has_more(found):
            _button("Go on", "play_arrow", lambda: bench.avatars.start(id, visitor()))
    if found.batch.state in (BatchState.RUNNING, BatchState.PAUSED):
        _cancelling(found)
    if found.progress.again and found.batch.state is not BatchState.RUNNING:
        _retrying(found)
    with st.popover("More", icon=":material/more_horiz:", key=key("set_more")), errors_shown():
        _change_limits(found)
        if found.batch.collection_id is not None:
            _button("Its collection", "collections_bookmark", lambda: choose("going", found.batch.collection_id))
        if found.batch.state is not BatchState.RUNNING and not found.progress.open:
            st.caption("Removing it forgets personas, prompts and verdicts; its pictures, their copies and costs stay.")
            _button("Remove this set", "delete", lambda: _remove(found.id))
    if going := chosen("going"):
        choose("going", None)
        go(COLLECTIONS, collection=going)


def take_home(found: Open) -> None:
    """The accepted pictures as a ZIP, the list of them, and where they lie."""
    accepted = sum(tile.verdict is Verdict.ACCEPTED for tile in found.pictures)
    if not found.all_tiles:
        return
    with st.container(border=True, gap="small", key=key("home")):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("home_row")):
            words = f"{pictures_said(accepted)} accepted" if accepted else "Nothing accepted yet"
            st.markdown(f"**{words}**", width="content")
            if accepted:
                (_links if pictures_by_url() else _bytes)(found.id, accepted)
        where = workbench().objects.where(found.all_tiles[0].key)
        st.caption(plain(f"All pictures are kept in a folder for each persona, accepted or not: {where} and so on."))


def _links(id: str, accepted: int) -> None:
    st.link_button("ZIP", avatar_zip_url(id), icon=":material/folder_zip:", on_click=follow,
                   args=(sending_name(id), accepted), key=key("zip_link"))  # fmt: skip
    for form in ("csv", "json"):
        st.link_button(form.upper(), avatar_list_url(id, form), icon=":material/table:", key=key(f"{form}_link"))


def _bytes(id: str, accepted: int) -> None:
    """The same where the browser cannot come to our own addresses."""
    who, packed = visitor(), f"The {pictures_said(accepted)} that are accepted, as one file"
    st.download_button("ZIP", lambda: b"".join(followed_set(id, who)), "avatars.zip", "application/zip",
                       key=key("zip"), icon=":material/folder_zip:", on_click="ignore", help=packed)  # fmt: skip
    for form in ("csv", "json"):
        _list_button(id, form, who)


def _list_button(id: str, form: str, who: Visitor) -> None:
    st.download_button(form.upper(), lambda: list_of_set(id, who, form)[0], f"avatars.{form}", key=key(form),
                       icon=":material/table:", on_click="ignore")  # fmt: skip


def _remove(id: str) -> None:
    workbench().batches.remove(id, visitor())
    open_set(None)
    notify("The set is removed.")


def _has_more(found: Open) -> bool:
    return found.done < len(found.personas) or any(one.state is PersonaState.PLANNED for one in found.personas)


def _retrying(found: Open) -> None:
    """Failed requests again: it says how much, and asks above the server's mark, as a batch does."""
    batches, count, cost = workbench().batches, found.progress.again, found.progress.to_retry
    words = f"Retry {count:,} for up to {usd_text(cost)}" if cost > ZERO else f"Retry {count:,}"
    if cost > batches.ask_above:
        _button(words, "refresh", lambda: choose("asked", RETRY))
    else:
        _button(words, "refresh", lambda: batches.retry(found.id, visitor()))


def _cancelling(found: Open) -> None:
    batches, running = workbench().batches, found.progress.count(RowState.RUNNING)
    with st.popover("Cancel", icon=":material/close:", key=key("cancel_fold")):
        st.caption("What was not sent is given up. What runs is paid for, so it comes to its end and is kept.")
        _button("Cancel the rest", "close", lambda: batches.cancel(found.id, visitor()), main=True)
        if running:
            st.caption(f"{running:,} run now. Stopping them saves nothing that was sent, and their pictures are lost.")
            _button("Stop what runs, too", "stop", lambda: batches.cancel(found.id, visitor(), running_too=True))


def _change_limits(found: Open) -> None:
    with st.form(key(f"limits_{found.id}"), border=False):
        name: str = st.text_input("Name", found.batch.name, MAX_NAME, key=key("set_name"))
        cost = ask_cost("set_cost", found.batch.max_cost)
        pace = ask_pace("set_pace", found.batch.concurrency)
        if st.form_submit_button("Save", type="primary", key=key("set_save")):
            values: dict[str, Any] = {"name": name, "max_cost": cost, "concurrency": pace}
            workbench().batches.describe(found.id, visitor(), **values)
            st.rerun()


def _button(words: str, icon: str, do: Callable[[], object], *, main: bool = False) -> None:
    def done() -> None:
        with errors_shown():
            do()

    st.button(words.replace("$", r"\$"), key=key(f"do_{icon}"), icon=f":material/{icon}:", on_click=done,
              type="primary" if main else "secondary")  # fmt: skip
