"""This session's drawings, by picture; the way in for everything that paints without a browser."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.ui.painting.drawing import Drawing, Operations
from app.ui.painting.picture import Picture
from app.ui.painting.store import Saved, process_store
from app.ui.session import visitor

PREFIX = "gesso_painting_"


def drawing_of(picture: Picture) -> Drawing:
    """What is painted on a picture: this session's, or what an earlier one has left."""
    held: Drawing | None = st.session_state.get(PREFIX + picture.id)
    if held is None:
        saved = process_store().load(visitor().owner, picture.id) or Saved(operations=())
        held = Drawing(operations=saved.operations, stamp=saved.stamp)
        st.session_state[PREFIX + picture.id] = held
    return held


def painted(picture: Picture) -> Operations:
    """The operations painted so far, without showing a painter."""
    return drawing_of(picture).operations


def replace_painted(picture: Picture, operations: Operations) -> None:
    """Paint these and nothing else: a mask read from a file, the last mask, or none; the painter can undo it."""
    drawing_of(picture).push(operations)
    _save(picture)


def add_painted(picture: Picture, operations: Operations) -> None:
    """Paint these on top of what is there."""
    replace_painted(picture, painted(picture) + operations)


def receive(picture: Picture, message: Mapping[str, Any] | None) -> None:
    """Take a message of the browser; called again with the same one, nothing changes."""
    if message and drawing_of(picture).receive(message):
        _save(picture)


def _save(picture: Picture) -> None:
    drawing = drawing_of(picture)
    saved = Saved(operations=drawing.operations, stamp=drawing.stamp)
    process_store().save(visitor().owner, picture.id, saved)
