"""Pictures side by side under one viewport: where one is looked at closely, all of them are, whatever their sizes."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import streamlit as st

from app.ui.choices import key
from app.ui.comparing.address import compare_these
from app.ui.comparing.picking import Compared
from app.ui.comparing.told import facts_of
from app.ui.editing.shown import after_source
from app.ui.navigation import HISTORY, go
from app.ui.pictures import SVG
from app.ui.routes import download_url, image_url
from app.ui.session import pictures_by_url
from core.domain.job import StoredImage
from core.services.library import Form

HERE = Path(__file__).parent
WIDEST, TALLEST = 1.7, 0.62
"""Bounds of the frames' shape; a picture beyond them has a margin."""


def side_by_side(found: Sequence[Compared]) -> None:
    """Show the pictures in frames of one shape; each can be opened in the History or taken away."""
    widget, ids = key("side_by_side"), [one.picture.id for one in found]

    def removed() -> None:
        gone = st.session_state[widget].get("removed")
        compare_these([id for id in ids if id != gone])

    state = _component()(
        key=widget,
        data={"panes": [_pane(one, found) for one in found], "ratio": _ratio(found)},
        on_removed_change=removed,
        on_opened_change=lambda: None,
        width="stretch",
    )
    if (id := state.get("opened")) in ids:
        go(HISTORY, picture=id)


def _pane(one: Compared, found: Sequence[Compared]) -> dict[str, Any]:
    image, prompt = one.picture.image, one.job.request.prompt
    prompts = {each.job.request.prompt for each in found}
    return {
        "id": image.id,
        "source": after_source(image),
        "whole": _whole(image),
        "ratio": round(one.ratio, 4),
        "width": image.ref.width,
        "prompt": prompt,
        "told": prompt if len(prompts) > 1 else "",
        "facts": facts_of(one, found),
    }


def _whole(image: StoredImage) -> str:
    """The address of every pixel, for a close look; empty where pictures have no addresses."""
    if not pictures_by_url():
        return ""
    return download_url(image.id, Form.PNG) if image.ref.media_type == SVG else image_url(image.id)


def _ratio(found: Sequence[Compared]) -> float:
    """The shape of the frames: between those of the pictures."""
    middle = geometric_mean(one.ratio for one in found)
    return round(min(max(middle, TALLEST), WIDEST), 4)


@cache
def _component() -> Any:
    return st.components.v2.component(
        "gesso_side_by_side",
        html=(HERE / "side_by_side.html").read_text(encoding="utf-8"),
        css=(HERE / "side_by_side.css").read_text(encoding="utf-8"),
        js=(HERE / "side_by_side.js").read_text(encoding="utf-8"),
    )
