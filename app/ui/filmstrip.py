"""A row of thumbnails to choose from: one component with lazily loaded pictures and real buttons."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import streamlit as st

from app.ui.choices import key

HTML = '<div class="strip" role="listbox"></div>'
CSS = """
.strip { display: flex; gap: 8px; overflow-x: auto; padding: 3px; scrollbar-width: thin; }
button {
  flex: none; height: var(--edge); min-width: calc(var(--edge) * .56); padding: 0; border: 0; border-radius: 8px;
  overflow: hidden; cursor: pointer; background: var(--st-secondary-background-color); color: var(--st-text-color);
  font: 600 18px/1 var(--st-font); opacity: .82; transition: opacity .15s;
}
button.mark { width: var(--edge); opacity: .6; }
button:hover { opacity: 1; }
button:focus-visible { outline: 2px solid var(--st-text-color); outline-offset: 1px; }
button[aria-selected=true] { opacity: 1; box-shadow: 0 0 0 2.5px var(--st-primary-color); }
img { display: block; height: 100%; width: auto; max-width: calc(var(--edge) * 1.8); object-fit: cover; }
"""
# Returns no cleanup on purpose: Streamlit 1.65 to 1.67 may run it on the element that lives.
JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip");
  const known = JSON.stringify([data.tiles, data.edge]);
  strip.pick = (id) => setTriggerValue("picked", id);
  if (strip.dataset.known !== known) {
    strip.dataset.known = known;
    strip.style.setProperty("--edge", data.edge + "px");
    strip.setAttribute("aria-label", data.label);
    strip.replaceChildren(...data.tiles.map((tile) => make(tile, strip)));
  }
  for (const button of strip.children) {
    const chosen = button.dataset.id === data.selected;
    button.setAttribute("aria-selected", chosen);
    if (chosen && strip.dataset.chosen !== data.selected) reveal(strip, button);
  }
  strip.dataset.chosen = data.selected;
}
function make(tile, strip) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.id = tile.id;
  button.title = tile.title;
  button.setAttribute("role", "option");
  button.setAttribute("aria-label", tile.title);
  button.onclick = () => strip.pick(tile.id);
  if (!tile.source) {
    button.className = "mark";
    button.textContent = tile.mark;
    return button;
  }
  const img = document.createElement("img");
  img.loading = "lazy";
  img.alt = "";
  img.style.aspectRatio = tile.ratio;
  img.src = tile.source;
  button.append(img);
  return button;
}
function reveal(strip, button) {
  const left = button.offsetLeft - strip.offsetLeft, right = left + button.offsetWidth;
  if (left < strip.scrollLeft || right > strip.scrollLeft + strip.clientWidth) strip.scrollLeft = left - 40;
}
"""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One thumbnail: ``title`` is text, ``source`` an image's address, or empty where ``mark`` stands instead."""

    id: str
    title: str
    source: str = ""
    mark: str = ""
    ratio: float = 1


def filmstrip(
    name: str, label: str, tiles: Sequence[Tile], selected: str | None, *, edge: int, on_pick: Callable[[str], None]
) -> None:
    """Show the tiles, ``edge`` pixels high; ``on_pick`` gets the id of the one that was clicked."""
    widget = key(name)

    def picked() -> None:
        if id := st.session_state[widget].get("picked"):
            on_pick(id)

    _component()(
        key=widget,
        data={"tiles": [asdict(tile) for tile in tiles], "selected": selected, "edge": edge, "label": label},
        on_picked_change=picked,
    )


@cache
def _component() -> Any:
    return st.components.v2.component("gesso_filmstrip", html=HTML, css=CSS, js=JS)
