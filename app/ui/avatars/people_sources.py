"""Where personas come from: a form, a file or what was pasted of one, or somebody who makes them up."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from app.ui.avatars.inventing import ask_invented
from app.ui.avatars.people import Line, add, lines
from app.ui.batches.from_file import decoded
from app.ui.choices import choose, chosen, key, segment
from app.ui.earlier import typed
from app.ui.feedback import errors_shown, plain
from app.ui.library.notices import notify
from core.domain.persona import BIOS, FIELDS, MAX_BIO, MAX_GENDER, MAX_NAME, Persona
from core.domain.persona_invention import invent_personas
from core.domain.persona_reading import read_personas

FORM, FILE, INVENTED = "Form", "CSV or JSON", "Invent"
SAYS = {
    FORM: "One person at a time. A name, a gender in any words, and at least one biography.",
    FILE: f"With the columns or fields {', '.join(FIELDS)}.",
    INVENTED: "People who do not exist, made up for you.",
}
TITLES = {"bio_facebook": "Facebook", "bio_instagram": "Instagram", "bio_x": "X", "bio_tiktok": "TikTok"}
EXAMPLE_COUNT, EXAMPLE_SEED = 3, 7
PROBLEMS_SHOWN = 8
PLACEHOLDER = "firstname,lastname,gender,bio_facebook\nAmara,Okafor,female,I'm 34 and bake."


def ask_people() -> None:
    """The sources side by side; what one gives goes into the table with its button."""
    asks: dict[str, Callable[[], None]] = {FORM: _form, FILE: _file, INVENTED: ask_invented}
    with st.container(border=True, key=key("sources"), gap="small"):
        source = segment("source", "Personas from", list(SAYS), FORM)
        st.caption(plain(SAYS[source]))
        with errors_shown():
            asks[source]()


def offer_example() -> None:
    """What a set is, in one glance, with one to try."""
    with st.container(border=True, key=key("empty"), gap="small"):
        st.markdown("##### A face for each persona, and pictures of it")
        st.markdown(
            "1. **Bring personas:** names and what they say about themselves.  \n"
            "2. **See the price,** as grids of four or as single pictures, then start: a base portrait of each, "
            "then 4 or 8 pictures made from it, checked and named.  \n"
            "3. **Accept, reject or redo** on one wall, and take the accepted with you."
        )
        st.button(f"Fill in {EXAMPLE_COUNT} invented personas", key=key("example"), icon=":material/lightbulb:",
                  on_click=_fill_example)  # fmt: skip


def _fill_example() -> None:
    with errors_shown():
        add(invent_personas(EXAMPLE_COUNT, seed=EXAMPLE_SEED))


def _form() -> None:
    taken = chosen("form_taken", 0)
    with st.container(horizontal=True, gap="small", key=key("who")):
        line = partial(typed, st.text_input)
        first = line("First name", "firstname", widget=f"firstname_{taken}", max_chars=MAX_NAME)
        last = line("Last name", "lastname", widget=f"lastname_{taken}", max_chars=MAX_NAME)
        gender = line("Gender", "gender", widget=f"gender_{taken}", max_chars=MAX_GENDER, placeholder="in any words")
    with st.container(key=key("bios"), gap="small"):
        bios = {}
        for two in (BIOS[:2], BIOS[2:]):
            for place, name in zip(st.columns(2, gap="small"), two, strict=True):
                bios[name] = typed(place.text_area, f"Biography on {TITLES[name]}", name, widget=f"{name}_{taken}",
                                   height=80, max_chars=MAX_BIO)  # fmt: skip
    if _add_button("Add this persona", "add_form"):
        _take([Persona.of({"firstname": first, "lastname": last, "gender": gender, **bios})])
        choose("form_taken", taken + 1)  # a new key empties the fields
        st.rerun()


def _file() -> None:
    taken = chosen("file_taken", 0)
    file = st.file_uploader("CSV or JSON", ["csv", "tsv", "json", "jsonl", "txt"], key=key(f"file_{taken}"),
                            label_visibility="collapsed", max_upload_size=20)  # fmt: skip
    pasted = typed(st.text_area, "Or paste", "pasted", widget=f"pasted_{taken}", height=104, placeholder=PLACEHOLDER)
    _samples()
    if file is None and not pasted.strip():
        _add_button("Add to the table", "add_file", disabled=True)
        return
    read = read_personas(decoded(file), file.name) if file is not None else read_personas(pasted)
    if read.problems:
        said = [plain(str(problem)) for problem in read.problems[:PROBLEMS_SHOWN]]
        more = len(read.problems) - PROBLEMS_SHOWN
        st.warning("  \n".join([*said, *[f"and {more:,} more"] * (more > 0)]), icon=":material/rule:")
    if read.ignored:
        st.caption(plain(f"Not read: {', '.join(read.ignored)}."))
    count, bad = len(read.personas), [Line.to_mend(one.cells) for one in read.problems if one.cells]
    words = f"Add {count:,} persona{'s' * (count != 1)}" + (f" and {len(bad):,} to be mended" if bad else "")
    if _add_button(words, "add_file", disabled=not (count or bad)):
        _take(read.personas, bad)
        choose("file_taken", taken + 1)
        st.rerun()


def _samples() -> None:
    sample = invent_personas(2, seed=EXAMPLE_SEED)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=key("samples")):
        st.caption("A sample:", width="content")
        st.download_button("CSV", _csv(sample), "personas.csv", "text/csv", key=key("sample_csv"), on_click="ignore",
                           type="tertiary", icon=":material/download:")  # fmt: skip
        text = json.dumps([one.to_json() for one in sample], indent=1, ensure_ascii=False)
        st.download_button("JSON", text, "personas.json", "application/json", key=key("sample_json"),
                           on_click="ignore", type="tertiary", icon=":material/download:")  # fmt: skip


def _csv(personas: Sequence[Persona]) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, FIELDS)
    table.writeheader()
    table.writerows(one.to_json() for one in personas)
    return out.getvalue().encode("utf-8-sig")


def _add_button(words: str, name: str, *, disabled: bool = False) -> bool:
    return st.button(words, key=key(name), icon=":material/person_add:", disabled=disabled,
                     type="secondary" if lines() else "primary")  # fmt: skip


def _take(personas: Sequence[Persona], bad: Sequence[Line] = ()) -> None:
    if again := len(personas) + len(bad) - add(personas, bad):
        notify(f"{again:,} {'was' if again == 1 else 'were'} in the table already and left out.")
