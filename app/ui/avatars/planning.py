"""How the set is made: model, quality, sizes, how many pictures and which way, who writes, what is checked."""

from collections.abc import Sequence

import streamlit as st

from app.ui.choices import key, number, one_of, segment, switch
from app.ui.controls import ask_model, say_when_it_stops
from app.ui.session import own_key, visitor
from app.workbench import workbench
from core.domain.avatar import MAX_RETAKES, PICTURES, AvatarPlan, Way
from core.domain.image import Size
from core.domain.model import Model

WAYS = {"As grids of 4": Way.GRIDS, "As single pictures": Way.SINGLES}
SIZES = ("1024x1024", "1024x1536", "1536x1024", "2048x2048", "2880x2880")
SMALLEST, LARGEST, USUAL = 16, 4096, 256
DEMO = "demo"


def ask_plan() -> AvatarPlan:
    """The plan as the controls have it; raises InvalidRequestError where no model makes pictures from a picture."""
    with st.container(border=True, key=key("plan"), gap="small"):
        count = segment("pictures", "Pictures of each", [f"{count} pictures each" for count in PICTURES],
                        f"{PICTURES[0]} pictures each")  # fmt: skip
        way = WAYS[segment("way", "Made", list(WAYS), next(iter(WAYS)))]
        model = ask_model([model for model in workbench().models(visitor()) if model.edits])
        say_when_it_stops(model)
        quality = None
        if model.qualities:
            quality = one_of("quality", "Quality", model.qualities, model.default_quality or model.qualities[0])
        picture = _ask_size("picture_size", "Each grid" if way is Way.GRIDS else "Each picture", model)
        writer = _ask_writer()
        with st.expander("Portrait size, checks, retakes", icon=":material/tune:", key=key("more")):
            portrait = _ask_size("portrait_size", "Base portrait", model)
            least = number("least_side", "Shortest side, in pixels", SMALLEST, LARGEST, USUAL)
            retakes = int(one_of("retakes", "Make again what fails its checks",
                                 [str(times) for times in range(MAX_RETAKES + 1)], "0", _times))  # fmt: skip
            one_face = _ask_one_face(model)
    return AvatarPlan(
        model=model.id, way=way, pictures=int(count.split()[0]), quality=quality, portrait_size=portrait,
        picture_size=picture, writer=writer, retakes=retakes, least_side=least, one_face=one_face,
    )  # fmt: skip


def _ask_size(name: str, label: str, model: Model) -> str:
    sizes = _sizes(model)
    return one_of(name, label, sizes, sizes[0])


def _sizes(model: Model) -> Sequence[str]:
    """What the model takes of our sizes; of fixed ones all, the square ones first."""
    if model.sizes.fixed:
        return [str(size) for size in sorted(model.sizes.fixed, key=lambda size: size.width != size.height)]
    legal = [text for text in SIZES if (size := Size.parse(text)) and model.sizes.problem(size) is None]
    return legal or [str(model.sizes.nearest(Size(1024, 1024)))]


def _ask_writer() -> str:
    writers = {one.name: one for one in workbench().prompts.writers(own_key())}
    return one_of("writer", "Prompts by", list(writers), next(iter(writers)), lambda name: writers[name].title,
                  help="The built-in template is free. A chat model or a Flowise chatflow writes livelier prompts; "
                  "set one up with OPENAI_API_KEY or FLOWISE_URL.")  # fmt: skip


def _times(times: str) -> str:
    return {"0": "never", "1": "once", "2": "twice"}[times]


def _ask_one_face(model: Model) -> bool:
    """Each kind of provider has its own choice: what the demo one paints is no face to a detector."""
    demo = workbench().studio.account_of(visitor(), model.id) == DEMO
    found = switch("one_face_demo" if demo else "one_face", "Expect one face in each picture", not demo)
    if demo:
        st.caption("Off on the demo provider: it paints no photographs of people, so no face would be found.")
    return found
