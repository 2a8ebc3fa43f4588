"""Finds what a person named: images by the beginning of their id, collections by name."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cli.opening import VISITOR
from core.domain.library import Collection, Filter, Picture
from core.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from core.bootstrap import Workbench
    from core.services.history import HistoryService

ID = re.compile(r"[0-9a-f]{32}")
BEGINNING = re.compile(r"[0-9a-f]{4,31}")
"""Fewer digits say nothing: ids begin with the time."""
TOO_SHORT = re.compile(r"[0-9a-f]{1,3}")


def pick(opened: "Workbench", names: Sequence[str]) -> tuple[Picture, ...]:
    """The images of these ids, each once, trashed ones too; raises before anything is done if one is not there.

    An id may be cut short, to 4 digits at least, while only one image begins with it, and may be that of a job that
    made only one.
    """
    asked = [name.strip().lower() for name in names]
    full = _completed(opened.history, asked)
    found = {picture.id: picture for picture in opened.history.pictures(full, VISITOR)}
    return tuple(found[id] if id in found else _of_job(opened, id) for id in dict.fromkeys(full))


def find_collection(history: "HistoryService", name: str) -> Collection:
    """A collection by its name (in any case) or id; raises NotFoundError, or InvalidRequestError where two fit."""
    wanted = " ".join(name.split())
    every = history.collections(VISITOR)
    found = [one for one in every if one.name == wanted or one.id == wanted] or [
        one for one in every if one.name.casefold() == wanted.casefold()
    ]
    if not found:
        raise NotFoundError(
            f'There is no collection "{wanted}". `gesso collections` lists them.', kind="collection", id=wanted
        )
    if len(found) > 1:
        ids = " or ".join(one.id for one in found)
        raise InvalidRequestError(f'{len(found)} collections are named "{wanted}". Name one by its id: {ids}.')
    return found[0]


def _completed(history: "HistoryService", names: Sequence[str]) -> list[str]:
    if all(map(ID.fullmatch, names)):
        return list(names)
    every = [id for trashed in (False, True) for id in history.ids(Filter(trashed=trashed), VISITOR)]
    return [_complete(name, every) for name in names]


def _complete(name: str, every: Sequence[str]) -> str:
    if ID.fullmatch(name):
        return name
    if TOO_SHORT.fullmatch(name):
        sentence = f"{name} is too short for an id: write at least 4 of its digits. `gesso history` lists ids."
        raise InvalidRequestError(sentence, param="image")
    fitting = [id for id in every if id.startswith(name)] if BEGINNING.fullmatch(name) else []
    if len(fitting) > 1:
        raise InvalidRequestError(f"{len(fitting)} images begin with {name}. Write more of the id.", param="image")
    if not fitting:
        raise _no_such(name)
    return fitting[0]


def _of_job(opened: "Workbench", id: str) -> Picture:
    try:
        images = opened.studio.job(id, VISITOR).images
    except NotFoundError:
        raise _no_such(id) from None
    pictures = opened.history.pictures([image.id for image in images], VISITOR)
    if len(pictures) != 1:
        raise InvalidRequestError(
            f"Job {id} has {len(pictures)} images here. `gesso jobs show {id}` lists their ids.", param="image"
        )
    return pictures[0]


def _no_such(name: str) -> NotFoundError:
    return NotFoundError(f"There is no image {name!r}. `gesso history` lists their ids.", kind="image", id=name)
