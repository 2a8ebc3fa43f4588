"""Pictures that rows name: brought in this tab by their file's name, or in the library by their id."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath

import streamlit as st

from app.ui.choices import key
from app.ui.editing.inputs import tell
from app.ui.session import visitor
from app.workbench import workbench
from core.errors import GessoError, InvalidRequestError, NotFoundError
from core.services.editing import Input


def brought() -> dict[str, Input]:
    """What is at hand, by every name that a row may use for it."""
    kept: dict[str, Input] = st.session_state.setdefault(key("brought"), {})
    return kept


def known_names() -> int:
    """Changes when a picture was brought: rows that missed it are looked at again."""
    return sum(1 for one in brought().values() if one.parent is None)


def bring(files: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
    """Take in uploads as (name, bytes) and give the names under which rows find them; what cannot be used is told."""
    names = []
    for name, data in files:
        try:
            brought()[name] = workbench().editor.take_in(data)
            names.append(name)
        except GessoError as error:
            tell(f"{name}: {error}")
    return tuple(dict.fromkeys(names))


def keep(inputs: Mapping[str, Input]) -> None:
    """Know these by their names from now on."""
    brought().update(inputs)


def find_input(name: str) -> Input:
    """A picture by what a row calls it; raises InvalidRequestError. Folders before a file's name do not matter."""
    found = brought().get(name) or brought().get(PurePath(name.replace("\\", "/")).name)
    if found is None:
        found = brought()[name] = _from_library(name)
    return found


def _from_library(id: str) -> Input:
    bench = workbench()
    try:
        image, _ = bench.library.image(id, visitor())
    except NotFoundError as error:
        raise InvalidRequestError(
            f"inputs: no picture is called {id[:60]}. Bring it under Pictures, or write the id of one in your History."
        ) from error
    return bench.editor.from_image(image)
