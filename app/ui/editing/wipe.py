"""Two pictures in one frame: a slider wipes between them, a button shows the one below while it is held."""

from functools import cache
from typing import Any

import streamlit as st

from app.ui.choices import key

HTML = """
<div class="stage">
  <img class="after" alt=""><img class="before" alt="">
  <div class="edge" aria-hidden="true"></div>
  <input type="range" min="0" max="100" step="1" value="50">
</div>
<div class="row"><span class="left"></span><button type="button"></button><span class="right"></span></div>
"""
CSS = """
.stage {
  position: relative; margin: 0 auto; border-radius: 8px; overflow: hidden; --at: 50%; touch-action: pan-y;
}
/* Each hides what lies below it, also where it is transparent or has another shape. */
img {
  position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; display: block; user-select: none;
  background: repeating-conic-gradient(rgb(128 128 128 / .14) 0 25%, transparent 0 50%) 0 0 / 20px 20px
    var(--st-background-color);
}
.before { clip-path: inset(0 calc(100% - var(--at)) 0 0); }
.stage.held .before { clip-path: none; }
.edge {
  position: absolute; top: 0; bottom: 0; left: var(--at); width: 2px; margin-left: -1px; background: #fff;
  box-shadow: 0 0 0 1px rgb(0 0 0 / .45); pointer-events: none;
}
.edge::after {
  content: "◂ ▸"; position: absolute; top: 50%; left: 50%; translate: -50% -50%; padding: 5px 7px; border-radius: 99px;
  font: 600 11px/1 var(--st-font); color: #222; background: #fff; white-space: nowrap;
  box-shadow: 0 0 0 1px rgb(0 0 0 / .45);
}
.stage.held .edge { display: none; }
input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
.stage:has(input:focus-visible) { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.row {
  display: flex; justify-content: space-between; align-items: center; gap: 12px; margin: 6px auto 0;
  font: 400 13px/1.4 var(--st-font); color: var(--st-text-color);
}
.row span { opacity: .7; overflow-wrap: anywhere; }
.row .right { text-align: right; }
button {
  flex: none; font: inherit; color: inherit; background: none;
  border: 1px solid var(--st-border-color); border-radius: 6px; padding: 4px 12px; cursor: pointer;
  touch-action: none; user-select: none; -webkit-user-select: none;
}
button:hover { border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
"""
# Returns no cleanup on purpose: Streamlit 1.65 to 1.67 may run it on the element that lives.
JS = """
export default function ({ data, parentElement }) {
  const find = (name) => parentElement.querySelector(name);
  const stage = find(".stage"), range = find("input"), hold = find("button"), row = find(".row");
  const width = `min(100%, calc(min(62vh, 900px) * ${data.ratio}))`;
  stage.style.width = row.style.width = width;
  stage.style.aspectRatio = data.ratio;
  for (const side of ["before", "after"]) {
    const img = find(`img.${side}`);
    if (img.getAttribute("src") !== data[side]) img.src = data[side];
  }
  find("img.before").alt = data.names[0];
  find("img.after").alt = data.alt;
  find("img.after").dataset.image = data.id;
  find(".left").textContent = data.names[0];
  find(".right").textContent = data.names[1];
  hold.textContent = data.hold;
  range.setAttribute("aria-label", data.label);
  if (stage.dataset.of !== data.id) {
    stage.dataset.of = data.id;
    range.value = data.start;
  }
  const wipe = () => {
    stage.style.setProperty("--at", `${range.value}%`);
    range.setAttribute("aria-valuetext", `${range.value} % ${data.names[0]}`);
  };
  const show = (held) => stage.classList.toggle("held", held);
  wipe();
  range.oninput = wipe;
  hold.onpointerdown = (event) => { hold.setPointerCapture?.(event.pointerId); show(true); };
  hold.onpointerup = hold.onpointercancel = hold.onblur = () => show(false);
  hold.onkeydown = (event) => { if (event.key === " " || event.key === "Enter") show(true); };
  hold.onkeyup = () => show(false);
  hold.oncontextmenu = (event) => event.preventDefault();
}
"""


def wipe(
    id: str, before: str, after: str, ratio: float, alt: str, start: float, *,
    names: tuple[str, str] = ("Before", "After"), hold: str = "Hold to see the original",
    label: str = "Wipe between the original and the result",
) -> None:  # fmt: skip
    """Show two pictures by their addresses; ``id`` names the second, the one that came out.

    ``start`` is where the edge between them stands at first, from 0 (left) to 1. ``names`` stand at the sides;
    ``hold`` is on the button that shows all of the first, and ``label`` is the slider's for screen readers.
    """
    data = {
        "id": id,
        "before": before,
        "after": after,
        "ratio": round(ratio, 4),
        "alt": alt,
        "start": round(100 * start),
        "names": names,
        "hold": hold,
        "label": label,
    }
    _component()(key=key("wipe"), data=data)


@cache
def _component() -> Any:
    return st.components.v2.component("gesso_wipe", html=HTML, css=CSS, js=JS)
