"""``gesso read``: the settings that a picture holds, and the command that asks for them here; nothing is sent."""

import shlex
from typing import Annotated, Any

import typer
from typer.main import get_command

from app.cli import generate, options
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.opening import VISITOR
from app.cli.output import note, one_line, print_json, print_line, shortened
from app.cli.quote import chosen_model, today
from app.cli.sources import Sources, naming, shown
from core.domain.found import FoundSettings
from core.domain.found_use import Use, use_of
from core.domain.model import Model
from core.errors import InvalidImageError, NotFoundError
from core.offer import offering_of, router_of
from core.settings import Settings

app = new_app()
LONG = 2000


@app.command()
def read(
    picture: Annotated[
        str, typer.Argument(metavar="FILE", help="A picture, or - for standard input.", show_default=False)
    ],
    model: options.Model = None,
    json: options.Json = False,
) -> int:
    """Read the settings that Gesso, AUTOMATIC1111, InvokeAI or ComfyUI wrote into a picture.

    The last line is the `gesso generate` command that asks for as much of them as the model takes: the model that the
    picture names if it is offered here, else --model or the usual one. What is used and what is not is said on stderr.
    """
    found = _found(picture)
    chosen, is_theirs = _model_for(Settings.load(), found, model)
    use = use_of(found, chosen, model_is_theirs=is_theirs, streams=chosen.streaming)
    command = _command(use, chosen)
    if json:
        print_json(_as_json(found, use, command))
        return OK
    for name, value in _lines(found):
        print_line(f"{name:<11} {shortened(value, LONG)}")
    if command:
        note(f"Used below: {', '.join(use.used)}.")
    if use.unused:
        note(f"Not used below: {', '.join(use.unused)}.")
    if command:
        print_line(shlex.join(command))
    return OK


def _found(name: str) -> FoundSettings:
    from core.imaging.found_settings import find_settings

    with naming(name):
        found = find_settings(Sources(None).read(name, "image"))
    if found is None:
        raise InvalidImageError(
            f"{shown(name)} carries no settings that can be read here. Messengers, websites and screenshots leave them "
            "out, and so do the originals that Gesso stores: `gesso show ID` tells of those."
        )
    return found


def _model_for(settings: Settings, found: FoundSettings, named: str | None) -> tuple[Model, bool]:
    """The model to ask, and whether it is the one that the file names."""
    if named is not None:
        return chosen_model(settings, named), False
    offering = offering_of(settings)
    router = router_of(settings, offering)
    theirs = router.name_in(found, VISITOR)
    listed = {model.id for model in offering.models_of(router.provider_of(VISITOR), today())}
    if theirs in listed or (theirs and found.is_ours):
        try:
            return router.model(theirs, VISITOR), True
        except NotFoundError:
            note(f"The model {one_line(theirs)} is not offered here.")
    return chosen_model(settings, None), False


def _command(use: Use, model: Model) -> list[str]:
    """The words of a command line; none where the file has no prompt."""
    choices = dict(use.choices)
    prompt = choices.pop("prompt", "")
    if not prompt:
        return []
    choices |= {"model": model.id} | ({"size": use.size} if use.size else {})
    names = {option.name: option.opts[-1] for option in get_command(generate.app).params}
    words = [word for name, value in choices.items() for word in (names[name], str(value))]
    return ["gesso", "generate", *words, *(["--"] if prompt.startswith("-") else []), prompt]


def _lines(found: FoundSettings) -> list[tuple[str, str]]:
    told = [("program", found.source), ("prompt", found.prompt), ("negative", found.negative),
            ("model", found.model or ""), ("size", found.size or ""), *found.options.items()]  # fmt: skip
    return [(one_line(name), value) for name, value in told if value]


def _as_json(found: FoundSettings, use: Use, command: list[str]) -> dict[str, Any]:
    return {
        "program": found.source,
        "prompt": found.prompt,
        "negative_prompt": found.negative,
        "model": found.model,
        "size": found.size,
        "options": dict(found.options),
        "used": use.used,
        "not_used": use.unused,
        "command": command,
    }
