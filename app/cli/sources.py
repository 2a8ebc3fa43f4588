"""What a command names as input: files, standard input (once), and what the history holds, by its id."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.opening import VISITOR, workbench
from app.cli.output import note
from core.domain.job import StoredImage
from core.domain.request import MAX_INPUT_IMAGES, EditRequest
from core.errors import InvalidImageError, InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from core.bootstrap import Workbench
    from core.services.editing import Input

STDIN = "-"
READ_AT_MOST = 100 * 1024 * 1024
"""Bytes of one file; ``core.imaging`` takes no larger picture."""
ID = re.compile(r"[0-9a-f]{32}")


class Sources:
    """Reads pictures, masks and texts; every error names the input and is one sentence."""

    def __init__(self, opened: "Workbench | None") -> None:
        self._opened = opened
        self._read: dict[str, bytes] = {}

    def picture(self, name: str) -> "Input":
        """A picture taken in to be edited; what had to be changed for that is said on stderr."""
        with naming(name):
            taken = self._from_history(name) if is_id(name) else self._open.editor.take_in(self.read(name, "images"))
        for sentence in taken.notes:
            note(f"Note: {shown(name)}: {sentence}")
        return taken

    def pictures(self, names: Sequence[str]) -> "tuple[Input, ...]":
        """The pictures in the order they were named."""
        if len(names) > MAX_INPUT_IMAGES:
            raise InvalidRequestError(
                f"An edit takes 1 to {MAX_INPUT_IMAGES} images, and {len(names)} were given.", param="images"
            )
        return tuple(self.picture(name) for name in names)

    def picture_bytes(self, name: str) -> bytes:
        """A picture as it lies there."""
        if is_id(name):
            return self._open.library.original(self._stored(name))
        return self.read(name, "images")

    def mask_bytes(self, name: str) -> bytes:
        """A mask's file, or the mask of an earlier edit by its job's id."""
        if not is_id(name):
            return self.read(name, "mask")
        job = self._open.studio.job(name, VISITOR)
        if not isinstance(job.request, EditRequest) or job.request.mask is None:
            raise InvalidRequestError(f"Job {name} had no mask.", param="mask")
        return self._open.editor.mask_png(job.request, "white")

    def read(self, name: str, param: str) -> bytes:
        """The bytes of a file or of standard input, read once; raises InvalidRequestError."""
        if name not in self._read:
            self._read[name] = _read(name, param)
        return self._read[name]

    def _from_history(self, name: str) -> "Input":
        return self._open.editor.from_image(self._stored(name))

    def _stored(self, name: str) -> StoredImage:
        """A stored image by its id, or by that of a job that made only one."""
        try:
            return self._open.library.image(name, VISITOR)[0]
        except NotFoundError:
            return self._only_image(name)

    def _only_image(self, name: str) -> StoredImage:
        try:
            images = self._open.studio.job(name, VISITOR).images
        except NotFoundError as error:
            raise NotFoundError(f"There is no image {name} and no file of that name.", kind="image", id=name) from error
        if len(images) != 1:
            raise InvalidRequestError(
                f"Job {name} has {len(images)} images. `gesso jobs show {name}` lists their ids.", param="images"
            )
        return images[0]

    @property
    def _open(self) -> "Workbench":
        if self._opened is None:
            raise ValueError("an id was named, and no workbench is open")
        return self._opened


@contextmanager
def sources(*names: str | None) -> Iterator[Sources]:
    """Sources for a command that needs the history only where an id is named."""
    if any(is_id(name) for name in names if name is not None):
        with workbench() as opened:
            yield Sources(opened)
    else:
        yield Sources(None)


def is_id(name: str) -> bool:
    """Whether this names something of the history; a file of the same name goes first."""
    return ID.fullmatch(name) is not None and not Path(name).exists()


def once_from_stdin(*names: str | None) -> None:
    """Refuse to read standard input for two things; raises InvalidRequestError."""
    if names.count(STDIN) > 1:
        raise InvalidRequestError("Standard input can be read only once: name a file for the others.", param="images")


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Say in an image's error which input it is about."""
    try:
        yield
    except InvalidImageError as error:
        raise InvalidImageError(f"{shown(name)}: {error}", param=error.param) from error


def shown(name: str) -> str:
    """An input's name in a sentence."""
    return "Standard input" if name == STDIN else name


def _read(name: str, param: str) -> bytes:
    try:
        if name == STDIN:
            data = sys.stdin.buffer.read(READ_AT_MOST + 1)
        else:
            with open(name, "rb") as file:
                data = file.read(READ_AT_MOST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidRequestError(f"{name!a} cannot be read: {reason}.", param=param) from error
    if len(data) > READ_AT_MOST:
        raise InvalidRequestError(f"{shown(name)} has more than {READ_AT_MOST:,} bytes.", param=param)
    return data
