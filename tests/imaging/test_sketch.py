"""Demo pictures: the same bytes every time, the right size and mode, and every prompt survives."""

import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from time import perf_counter
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.domain.image import Size
from core.imaging.sketch import Sketch, frames, paint, preview, svg
from core.imaging.sketch_files import animation, still
from core.imaging.sketch_words import LANDS, SUBJECTS, TIMES

SMALL = Size(192, 128)
PROMPTS = [
    "a fox in the snow",
    "abstract art in purple",
    "東京の夜",
    "🦊🚀",
    'café & <b>"quotes"</b>',
    "x" * 9000,
    "\x00\ud800",
]


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def test_the_same_sketch_is_the_same_to_the_byte_in_another_process() -> None:
    program = (
        "from hashlib import sha256; from core.domain.image import Size; from core.imaging.sketch import *;"
        "print(sha256(paint(Sketch(prompt='a boat at dusk', size=Size(192, 128))).tobytes()).hexdigest())"
    )
    here = sha256(paint(Sketch(prompt="a boat at dusk", size=SMALL)).tobytes()).hexdigest()
    there = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert there.stdout.strip() == here


def test_number_and_prompt_change_the_picture() -> None:
    pictures = [Sketch(prompt="hills", size=SMALL), Sketch(prompt="hills", size=SMALL, number=1)]
    assert len({paint(sketch).tobytes() for sketch in [*pictures, Sketch(prompt="hills today", size=SMALL)]}) == 3


def test_directives_do_not_change_the_picture() -> None:
    plain, steered = Sketch(prompt="a fox", size=SMALL), Sketch(prompt="a fox demo:latency=2.5", size=SMALL)
    assert difference(paint(plain), paint(steered)) < 4


@pytest.mark.parametrize("prompt", [*LANDS, *SUBJECTS, *TIMES, "snow", "abstract", *PROMPTS])
def test_every_prompt_is_painted_opaque_and_clear(prompt: str) -> None:
    opaque = paint(Sketch(prompt=prompt, size=SMALL))
    clear = paint(Sketch(prompt=prompt, size=SMALL, transparent=True))
    assert (opaque.mode, opaque.size, clear.mode) == ("RGB", (192, 128), "RGBA")
    assert clear.getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize("size", [Size(16, 16), Size(48, 16), Size(16, 48), Size(3840, 1280), Size(333, 77)])
def test_any_size_is_painted(size: Size) -> None:
    assert paint(Sketch(prompt="city by the sea", size=size, quality="low")).size == (size.width, size.height)


def test_each_quality_shows_more_than_the_one_below() -> None:
    sizes = [
        len(still(Sketch(prompt="mountain lake", size=Size(512, 512), quality=q), "png"))
        for q in ("low", "medium", "max")
    ]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 3


@pytest.mark.parametrize("prompt", ["a fox in the forest", "sea at sunset", "abstract", "city at night"])
def test_previews_come_closer_to_the_picture(prompt: str) -> None:
    sketch = Sketch(prompt=prompt, size=Size(512, 512))
    distances = [difference(preview(sketch, progress), paint(sketch)) for progress in (0, 1 / 3, 2 / 3)]
    assert distances == sorted(distances, reverse=True)


@pytest.mark.parametrize("prompt", ["sea", "night", "abstract", "desert", "a cat", "portrait", "city in the mist"])
@pytest.mark.parametrize("transparent", [False, True])
def test_a_gif_moves_and_has_every_frame(prompt: str, transparent: bool) -> None:
    data = animation(Sketch(prompt=prompt, size=SMALL, transparent=transparent), 16, 120)
    with Image.open(BytesIO(data)) as gif:
        assert (gif.format, gif.n_frames, gif.size, gif.info["loop"], gif.info["duration"]) == (
            "GIF",
            16,
            (192, 128),
            0,
            120,
        )


def test_the_last_frame_leads_back_to_the_first() -> None:
    first, *_, last = frames(Sketch(prompt="a boat on the sea", size=SMALL), 12)
    opposite = list(frames(Sketch(prompt="a boat on the sea", size=SMALL), 4))[1]
    assert difference(first, last) < difference(first, opposite)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_svg_is_valid_xml_without_scripts_or_links(prompt: str) -> None:
    document = svg(Sketch(prompt=prompt, size=Size(640, 480)))
    root = ElementTree.fromstring(document.encode())
    assert (root.get("width"), root.get("height")) == ("640", "480")
    assert not {element.tag.rpartition("}")[2] for element in root.iter()} & {"script", "image", "a", "foreignObject"}


@settings(max_examples=25, deadline=None)
@given(prompt=st.text(min_size=1, max_size=60))
def test_no_prompt_crashes_the_painter(prompt: str) -> None:
    sketch = Sketch(prompt=prompt, size=Size(64, 64), quality="low")
    assert paint(sketch).size == (64, 64)
    ElementTree.fromstring(svg(sketch).encode("utf-8"))


def test_a_square_of_medium_quality_is_painted_while_you_wait() -> None:
    started = perf_counter()
    paint(Sketch(prompt="a red fox in a snowy forest", size=Size(1024, 1024)))
    assert perf_counter() - started < 3  # 0.2 s on an idle core; the margin is for a busy machine
