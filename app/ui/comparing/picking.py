"""Which pictures are compared: fetched for this visitor, said how to get here, added and taken away."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from app.ui.choices import key
from app.ui.comparing.address import MOST_PICTURES, compare_these
from app.ui.feedback import plain
from app.ui.filmstrip import Tile, filmstrip
from app.ui.gallery import excerpt
from app.ui.navigation import GENERATE, HISTORY, link
from app.ui.pictures import thumbnail_source
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.job import Job
from core.domain.library import Filter, Picture

OFFERED = 40
"""How many recent pictures are offered; older ones are found in the History."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A picture that is compared, and the job that made it."""

    picture: Picture
    job: Job

    @property
    def ratio(self) -> float:
        """Width by height; 1 for a drawing without a size of its own."""
        ref = self.picture.image.ref
        return ref.width / ref.height if ref.height else 1


def fetch(ids: tuple[str, ...]) -> tuple[Compared, ...]:
    """The pictures that are here and this visitor's, in this order; how many are not is said."""
    bench, who = workbench(), visitor()
    found = bench.history.pictures(ids, who)
    if missing := len(ids) - len(found):
        are = "is" if missing == 1 else "are"
        st.info(
            f"{missing} of the {len(ids)} pictures of this address {are} not here, or belong to another visitor.",
            icon=":material/search_off:",
        )
    return tuple(Compared(picture=one, job=bench.library.image(one.id, who)[1]) for one in found)


def say_how(found: tuple[Compared, ...]) -> None:
    """What to do while there are not two pictures yet."""
    if not found:
        st.markdown("##### Choose two to four pictures, and see them side by side.")
        st.caption(
            "They zoom and move together, a wipe lays one over another, and every pixel that differs is counted. "
            "To try one prompt on several models, qualities and sizes, open the matrix."
        )
        return
    st.markdown("##### Choose another picture to compare this one with.")
    one = found[0].picture
    source, ratio = thumbnail_source(one.image), round(found[0].ratio, 4)
    tile = Tile(id=one.id, title=f"Take away: {excerpt(one.prompt)}", source=source, ratio=ratio)
    filmstrip("first", "The first picture", [tile], one.id, edge=128, on_pick=lambda _id: compare_these(()))
    st.caption(plain(excerpt(one.prompt, 200)))


def pick_pictures(found: tuple[Compared, ...]) -> None:
    """Recent pictures to add with a click, as long as there is room."""
    ids = [one.picture.id for one in found]
    if len(ids) == MOST_PICTURES:
        st.caption("Four pictures are the most. Take one away with its × to add another.")
        return
    recent = workbench().history.find(Filter(), visitor(), size=OFFERED).pictures
    tiles = [_tile(picture) for picture in recent if picture.id not in ids]
    if not tiles:
        st.caption("There are no other pictures yet." if recent else "There are no pictures yet.")
        link(GENERATE, "Generate some")
        return
    with st.container(gap="small", key=key("add")):
        st.caption("Click a recent picture to add it, or tick two to four in the History and press Compare there.")
        filmstrip("recent", "Recent pictures to add", tiles, None, edge=88, on_pick=partial(_add, ids))
        link(HISTORY, "Find others in the History")


def _tile(picture: Picture) -> Tile:
    ref = picture.image.ref
    ratio = ref.width / ref.height if ref.height else 1
    title = f"{excerpt(picture.prompt)} ({picture.model}, {ref.width}x{ref.height})"
    return Tile(id=picture.id, title=title, source=thumbnail_source(picture.image), ratio=round(ratio, 4))


def _add(ids: list[str], id: str) -> None:
    compare_these([*ids, id])
