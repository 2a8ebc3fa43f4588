"""What the tests of the terminal share: how a command line went, and pictures to work on."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.domain.image import Size
from core.imaging.sketch import Sketch, paint


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a command line went."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


COMMAND = str(Path(sys.executable).with_name("gesso"))
Gesso = Callable[..., Ran]


def photo(path: Path, width: int = 640, height: int = 480, mode: str = "RGB") -> Path:
    """Write a photo-like picture, in the format that the name says."""
    path.write_bytes(_photo(width, height, mode, path.suffix))
    return path


@cache
def _photo(width: int, height: int, mode: str, suffix: str) -> bytes:
    picture, out = paint(Sketch(prompt="a boat on a lake", size=Size(width, height), quality="high")), BytesIO()
    picture.convert(mode).save(out, Image.registered_extensions()[suffix])
    return out.getvalue()


def pixels(path: Path) -> np.ndarray:
    """A file's pixels, decoded by nobody's code but Pillow's."""
    with Image.open(path) as image:
        return np.asarray(image)


def outside(shape: tuple[int, ...], left: int, top: int, width: int, height: int) -> np.ndarray:
    """True wherever a picture of this shape is not inside the rectangle."""
    area = np.ones(shape[:2], bool)
    area[top : top + height, left : left + width] = False
    return area


def on_a_terminal(
    arguments: list[str], environment: dict[str, str], folder: Path, *, types: bytes = b""
) -> tuple[int, str]:
    """Run the command on a pseudo terminal, type something, and return its code and all it wrote."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [COMMAND, *arguments], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        os.write(ours, types)
        said = b"".join(iter(lambda: _read(ours), b""))
        code = process.wait(timeout=30)
    os.close(ours)
    return code, said.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side has closed
        return b""
