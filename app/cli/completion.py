"""``gesso completion``: a script that lets a shell complete commands, options and their values.

The script holds all the words itself, so that a press of Tab starts no Python.
"""

from collections.abc import Iterable
from enum import StrEnum
from shlex import quote
from typing import Annotated

import typer

from app.cli.described import Described, Option, described
from app.cli.door import new_app
from app.cli.exits import OK
from app.cli.output import print_line

app = new_app()
HELP = ("-h", "--help")


class Shell(StrEnum):
    """The shells that there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command()
def completion(shell: Annotated[Shell, typer.Argument(metavar="bash|zsh|fish", help="The shell.")]) -> int:
    """Print the completion script of a shell: eval "$(gesso completion bash)"."""
    commands = described()
    match shell:
        case Shell.BASH:
            print_line(bash(commands))
        case Shell.ZSH:
            # zsh runs bash's script; what it lacks is two words for where the cursor stands.
            print_line("autoload -Uz compinit bashcompinit && compinit -u && bashcompinit\n" + bash(commands))
        case Shell.FISH:
            print_line(fish(commands))
    return OK


def bash(commands: tuple[Described, ...]) -> str:
    """A function that finds the command typed so far, then offers what may follow it; else bash offers files."""
    tops = " ".join(one.name for one in commands if len(one.words) == 1)
    deeper = "|".join(quote(one.name) for one in commands if len(one.words) > 1)
    following = "\n".join(f"    {quote(one.name)}) {_bash_following(one)} ;;" for one in commands)
    values = "\n".join(_bash_values(commands))
    return f"""_gesso() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} command= offered= options= word next
  COMPREPLY=()
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case $word in -*) break ;; esac
    next="${{command:+$command }}$word"
    if [ -z "$command" ]; then command=$word
    else case $next in {deeper}) command=$next ;; *) break ;; esac; fi
  done
  case "$command $previous" in
{values}
  esac
  case "$command" in
    '') offered={quote(tops)} options='--help --version' ;;
{following}
  esac
  case $current in -*) offered=$options ;; esac
  COMPREPLY=($(compgen -W "$offered" -- "$current"))
}}
complete -o bashdefault -o default -F _gesso gesso"""


def _bash_following(command: Described) -> str:
    names = " ".join((*(name for option in command.options for name in option.names), *HELP))
    return f"offered={quote(' '.join((*command.subcommands, *command.choices)))} options={quote(names)}"


def _bash_values(commands: tuple[Described, ...]) -> Iterable[str]:
    """What follows an option that takes a value: one of its words, else whatever one types."""
    for command in commands:
        for option in command.options:
            if option.metavar:
                where = "|".join(quote(f"{command.name} {name}") for name in option.names)
                yield f"    {where}) COMPREPLY=({_bash_value(option)}); return ;;"


def _bash_value(option: Option) -> str:
    return f'$(compgen -W {quote(" ".join(option.values))} -- "$current")' if option.values else ""


def fish(commands: tuple[Described, ...]) -> str:
    """One line for each command and option, with its help."""
    lines = ["complete -c gesso -e", "complete -c gesso -n __fish_use_subcommand -l version -d 'Show the version.'"]
    for command in commands:
        lines.append(_fish_command(command))
        lines += [_fish_choices(command)] if command.choices else []
        lines += [_fish_option(command, option) for option in command.options]
    return "\n".join((*lines, "complete -c gesso -s h -l help -d 'Show what there is.'"))


def _fish_command(command: Described) -> str:
    *parents, last = command.words
    where = "__fish_use_subcommand" if not parents else quote(_fish_seen(parents))
    return f"complete -c gesso -f -n {where} -a {quote(last)} -d {_fish_text(command.help)}"


def _fish_choices(command: Described) -> str:
    return f"complete -c gesso -f -n {quote(_fish_seen(command.words))} -a {_fish_text(' '.join(command.choices))}"


def _fish_option(command: Described, option: Option) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    value = ""
    if option.metavar:
        value = f" -x -a {_fish_text(' '.join(option.values))}" if not option.takes_file else " -r -F"
    return f"complete -c gesso -n {quote(_fish_seen(command.words))} {names}{value} -d {_fish_text(option.help)}"


def _fish_seen(words: Iterable[str]) -> str:
    return "; and ".join(f"__fish_seen_subcommand_from {word}" for word in words)


def _fish_text(text: str) -> str:
    """A text in single quotes, as fish reads them."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
