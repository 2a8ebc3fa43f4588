"""The one editable table of personas, some at a time, each with its problem if it is none yet."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas  # type: ignore[import-untyped]
import streamlit as st

from app.ui.avatars.people import Line, People, edited, generation, lines, put
from app.ui.choices import choose, chosen, key
from app.ui.earlier import offer_earlier
from app.ui.feedback import plain
from core.domain.persona import FIELDS

ROWS_SHOWN = 100
ROW_PIXELS, HEAD_PIXELS, TALLEST = 35, 38, 10
SENTENCES = 5


def show_people(people: People) -> None:
    """A page of the personas, to read and to change, and what can be done with them as a whole."""
    pages = max(-(-len(people.lines) // ROWS_SHOWN), 1)
    page = 1 if pages == 1 else int(st.pagination(pages, key=key(f"people_page_{pages}"), max_visible_pages=5))
    first = (page - 1) * ROWS_SHOWN
    _above(people)
    _editor(people, first)
    _problems(people)


def bring_back() -> None:
    """Take up what an earlier session left; undo the last removal, as long as nothing else was put in its place."""
    offer_earlier("persona", put, lines)
    removed: tuple[Line, ...] | None = chosen("people_removed")
    if removed:
        _button(f"Bring {_counted(len(removed))} back", "people_back", lambda: _restore(removed))


def _above(people: People) -> None:
    ticked = [line for line in people.lines if line.ticked]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("people_head")):
        st.markdown(f"**{plain(_counted(len(people.lines)))}**", width="content")
        if people.bad:
            st.markdown(f":orange[{len(people.bad):,} to be mended]", width="content")
            _button("Remove these" if len(people.bad) > 1 else "Remove it", "people_bad", lambda: _drop(people.bad))
        if ticked:
            _button(f"Remove {len(ticked):,} ticked", "people_ticked", lambda: _drop(ticked))
        _button("Clear", "people_clear", lambda: _drop(people.lines))


def _editor(people: People, first: int) -> None:
    widget = key(f"people_table_{generation()}_{first}")
    shown = people.lines[first : first + ROWS_SHOWN]
    problems = people.problems[first : first + ROWS_SHOWN]
    names = {name: [getattr(line, name) for line in shown] for name in FIELDS} | {"problem": list(problems)}
    # The types are said: a column that gets its first value must not become another table.
    frame = pandas.DataFrame({name: pandas.array(cells, dtype="string") for name, cells in names.items()})
    frame["ticked"] = [line.ticked for line in shown]
    frame["number"] = range(first + 1, first + len(shown) + 1)
    st.data_editor(
        frame, key=widget, hide_index=True, num_rows="fixed", column_config=_config(), alt="The personas of the set",
        column_order=["ticked", "number", *["problem"] * any(problems), *FIELDS],
        on_change=lambda: edited(st.session_state[widget]["edited_rows"], first),
        row_height=ROW_PIXELS, height=HEAD_PIXELS + ROW_PIXELS * min(max(len(shown), 2), TALLEST),
    )  # fmt: skip


def _config() -> dict[str, Any]:
    c = st.column_config
    bios = {"bio_facebook": "Facebook", "bio_instagram": "Instagram", "bio_x": "X", "bio_tiktok": "TikTok"}
    return {
        "ticked": c.CheckboxColumn("", width=36, help="Tick personas to remove them"),
        "number": c.NumberColumn("#", width=48, disabled=True),
        "problem": c.TextColumn("Problem", width=240, disabled=True),
        "firstname": c.TextColumn("First name", width=110),
        "lastname": c.TextColumn("Last name", width=120),
        "gender": c.TextColumn("Gender", width=90, help="In any words"),
        **{name: c.TextColumn(title, width=190, help="Biography; one of the four is enough")
           for name, title in bios.items()},
    }  # fmt: skip


def _problems(people: People) -> None:
    """The first sentences in full: a cell has room for their beginning."""
    bad = [(number, problem) for number, problem in enumerate(people.problems, 1) if problem]
    said = [f"**{number:,}** · {plain(problem)}" for number, problem in bad[:SENTENCES]]
    if len(bad) > SENTENCES:
        said.append(f"and {len(bad) - SENTENCES:,} more")
    if said:
        st.markdown(":orange-background[To mend] " + "  \n".join(said))


def _drop(gone: Sequence[Line]) -> None:
    away = {id(line) for line in gone}
    choose("people_removed", lines())
    put(line for line in lines() if id(line) not in away)


def _restore(removed: tuple[Line, ...]) -> None:
    put(removed)
    choose("people_removed", None)


def _counted(count: int) -> str:
    return f"{count:,} persona{'s' * (count != 1)}"


def _button(words: str, name: str, do: Callable[[], None]) -> None:
    st.button(words, key=key(name), type="tertiary", on_click=do)
