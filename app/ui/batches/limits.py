"""A batch's name, limits, collection and file names: asked before it starts, changed while it runs."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from app.ui.batches.checking import Table
from app.ui.choices import chosen, key, one_of
from app.ui.feedback import plain
from app.ui.gallery import excerpt
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.batch import MAX_CONCURRENCY, Batch
from core.domain.draft_row import DraftRow
from core.domain.file_names import DEFAULT_TEMPLATE, FileNames, check_template, name_values
from core.domain.library import MAX_NAME

OWN = ""
NAMED = 3
NAME_WORDS = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What is asked besides the rows; ``max_cost`` in USD."""

    name: str
    max_cost: Decimal | None
    concurrency: int | None
    collection_id: str | None
    template: str


def ask_limits(table: Table) -> Limits:
    """Name and limit in sight, the rest folded away."""
    usual = excerpt(table.good[0].request.prompt, NAME_WORDS) if table.good else "Batch"
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key=key("naming")):
        name: str = st.text_input(
            "Name", key=key(f"name_{chosen('started', 0)}"), placeholder=usual, max_chars=MAX_NAME,
            persist_state="session", width=320,
        )  # fmt: skip
        cost = ask_cost("max_cost", None)
    with st.expander("Collection, file names, pace", icon=":material/tune:", key=key("more")):
        collection = _ask_collection()
        template = ask_template("template_of_files", "")
        _preview(template, table)
        pace = ask_pace("concurrency", None)
    return Limits(name=name.strip() or usual, max_cost=cost, concurrency=pace, collection_id=collection,
                  template=template)  # fmt: skip


def change_limits(batch: Batch) -> None:
    """The same for a batch that is there already."""
    with st.form(key(f"limits_{batch.id}"), border=False):
        name: str = st.text_input("Name", batch.name, MAX_NAME, key=key("set_name"))
        cost = ask_cost("set_cost", batch.max_cost)
        pace = ask_pace("set_pace", batch.concurrency)
        template = ask_template("set_template", batch.template)
        if st.form_submit_button("Save", type="primary", key=key("set_save")):
            if template:
                check_template(template, _named_in(batch))
            values: dict[str, Any] = {"name": name, "max_cost": cost, "concurrency": pace, "template": template}
            workbench().batches.describe(batch.id, visitor(), **values)
            st.rerun()


def ask_cost(name: str, value: Decimal | None) -> Decimal | None:
    """The most it may cost, in USD; None for no limit."""
    cost: float | None = st.number_input(
        "At most, in USD", 0.0, None, None if value is None else float(value), 1.0, key=key(name), format="%.2f",
        placeholder="no limit", persist_state="session", width=160,
        help="No row is sent that could take the batch above this; it pauses there.",
    )  # fmt: skip
    return None if cost is None else Decimal(str(cost))


def ask_pace(name: str, value: int | None) -> int | None:
    """How many at once; None for what the server is set to."""
    pace: int | None = st.number_input(
        "Requests at once", 1, MAX_CONCURRENCY, value, key=key(name), placeholder="as many as the server takes",
        persist_state="session", width=240,
    )  # fmt: skip
    return pace


def ask_template(name: str, value: str) -> str:
    """The template of file names as it is written; empty stands for the usual one."""
    text: str = st.text_input("File names", value, key=key(name), placeholder=DEFAULT_TEMPLATE, persist_state="session")
    return text.strip()


def _preview(template: str, table: Table) -> None:
    """The first names, or what is wrong; raises InvalidRequestError, so that nothing starts with it."""
    rows = table.good[:NAMED]
    columns = dict.fromkeys(name for row in table.good for name in row.columns)
    names = FileNames(template or DEFAULT_TEMPLATE, list(columns))
    day = workbench().clock().date()
    said = []
    for number, row in enumerate(rows, start=1):
        draft = DraftRow(number=number, name=row.name, columns=row.columns)
        values = name_values(draft, row.request, position=1, day=day, image_id="0" * 32, state="succeeded")
        said.append(names.take(values, row.request.output_format or "png"))
    more = ", …" if len(table.good) > NAMED else ""
    st.caption(plain(f"{', '.join(said)}{more}" if said else "The first names stand here once there are rows."))


def _ask_collection() -> str | None:
    names = {one.id: one.name for one in workbench().history.collections(visitor())}
    if not names:
        st.caption("The pictures go into a new collection of the batch's name.")
        return None
    id = one_of("collection", "Collection", [OWN, *names], OWN, lambda id: names.get(id, "A new one of its name"))
    return id or None


def _named_in(batch: Batch) -> list[str]:
    """The columns that this batch's rows have; the first few rows tell."""
    rows = workbench().batches.rows(batch.id, visitor(), limit=NAMED)
    return list(dict.fromkeys(name for row in rows for name in row.columns))
