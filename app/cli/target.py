"""Where images go: checked before anything is paid, written without losing what is there.

What is written is the provider's own file, byte for byte.
"""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import typer

from app.cli.asking import can_ask
from core.domain.image import EXTENSIONS, MEDIA_TYPES
from core.errors import InvalidRequestError, StorageError

FORMATS = {"jpg": "jpeg", **{name: name for name in MEDIA_TYPES}}
FOREIGN = ("avif", "bmp", "heic", "heif", "ico", "jxl", "pdf", "psd", "tif", "tiff")
STDOUT = "-"


@dataclass(frozen=True, kw_only=True)
class Target:
    """What ``--output`` says: a folder, a file (numbered where there are several), or standard output.

    ``extension`` is empty where the real media type decides. ``replace`` allows writing over files.
    """

    folder: Path
    stem: str
    extension: str
    count: int
    replace: bool

    def path(self, position: int, extension: str) -> Path:
        """The file of the image at this position, counted from 0; ``fox_1.png`` where there are several."""
        number = f"_{position + 1}" if self.count > 1 else ""
        return self.folder / f"{self.stem}{number}.{self.extension or extension}"


def format_of(output: str | None, output_format: str | None) -> str | None:
    """The format to ask for: the one given, else the one that the file's extension names.

    ``.png`` asks for nothing, since PNG is what every provider makes by itself.
    """
    named = _named_format(output)
    if named is None or output_format == named:
        return output_format
    if output_format is not None:
        raise InvalidRequestError(
            f"--output {output} names a {named} file, but --output-format is {output_format}. Change one of them.",
            param="output",
        )
    return None if named == "png" else named


def png_only(output: str | None, output_format: str | None = None, *, instead: str = "") -> str | None:
    """For what is written as PNG, to stay exact; ``output_format`` is then only how the model's answer travels."""
    named = _named_format(output)
    if named not in (None, "png"):
        raise InvalidRequestError(
            f"--output {output} names a {named} file, but this is written as PNG, "
            f"which keeps every pixel exactly.{instead}",
            param="output",
        )
    return output_format


def check_stdout(output: str | None, n: int, *, json: bool, raw: bool) -> None:
    """Refuse what standard output cannot take: several images, or an image and JSON at once."""
    if output != STDOUT:
        return
    if n > 1:
        raise InvalidRequestError("Standard output takes one image: leave -n out or name a file.", param="n")
    if json or raw:
        raise InvalidRequestError("Standard output takes the image or JSON, not both: name a file.", param="output")
    if sys.stdout.isatty():
        raise InvalidRequestError("An image would garble the terminal: add > FILE or | COMMAND.", param="output")


def target(output: str | None, *, count: int, output_format: str | None, yes: bool) -> Target | None:
    """Check that the files can be written and ask before replacing any; None if there are none to write.

    Raises InvalidRequestError, or ``typer.Abort`` where the person said no.
    """
    if output is None or output == STDOUT:
        return None
    if not output:
        raise InvalidRequestError("--output is empty. Name a file or a folder, or leave it out.", param="output")
    path = Path(output)
    if output.endswith(os.sep) or os.path.isdir(path):
        _check_folder(path)
        return Target(folder=path, stem="", extension="", count=count, replace=False)
    _check_folder(path.parent)
    known = path.suffix[1:].lower() in FORMATS
    stem, extension = (path.stem, path.suffix[1:]) if known else (path.name, "")
    planned = Target(folder=path.parent, stem=stem, extension=extension, count=count, replace=True)
    expected = EXTENSIONS[MEDIA_TYPES.get(output_format or "png", "image/png")]
    taken = [file for place in range(count) if _exists(file := planned.path(place, expected))]
    if taken and not yes:
        _ask_to_replace(taken)
    return Target(folder=path.parent, stem=stem, extension=extension, count=count, replace=yes or bool(taken))


def new_file(output: str, *, yes: bool) -> Path:
    """Check that this one file can be written and ask before replacing it; its name is taken as it is.

    Raises InvalidRequestError, or ``typer.Abort`` where the person said no.
    """
    path = Path(output)
    _check_folder(path.parent)
    if _exists(path) and (not yes or path.is_dir()):
        _ask_to_replace([path])
    return path


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a whole file, piece by piece, in place of what lies there, or leave that alone; raises StorageError."""
    try:
        with _replacing(path) as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error


def put(data: bytes, files: Target | None) -> str:
    """Write the one file there is to write, or standard output; returns its path. Raises StorageError."""
    if files is None:
        write_stdout(data)
        return STDOUT
    path = files.path(0, "png")
    write(path, data, replace=files.replace)
    return str(path)


def write_stdout(data: bytes) -> None:
    """Raises StorageError if it does not take all of it."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise StorageError(f"Standard output took not all of it: {error.strerror or error}.") from error


def write(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a whole file or none; raises StorageError, also if one lies there and may not be replaced."""
    try:
        if replace:
            with _replacing(path) as file:
                file.write(data)
        else:
            _create(path, data)
    except FileExistsError as error:
        raise StorageError(f"{path} exists by now and was left alone.") from error
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}.") from error


def _named_format(output: str | None) -> str | None:
    suffix = "" if output in (None, STDOUT) else Path(str(output)).suffix[1:].lower()
    if suffix in FOREIGN:
        raise InvalidRequestError(
            f"No model makes .{suffix} files. Gesso saves what the provider makes: .png, .jpg, .webp, .gif or .svg.",
            param="output",
        )
    return FORMATS.get(suffix)


def _check_folder(folder: Path) -> None:
    """Prove by doing that a file can be made here."""
    if not folder.is_dir():
        raise InvalidRequestError(f"There is no folder {folder}. Create it first.", param="output")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InvalidRequestError(f"{folder} cannot be written: {error.strerror or error}.", param="output") from error


def _exists(file: Path) -> bool:
    try:
        file.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:  # a name that is too long for the disk, with its number or without
        raise InvalidRequestError(f"{file} cannot be written: {error.strerror}.", param="output") from error
    return True


def _ask_to_replace(taken: list[Path]) -> None:
    some = f" and {len(taken) - 1:,} more exist" if len(taken) > 1 else " exists"
    folders = [path for path in taken if path.is_dir()]
    if folders:
        raise InvalidRequestError(f"{folders[0]} is a folder. Choose another name.", param="output")
    if not can_ask():
        raise InvalidRequestError(f"{taken[0]}{some} already. Choose another name, or add --yes.", param="output")
    typer.confirm(f"{taken[0]}{some} already. Replace?", abort=True, err=True)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file that takes the path's place at the end; none stays behind if something fails."""
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            os.fchmod(handle, 0o666 & ~_umask())
        os.replace(partial, path)
    finally:
        Path(partial).unlink(missing_ok=True)  # where it took the path's place there is none


def _create(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        try:
            file.write(data)
            file.flush()
        except OSError:
            path.unlink()
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
