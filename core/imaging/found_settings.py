"""Finds the settings that image programs write into their pictures: Gesso, AUTOMATIC1111, InvokeAI and ComfyUI."""

from collections.abc import Callable
from dataclasses import replace

from core.domain.found import OURS, FoundSettings
from core.imaging import codec, metadata
from core.imaging.found.automatic1111 import find_automatic1111
from core.imaging.found.comfyui import find_comfyui
from core.imaging.found.invokeai import find_dream, find_invokeai, find_invokeai_2
from core.imaging.found.reading import clean, size_text
from core.imaging.found.texts import DREAM, GRAPH, INVOKE, INVOKE_2, PARAMETERS, texts_in

READERS: tuple[tuple[str, Callable[[str], FoundSettings | None]], ...] = (
    (INVOKE, find_invokeai),
    (INVOKE_2, find_invokeai_2),
    (DREAM, find_dream),
    (PARAMETERS, find_automatic1111),
    (GRAPH, find_comfyui),
)
"""The names under which a file holds settings, the surest first, and who reads them."""


def find_settings(data: bytes) -> FoundSettings | None:
    """The settings in a PNG, JPEG, WebP, GIF or SVG; None if there are none that can be read.

    What is found is text of a stranger: nothing of it is checked. Raises InvalidImageError for what is no image.
    """
    codec.check_length(data)
    if ours := metadata.read(data):
        return _cleaned(_ours(ours))
    texts = texts_in(data)
    found = (read(texts[name]) for name, read in READERS if name in texts)
    return next((_cleaned(settings) for settings in found if settings is not None), None)


def _ours(values: dict[str, str]) -> FoundSettings:
    size = size_text(values.get("size"))
    taken = {"prompt", "model", *(("size",) if size else ())}
    return FoundSettings(
        source=OURS,
        prompt=values.get("prompt", ""),
        model=values.get("model"),
        size=size,
        options={name: text for name, text in values.items() if name not in taken},
    )


def _cleaned(settings: FoundSettings) -> FoundSettings:
    return replace(
        settings,
        prompt=clean(settings.prompt),
        negative=clean(settings.negative),
        model=clean(settings.model) if settings.model else None,
        options={clean(name): clean(text) for name, text in settings.options.items()},
    )
