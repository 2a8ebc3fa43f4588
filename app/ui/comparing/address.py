"""What the Compare page shows, kept for the tab and written into its address: a reload or a link shows the same.

?pictures=id,id  &how=wipe|difference  &pair=1-2      pictures held against each other
?view=matrix  &jobs=id,id                             a matrix, and the jobs it was started as

An address that somebody brings says what is on show; arriving without one brings back what the tab remembers.
"""

from collections.abc import Sequence

import streamlit as st

from app.ui.choices import choose, chosen

PICTURES, MATRIX = "Pictures", "Matrix"
SIDE_BY_SIDE, WIPE, DIFFERENCE = "Side by side", "Wipe", "Difference"
DEFAULTS = {"pictures": "", "view": PICTURES.lower(), "how": SIDE_BY_SIDE.lower(), "pair": "1-2", "jobs": ""}
LISTS = ("pictures", "jobs")
OF_PICTURES, OF_MATRIX = ("pictures", "how", "pair"), ("view", "jobs")
MOST_PICTURES, MOST_IDS = 4, 24


def read_address() -> None:
    """Take up what the address says, if it says anything else than what this page wrote there."""
    asked = {name: st.query_params[name] for name in DEFAULTS if name in st.query_params}
    if not asked or asked == chosen("told"):
        return
    for name, default in DEFAULTS.items():
        if name in LISTS:
            choose(name, _ids(asked[name]) if name in asked else chosen(name))
        else:
            choose(name, asked.get(name, default).capitalize())
    choose("told", asked)


def write_address() -> None:
    """Say in the address what is on show now."""
    names = OF_MATRIX if chosen("view") == MATRIX else OF_PICTURES if len(compared()) > 1 else ("pictures",)
    now = {name: text for name in names if (text := _said(name)) != DEFAULTS[name]}
    for name in DEFAULTS:
        if name in now:
            st.query_params[name] = now[name]
        else:
            st.query_params.pop(name, None)
    choose("told", now)


def compared() -> tuple[str, ...]:
    """The ids of the pictures that are compared."""
    ids: tuple[str, ...] = chosen("pictures", ())
    return ids[:MOST_PICTURES]


def compare_these(ids: Sequence[str]) -> None:
    """Hold these pictures against each other, in place of what was compared. For callbacks."""
    choose("pictures", tuple(dict.fromkeys(ids))[:MOST_PICTURES])
    choose("view", PICTURES)


def started() -> tuple[str, ...]:
    """The ids of the jobs of the matrix on show."""
    ids: tuple[str, ...] = chosen("jobs", ())
    return ids


def _said(name: str) -> str:
    value = chosen(name, DEFAULTS[name])
    return ",".join(value) if name in LISTS else str(value).lower()


def _ids(text: str) -> tuple[str, ...]:
    """Ids from an address: commas between them, none twice, no more than anybody could mean."""
    found = dict.fromkeys(part.strip()[:64] for part in text.split(",")[:MOST_IDS])
    return tuple(id for id in found if id)
