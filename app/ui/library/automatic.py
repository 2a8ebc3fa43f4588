"""The automatic collections on their shelf: today, by model, recovered, failed; a click opens them."""

from datetime import timedelta

import streamlit as st

from app.ui.choices import choose, chosen
from app.ui.library.address import change
from app.ui.library.failures import COUNTED, FAILED_STATES, requests_said
from app.ui.library.grid import Card, grid
from app.ui.library.listing import counted
from app.ui.navigation import HISTORY, go
from app.ui.pictures import thumbnail_source
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.library import Filter
from core.services.automatic import AutomaticSet, automatic_sets

FAILED = "failed"


def show_automatic() -> None:
    """Those that hold something; nothing where none does."""
    bench = workbench()
    sets = automatic_sets(bench.history, visitor(), bench.clock())
    if opened := chosen("automatic_opened"):
        choose("automatic_opened", None)
        _open(opened, sets)
    cards = [_card(number, one) for number, one in enumerate(sets)] + _failed()
    if cards:
        st.subheader("Automatic", anchor=False)
        grid("automatic", "Automatic collections", cards, on_open=_opened, edge=172, marks=False)


def address_of(wanted: Filter) -> dict[str, str]:
    """How the History page's address asks for the same."""
    parts = {
        "from": wanted.since and f"{wanted.since:%Y-%m-%d}",
        "to": wanted.until and f"{wanted.until - timedelta(days=1):%Y-%m-%d}",
        "model": wanted.model,
        "provider": wanted.provider,
    }
    return {name: text for name, text in parts.items() if text}


def _opened(id: str) -> None:
    if id == FAILED:
        change(failed="1")
    else:
        choose("automatic_opened", id)


def _open(id: str, sets: tuple[AutomaticSet, ...]) -> None:
    """A page is left while it is drawn; a callback cannot."""
    number = int(id)
    if number < len(sets):
        go(HISTORY, **address_of(sets[number].wanted))


def _card(number: int, one: AutomaticSet) -> Card:
    small = counted(one.count)
    return Card(
        id=str(number), title=f"{one.name}, {small}", source=thumbnail_source(one.cover), name=one.name, small=small
    )  # fmt: skip


def _failed() -> list[Card]:
    jobs = workbench().studio.jobs(visitor(), states=FAILED_STATES, limit=COUNTED + 1)
    if not jobs:
        return []
    small = requests_said(len(jobs))
    cover = next((image for job in jobs for image in job.kept_images), None)
    source = thumbnail_source(cover) if cover else ""
    return [Card(id=FAILED, title=f"Failed, {small}", source=source, name="Failed", small=small)]
