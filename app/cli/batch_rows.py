"""From what a person names - files, prompts with wildcards, pictures - to the rows of a batch as drafts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from app.cli.asking import read_prompt
from app.cli.batch_options import RowOptions
from app.cli.opening import VISITOR
from app.cli.output import note
from app.cli.picking import find_collection
from app.cli.sources import STDIN, Sources, is_id, shown
from core.domain.batch import MAX_ROWS
from core.domain.batch_rows import read_rows, rows_of_pictures, rows_of_prompts
from core.domain.draft_row import DraftRow
from core.domain.library import Filter
from core.domain.wildcard_lists import WILDCARDS
from core.domain.wildcards import expand_prompt, read_wildcards, sample_prompts, wildcard_name
from core.errors import InvalidRequestError

if TYPE_CHECKING:
    from core.bootstrap import Workbench

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".bmp", ".tif", ".tiff", ".heic"})
HOW_TO_WRITE = "Write one prompt a line, a table with a column prompt, or a list in JSON."
SEVERAL_WAYS = "Name one file with rows, or give --prompt, or --edit with pictures and --prompt."


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """The rows; ``folder`` is where pictures that they name are looked for, too."""

    rows: tuple[DraftRow, ...]
    name: str
    columns: tuple[str, ...] = ()
    folder: Path = Path()


def drafts(opened: "Workbench", names: Sequence[str], options: RowOptions) -> Drafts:
    """The rows, varied along the axes; raises InvalidRequestError, NotFoundError or a usage error."""
    found = _drafts(opened, names, options)
    return replace(found, rows=crossed(found.rows, options.axes()))


def crossed(rows: Sequence[DraftRow], axes: dict[str, tuple[str, ...]]) -> tuple[DraftRow, ...]:
    """Every row with every combination of what it does not say itself; its number stays."""
    count = sum(prod(len(values) for values in _unsaid(row, axes).values()) for row in rows)
    if count > MAX_ROWS:
        raise InvalidRequestError(f"This makes {count:,} rows; a batch takes {MAX_ROWS:,}. Take some away.")
    return tuple(each for row in rows for each in _varied(row, axes))


def _varied(row: DraftRow, axes: dict[str, tuple[str, ...]]) -> Iterator[DraftRow]:
    unsaid = _unsaid(row, axes)
    for values in product(*unsaid.values()):
        said: dict[str, Any] = dict(zip(unsaid, values, strict=True))
        yield replace(row, **said)


def _unsaid(row: DraftRow, axes: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Along which axes a row is varied; one that cannot be used is told once."""
    return {} if row.problem else {name: values for name, values in axes.items() if getattr(row, name) is None}


def _drafts(opened: "Workbench", names: Sequence[str], options: RowOptions) -> Drafts:
    if not options.prompt and (options.sample is not None or options.wildcards):
        raise typer.BadParameter("are for prompts given with --prompt.", param_hint="--wildcards and --sample")
    if options.edit:
        return _edits(opened, names, options)
    if options.prompt and not names:
        prompts = _prompts(options)
        return Drafts(rows=rows_of_prompts(prompts), name=_beginning(options.prompt[0], prompts))
    if len(names) != 1 or options.prompt:
        raise typer.BadParameter(SEVERAL_WAYS, param_hint="FILE")
    return _file(names[0], options)


def _edits(opened: "Workbench", names: Sequence[str], options: RowOptions) -> Drafts:
    if not names or not options.prompt:
        raise typer.BadParameter("needs pictures and --prompt.", param_hint="--edit")
    pictures = list(dict.fromkeys(one for name in names for one in _pictures(opened, name)))
    prompts = _prompts(options)
    rows = [row for prompt in prompts for row in rows_of_pictures(prompt, pictures)]
    numbered = tuple(replace(row, number=number) for number, row in enumerate(rows, 1))
    return Drafts(rows=numbered, name=_beginning(options.prompt[0], prompts))


def _pictures(opened: "Workbench", name: str) -> list[str]:
    """What a name stands for: a picture, those of a folder, or those of a collection."""
    path = Path(name)
    if path.is_dir():
        found = sorted(str(one) for one in path.iterdir() if one.suffix.lower() in PICTURES and one.is_file())
        if not found:
            raise InvalidRequestError(f"The folder {name} has no pictures.", param="edit")
        return found
    looks_like_file = path.exists() or path.suffix.lower() in PICTURES
    if name == STDIN or is_id(name) or looks_like_file:
        return [name]
    collection = find_collection(opened.history, name)
    return list(opened.history.ids(Filter(collection=collection.id), VISITOR))


def _file(name: str, options: RowOptions) -> Drafts:
    data = Sources(None).read(name, "rows")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRequestError(f"{shown(name)} is not UTF-8 text. Save it as CSV or text in UTF-8.") from error
    read = read_rows(text, form=options.format, file_name="" if name == STDIN else name)  # type: ignore[arg-type]
    if not read.rows:
        how = "Its first line names the columns; each further line is a row." if read.form == "csv" else HOW_TO_WRITE
        raise InvalidRequestError(f"{shown(name)} has no rows. {how}", param="rows")
    if read.columns:
        note(f"Note: kept for file names, without another meaning: {', '.join(read.columns)}")
    named = "Rows from standard input" if name == STDIN else Path(name).stem[:60]
    return Drafts(rows=read.rows, name=named, columns=read.columns, folder=Path(name).parent)


def _prompts(options: RowOptions) -> tuple[str, ...]:
    """All prompts that the wildcards make, or some by chance."""
    lists = dict(WILDCARDS)
    for name in options.wildcards or ():
        lists |= _wildcards(Path(name))
    made: list[str] = []
    for template in map(read_prompt, options.prompt or ()):
        if options.sample is None:
            made += expand_prompt(template, lists)
        else:
            made += sample_prompts(template, lists, options.sample, options.seed)
    return tuple(made)


def _wildcards(path: Path) -> dict[str, tuple[str, ...]]:
    files = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    if not files:
        raise InvalidRequestError(f"The folder {path} has no wildcards: files that end in .txt.", param="wildcards")
    found = {}
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise InvalidRequestError(f"{str(file)!a} cannot be read: {reason}.", param="wildcards") from error
        found[wildcard_name(name)] = read_wildcards(text, name)
    return found


def _beginning(template: str, prompts: Sequence[str]) -> str:
    """The batch's name where no file has one."""
    text = prompts[0] if template == STDIN and prompts else template
    return " ".join(text.split())[:60].strip() or "Batch"
