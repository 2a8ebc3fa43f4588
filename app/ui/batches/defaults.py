"""What a row gets where it says nothing itself: model, size, quality, how many, and the format."""

from typing import Any

import streamlit as st

from app.ui.choices import key
from app.ui.controls import ask_count, ask_look, ask_model, say_when_it_stops
from app.ui.session import visitor
from app.ui.sizes import size_choice
from app.workbench import workbench


def ask_defaults() -> dict[str, Any]:
    """Fields of a request; raises InvalidRequestError where there is no model at all."""
    with st.container(border=True, key=key("defaults"), gap="small"):
        st.caption("For every row that says nothing else")
        model = ask_model(workbench().models(visitor()))
        say_when_it_stops(model)
        size_place = st.container()
        found: dict[str, Any] = {"model": model.id, **ask_look(model, model.output_formats)}
        found["n"] = ask_count(model, found.get("output_format"))
        frames = found.get("frame_count") if found.get("output_format") == "gif" else None
        with size_place:
            found["size"] = size_choice(model, frames)
    return {name: value for name, value in found.items() if value is not None}
