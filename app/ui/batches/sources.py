"""Where rows come from: typed prompts, a file, wildcards, a matrix, or one edit over many pictures."""

from collections.abc import Callable, Sequence

import streamlit as st

from app.ui.batches.draft import add, lines
from app.ui.batches.from_file import ask_file
from app.ui.batches.from_pictures import ask_pictures
from app.ui.batches.from_wildcards import ask_wildcards
from app.ui.choices import choose, chosen, key, segment
from app.ui.comparing.matrix_asking import qualities_of, several, sizes_offered
from app.ui.earlier import typed
from app.ui.feedback import errors_shown, plain
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.batch import MAX_ROWS
from core.domain.batch_rows import read_rows
from core.domain.draft_row import DraftRow, read_row
from core.domain.matrix import expand
from core.domain.request import GenerateRequest

TEXT, FILE, WILDCARDS, MATRIX, PICTURES = "Text", "File", "Wildcards", "Matrix", "Pictures"
SAYS = {
    TEXT: "One prompt a line.",
    FILE: "A table with a column prompt; model, size, quality, n, inputs and name where a row differs.",
    WILDCARDS: "One prompt with alternatives; every combination becomes a row.",
    MATRIX: "Every prompt with every model, quality and size.",
    PICTURES: "One edit, done to many pictures.",
}
EXAMPLE = (
    "a red fox asleep in fresh snow, first light",
    "a lighthouse on a cliff in a storm, seen from the sea",
    "a bowl of lemons on a blue table, window light",
    "an old bookshop at night, warm lamps, rain on the glass",
    "a paper kite over green hills, watercolour",
    "a tin robot watering a garden, 1950s poster",
)
PLACEHOLDER = "a red fox in the snow\na lighthouse in a storm\na bowl of lemons on a blue table"


def ask_rows() -> None:
    """The sources side by side; what one makes goes into the table with its button."""
    with st.container(border=True, key=key("sources"), gap="small"):
        asks: dict[str, Callable[[], Sequence[DraftRow]]] = {
            TEXT: _text, FILE: ask_file, WILDCARDS: ask_wildcards, MATRIX: _matrix, PICTURES: ask_pictures,
        }  # fmt: skip
        source = segment("source", "Rows from", list(SAYS), TEXT)
        st.caption(SAYS[source])
        with errors_shown():
            drafts = asks[source]()
            _add_button(drafts)


def offer_example() -> None:
    """What a batch is, in one glance, with one to try."""
    with st.container(border=True, key=key("empty"), gap="small"):
        st.markdown("##### Many pictures, one plan")
        st.markdown(
            "1. **Bring rows.** Each becomes one request; what it does not say, the settings do.  \n"
            "2. **See the price** of every row and of all, and mend what cannot be sent, in one table.  \n"
            "3. **Start,** and close the tab if you like: the batch goes on, and you find it here again."
        )
        st.button("Fill in an example", key=key("example"), icon=":material/lightbulb:", on_click=_fill_example)


def _add_button(drafts: Sequence[DraftRow]) -> None:
    count = len(drafts)
    words = f"Add {count:,} row{'s' * (count != 1)} to the table" if count else "Add to the table"
    if st.button(words, key=key("add"), icon=":material/playlist_add:", shortcut="Ctrl+Enter",
                 type="secondary" if lines() else "primary"):  # fmt: skip
        add(drafts)
        # What was typed is in the table now: a new key empties its box.
        choose("taken", chosen("taken", 0) + 1)
        st.rerun()


def _fill_example() -> None:
    with errors_shown():
        add(read_rows("\n".join(EXAMPLE), form="text").rows)


def _text() -> Sequence[DraftRow]:
    text = typed(st.text_area, "Prompts", "text", widget=f"text_{chosen('taken', 0)}", height=148,
                 placeholder=PLACEHOLDER, label_visibility="collapsed")  # fmt: skip
    return read_rows(text, form="text").rows


def _matrix() -> Sequence[DraftRow]:
    text = typed(st.text_area, "Prompts, one a line", "matrix", widget=f"matrix_{chosen('taken', 0)}", height=104,
                 placeholder=PLACEHOLDER)  # fmt: skip
    bench = workbench()
    models, can_type = bench.models(visitor()), bench.takes_any_model(visitor())
    ids = [model.id for model in models]
    with st.container(horizontal=True, gap="small", key=key("axes")):
        axes = {
            "model": several("models", "Models", ids, [bench.default_for(visitor()).id], can_type),
            "quality": several("qualities", "Qualities", qualities_of(models), ["low", "high"], can_type),
            "size": several("sizes", "Sizes, or type one", sizes_offered(), ["1024x1024"], can_type=True),
        }
    prompts = [row.prompt for row in read_rows(text, form="text").rows]
    sides = " x ".join(f"{len(values) or 1}" for values in (prompts, *axes.values()))
    if not prompts:
        st.caption(plain("prompts x models x qualities x sizes; what is left empty, the settings say."))
        return ()
    st.caption(plain(f"{sides} makes {_product(prompts, axes):,} rows."))
    base = GenerateRequest(prompt=prompts[0], model=bench.default_for(visitor()).id)
    varied = expand(base, {"prompt": prompts, **axes}, limit=MAX_ROWS)
    names = ["prompt", *(name for name, values in axes.items() if values)]
    return [
        read_row(number, {name: getattr(request, name) for name in names}) for number, request in enumerate(varied, 1)
    ]


def _product(prompts: Sequence[str], axes: dict[str, list[str]]) -> int:
    count = len(dict.fromkeys(prompts))
    for values in axes.values():
        count *= len(values) or 1
    return count
