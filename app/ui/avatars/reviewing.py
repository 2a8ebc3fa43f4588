"""Reviewing: which pictures are shown, and accepting, rejecting or redoing one, the ticked ones, or all of them."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import streamlit as st

from app.ui.avatars.opening import open_split
from app.ui.avatars.reading import Open
from app.ui.avatars.wall import Place, place_id, places_of, show_wall
from app.ui.choices import choose, chosen, key, segment
from app.ui.feedback import errors_shown, plain
from app.ui.library.notices import notify, pictures_said
from app.ui.library.selecting import select_none, selected
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.avatar import AvatarTile, PersonaRow, Verdict
from core.domain.money import usd_text

PEOPLE_SHOWN = 10
ALL, FAILED, NEW, ACCEPTED, REJECTED = "All", "Failed checks", "Unreviewed", "Accepted", "Rejected"
FILTERS: dict[str, Callable[[AvatarTile], bool]] = {
    ALL: lambda _: True,
    FAILED: lambda tile: not tile.good,
    NEW: lambda tile: tile.verdict is Verdict.NEW,
    ACCEPTED: lambda tile: tile.verdict is Verdict.ACCEPTED,
    REJECTED: lambda tile: tile.verdict is Verdict.REJECTED,
}
VERDICTS = {"accept": Verdict.ACCEPTED, "reject": Verdict.REJECTED, "clear": Verdict.NEW}
REDO_ASKED = "redo_asked"


def show_review(found: Open) -> None:
    """The filter, what can be done with all that it shows, and the wall, some personas at a time."""
    view = _ask_filter(found) if found.pictures else ALL
    tiles = [tile for tile in found.pictures if FILTERS[view](tile)]
    with_some = {tile.position for tile in tiles}
    people = [one for one in found.personas if view == ALL or one.position in with_some]
    if tiles:
        _act_on_many(found, tiles)
    _ask_redo(found)
    if not people:
        st.caption("No picture is like that." if found.all_tiles else "The first picture appears here in a moment.")
        return
    show_wall(
        found, _page(people, view), {(tile.position, tile.number) for tile in tiles},
        price=_price(found, 1), on_act=lambda verb, ids: _acted(found, verb, ids),
    )  # fmt: skip


def _ask_filter(found: Open) -> str:
    counts = {name: sum(map(passes, found.pictures)) for name, passes in FILTERS.items()}
    with st.container(key=key("filter")):
        return segment("filter", "Show", list(FILTERS), ALL, format_func=lambda name: f"{name} {counts[name]:,}")


def _page(people: Sequence[PersonaRow], view: str) -> Sequence[PersonaRow]:
    pages = -(-len(people) // PEOPLE_SHOWN)
    if pages == 1:
        return people
    page = int(st.pagination(pages, key=key(f"wall_page_{view}_{pages}"), max_visible_pages=5))
    return people[(page - 1) * PEOPLE_SHOWN : page * PEOPLE_SHOWN]


def _act_on_many(found: Open, tiles: Sequence[AvatarTile]) -> None:
    """On the ticked pictures, else on all that the filter shows, on every page."""
    there = {place_id(tile) for tile in found.pictures}
    ticked = [id for id in selected() if id in there]
    ids = ticked or [place_id(tile) for tile in tiles]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key("many")):
        words = f"{len(ticked):,} ticked" if ticked else f"All {len(ids):,} shown"
        st.markdown(f"**{words}:**", width="content")
        _many("Accept", "check", found, "accept", ids)
        _many("Reject", "close", found, "reject", ids)
        if count := _redoable(found, places_of(ids)):
            price = usd_text(_price(found, count)).replace("$", r"\$")
            _many(f"Redo {count:,} for up to {price}", "refresh", found, "redo", ids)
        if ticked:
            st.button("Untick", key=key("many_untick"), type="tertiary", on_click=select_none)


def _many(words: str, icon: str, found: Open, verb: str, ids: Sequence[str]) -> None:
    st.button(words, key=key(f"many_{verb}"), icon=f":material/{icon}:", on_click=_acted,
              args=(found, verb, list(ids)), kwargs={"many": True})  # fmt: skip


def _acted(found: Open, verb: str, ids: list[str], *, many: bool = False) -> None:
    """Do what was pressed on the wall or above it."""
    if not ids:
        return
    with errors_shown():
        match verb:
            case "open":
                choose("picked", f"image {_image_of(found, ids[0])}")
            case "split":
                open_split(int(ids[0]))
            case "redo":
                _redo_or_ask(found, places_of(ids))
            case "accept" | "reject" | "clear":
                workbench().avatars.judge(found.id, places_of(ids), VERDICTS[verb], visitor())
        if many and verb != "redo":
            select_none()


def _redo_or_ask(found: Open, places: list[Place]) -> None:
    """Every button says the price; what is dear is asked about once more."""
    if _price(found, _redoable(found, places)) > workbench().batches.ask_above:
        choose(REDO_ASKED, tuple(places))
    else:
        _redo(found.id, places)


def _redo(id: str, places: Sequence[Place]) -> None:
    choose(REDO_ASKED, None)
    with errors_shown():
        count = workbench().avatars.redo(id, places, visitor())
        select_none()
        if count:
            each = "each " * (count > 1)
            notify(f"{pictures_said(count)} will be made again, {each}alone from its base portrait.")
        else:
            notify("These are being made again already.")


def _ask_redo(found: Open) -> None:
    places: tuple[Place, ...] | None = chosen(REDO_ASKED)
    if not places:
        return
    count = _redoable(found, places)
    price = usd_text(_price(found, count))
    st.warning(plain(f"Making {pictures_said(count)} again may cost up to {price}. Go on?"), icon=":material/payments:")
    with st.container(horizontal=True, gap="small", key=key("redo_sure_row")):
        st.button(f"Yes, for up to {price}".replace("$", r"\$"), key=key("redo_sure"), type="primary",
                  icon=":material/refresh:", on_click=_redo, args=(found.id, places))  # fmt: skip
        st.button("Not yet", key=key("redo_not"), on_click=choose, args=(REDO_ASKED, None))


def _price(found: Open, count: int) -> Decimal:
    """USD that so many pictures made again cost at most; asked of the service once for an open set."""
    at = (found.id, visitor().api_key)
    kept: tuple[object, Decimal] | None = st.session_state.get(key("redo_price"))
    if kept is None or kept[0] != at:
        kept = (at, workbench().avatars.redo_price(found.id, 1, visitor()))
        st.session_state[key("redo_price")] = kept
    return kept[1] * count


def _redoable(found: Open, places: Sequence[Place]) -> int:
    """Not what is being made again already."""
    return sum(1 for place in places if place not in found.again)


def _image_of(found: Open, id: str) -> str:
    return next(tile.image_id for tile in found.all_tiles if place_id(tile) == id)
