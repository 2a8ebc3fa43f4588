"""The one editable table: every row with its price or its problem, some at a time."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import pandas  # type: ignore[import-untyped]
import streamlit as st

from app.ui.batches.checking import Checked, Table
from app.ui.batches.draft import FIELDS, Line, change, generation, lines, put
from app.ui.choices import choose, chosen, key
from app.ui.earlier import offer_earlier
from app.ui.feedback import plain
from app.ui.session import visitor
from app.workbench import workbench

ROWS_SHOWN = 200
ROW_PIXELS, HEAD_PIXELS = 35, 38
SENTENCES = 5
ONLY = "only_bad"
TALLEST = 14
"""So many rows are in sight before the table scrolls in itself."""


def show_table(table: Table) -> None:
    """A page of the rows, to read and to change, and what can be done with rows as a whole."""
    _above(table)
    positions = _wanted(table)
    place, pages = st.container(), max(-(-len(positions) // ROWS_SHOWN), 1)
    page = _page(pages, len(positions))
    with place:
        shown = positions[(page - 1) * ROWS_SHOWN : page * ROWS_SHOWN]
        _editor(table, shown)
        _problems(table, shown)


def _wanted(table: Table) -> Sequence[int]:
    """Positions of the rows to show: all, or those to be mended."""
    if chosen(ONLY) and table.bad:
        return [at for at, row in enumerate(table.rows) if row.problem]
    if chosen(ONLY):
        choose(ONLY, None)  # all are mended
    return range(len(table.lines))


def _problems(table: Table, shown: Sequence[int]) -> None:
    """The first sentences in full: a cell has room for their beginning."""
    bad = [(at + 1, table.rows[at].problem) for at in shown if table.rows[at].problem]
    said = [f"**{number:,}** · {plain(problem)}" for number, problem in bad[:SENTENCES]]
    if len(bad) > SENTENCES:
        said.append(f"and {len(bad) - SENTENCES:,} more on this page")
    if said:
        st.markdown(":orange-background[To mend] " + "  \n".join(said))


def _page(pages: int, count: int) -> int:
    if pages == 1:
        return 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("table_pager")):
        page = int(st.pagination(pages, key=key(f"table_page_{pages}"), max_visible_pages=5))
        first = (page - 1) * ROWS_SHOWN + 1
        st.caption(plain(f"{first:,} to {min(page * ROWS_SHOWN, count):,} of {count:,}"), width="content")
    return page


def _above(table: Table) -> None:
    ticked = sum(line.ticked for line in table.lines)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("table_head")):
        st.markdown(plain(_counted(len(table.lines), "row")), width="content")
        if table.bad:
            st.markdown(f":orange[{plain(_counted(len(table.bad), 'row'))} to be mended]", width="content")
            only = bool(chosen(ONLY))
            _button("Show all rows" if only else "Show only these", "only_bad_door", choose, ONLY, not only)
            _button("Remove these", "remove_bad", _keep, [at for at, row in enumerate(table.rows) if not row.problem])
        if ticked:
            kept = [at for at, line in enumerate(table.lines) if not line.ticked]
            _button(f"Remove {ticked:,} ticked", "remove_ticked", _keep, kept)
        _button("Add an empty row", "add_empty", _add_empty)
        _button("Clear", "clear", _clear)


def _editor(table: Table, shown: Sequence[int]) -> None:
    checked = [table.rows[at] for at in shown]
    widget = key(f"table_{generation()}_{crc32(repr(shown).encode()):08x}")
    st.data_editor(
        _frame([table.lines[at] for at in shown], checked, shown), key=widget, hide_index=True, num_rows="fixed",
        placeholder="as set", column_order=_order(checked), column_config=_config(), on_change=_edit,
        args=(widget, shown), row_height=ROW_PIXELS, alt="The rows of the batch",
        height=HEAD_PIXELS + ROW_PIXELS * min(max(len(shown), 3), TALLEST),
    )  # fmt: skip


def _frame(lines: Sequence[Line], checked: Sequence[Checked], shown: Sequence[int]) -> pandas.DataFrame:
    """The cells; numbers as texts, so that a wrong one can stand there until it is mended.

    The types are said: a column that gets its first value must not become another table, or the editor begins anew.
    """
    texts = {name: [getattr(line, name) or None for line in lines] for name in FIELDS}
    texts |= {name: [getattr(line, name).replace("\n", "; ") for line in lines] for name in ("inputs", "name")}
    texts["prompt"] = [line.prompt for line in lines]  # nothing is set for a prompt that is missing
    texts |= {"problem": [row.problem for row in checked], "price": [row.price for row in checked]}
    frame = pandas.DataFrame({name: pandas.array(cells, dtype="string") for name, cells in texts.items()})
    frame["ticked"] = [line.ticked for line in lines]
    frame["number"] = [at + 1 for at in shown]
    return frame


def _order(checked: Sequence[Checked]) -> list[str]:
    """Problems stand beside the prompt, and only where there are some."""
    problem = ["problem"] * any(row.problem for row in checked)
    return ["ticked", "number", "prompt", *problem, "price", "model", "size", "quality", "n", "inputs", "name"]


def _config() -> dict[str, Any]:
    names = [model.id for model in workbench().models(visitor())]
    c = st.column_config
    return {
        "ticked": c.CheckboxColumn("", width=36, help="Tick rows to remove them"),
        "number": c.NumberColumn("#", width=52, disabled=True),
        "prompt": c.TextColumn("Prompt", width=340),
        "problem": c.TextColumn("Problem", width=260, disabled=True),
        "price": c.TextColumn("Price", width=110, disabled=True),
        "model": c.TextColumn("Model", width=150, help=f"One of {', '.join(names)}"),
        "size": c.TextColumn("Size", width=100, help="1024x1024 or auto, as the model takes it"),
        "quality": c.TextColumn("Quality", width=80),
        "n": c.TextColumn("n", width=56, help="How many pictures"),
        "inputs": c.TextColumn("Inputs", width=120, help="Pictures to edit: names of files, or ids; ; between them"),
        "name": c.TextColumn("Name", width=110, help="The file's name, if the template says {name}"),
    }


def _edit(widget: str, shown: Sequence[int]) -> None:
    change(st.session_state[widget]["edited_rows"], shown)


def _keep(positions: Sequence[int]) -> None:
    rows = lines()
    choose("removed", rows)
    put(rows[at] for at in positions)


def _add_empty() -> None:
    put((*lines(), Line()))


def _clear() -> None:
    choose("removed", lines())
    put(())


def bring_back() -> None:
    """Take up what an earlier session left; undo the last removal, as long as nothing else was put in its place."""
    offer_earlier("row", put, lines)
    removed: tuple[Line, ...] | None = chosen("removed")
    if removed:
        _button(f"Bring the {_counted(len(removed), 'row')} back", "bring_back", _restore)


def _restore() -> None:
    put(chosen("removed", ()))
    choose("removed", None)


def _button(words: str, name: str, do: Any, *args: Any) -> None:
    st.button(words, key=key(name), type="tertiary", on_click=do, args=args)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
