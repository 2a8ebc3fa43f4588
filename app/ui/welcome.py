"""What a visitor without any job sees: what to do, three prompts to begin with, and what it costs."""

import streamlit as st

from app.ui.choices import choose, key
from app.ui.feedback import plain
from app.ui.offer import price_of
from app.ui.session import visitor
from app.workbench import workbench
from core.domain.request import GenerateRequest

EXAMPLES = (
    "A red fox asleep in fresh snow, early light through birch trees, soft film grain",
    "A lighthouse on a cliff at dusk, waves far below, painted in gouache",
    "A paper-cut poster of a mountain railway, five flat colours, generous empty sky",
)


def welcome() -> None:
    """The empty state."""
    with st.container(border=True, key=key("welcome")):
        st.markdown("##### Write what you want to see, look at the price on the button, and press it.")
        st.caption("Or begin with one of these:")
        for number, example in enumerate(EXAMPLES):
            st.button(
                example, key=key(f"example_{number}"), icon=":material/north_west:",
                on_click=choose, args=("prompt", example),
            )  # fmt: skip
        st.caption(plain(_what_it_costs()))


def _what_it_costs() -> str:
    bench = workbench()
    model = bench.default_for(visitor())
    picture = GenerateRequest(prompt=EXAMPLES[0], model=model.id, size="1024x1024", quality=model.default_quality)
    price = price_of(picture) or "what the button says"
    is_demo = bench.studio.provider_of(visitor()) == "demo"
    sentence = (
        f"A square picture costs {price or 'what the button says'}; the price on the button follows your choices."
    )
    return f"{sentence} The demo provider charges nothing." if is_demo else sentence
