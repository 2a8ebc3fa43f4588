"""Variations of a picture: several alternatives with one click, by a prompt that is said."""

from dataclasses import replace

import streamlit as st

from app.ui.choices import key, number
from app.ui.controls import Wish
from app.ui.feedback import plain
from app.ui.offer import offer, run_button
from core.domain.variations import VARIATION_PROMPT

USUAL = 4


def variations(wish: Wish) -> Wish | None:
    """Offer alternatives to the chosen picture, made as the controls say; returns the wish when it was pressed."""
    with st.expander("Variations of the picture", key=key("variations"), icon=":material/auto_awesome_motion:"):
        count = number("alternatives", "How many", 1, wish.model.max_n, USUAL)
        options = {**wish.options, "prompt": VARIATION_PROMPT, "n": count, "images": wish.options["images"][:1]}
        varied = replace(wish, options={**options, "parents": wish.options["parents"][:1], "markup": None})
        words = f"Make {count} variation{'s' * (count > 1)}"
        pressed = run_button(offer(varied), words, name="vary", main=False)
        st.caption(plain(f"No prompt needed; this one is used: “{VARIATION_PROMPT}”"))
    return varied if pressed else None
