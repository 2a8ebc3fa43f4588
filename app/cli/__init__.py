"""The terminal's front door: finds the command by its name and imports nothing else.

Importing Typer alone takes four times as long as starting Python, so the front page
(``gesso --help``) is printed from the table below and Typer begins with a command.
"""

import os
import sys

COMMANDS = {
    "generate": "Make images from a prompt.",
    "edit": "Change pictures by a prompt.",
    "inpaint": "Change a part of a picture; every other pixel stays identical.",
    "outpaint": "Extend a picture beyond its edges.",
    "variations": "Make alternatives to a picture.",
    "mask": "Draw, convert, invert or grow masks.",
    "grid": "Cut a picture of several pictures into them.",
    "compare": "Count the pixels that differ between two pictures.",
    "estimate": "Say what a request would cost; nothing is sent.",
    "models": "List models, what they take and what they cost.",
    "jobs": "List requests and what became of them; show, cancel or resolve one.",
    "history": "List the library's images, newest first, filtered.",
    "search": "Search prompts by words, phrases, beginnings.",
    "show": "Show everything about one image.",
    "tag": "Give images tags and take them away.",
    "favourite": "Mark images as favourites.",
    "collections": "List named sets of images; make, show, fill, rename or remove one.",
    "trash": "List the trash; move images there, restore them, empty it.",
    "cleanup": "Move old images to the trash.",
    "export": "Write the library, or a part of it, into one ZIP.",
    "import": "Take an exported library, a ZIP or a folder of pictures into the library.",
    "read": "Read the settings in a picture; print the command that makes it again.",
    "batch": "Plan, price and run many requests together; watch, pause, retry, export them.",
    "avatars": "Make, check, review and export sets of pictures of people who do not exist.",
    "worker": "Run jobs that other machines submit (QUEUE=celery).",
    "serve": "Serve the pages and the HTTP API, or the API alone.",
    "doctor": "Check that everything that was paid for is there and whole.",
    "completion": "Print the completion script of bash, zsh or fish.",
    "costs": "Say what was spent today and this month, and what is left.",
    "keys": "List API keys for programs; make or revoke one.",
}
EXAMPLES = (
    'gesso generate "a red fox in the snow" --output fox.png',
    'gesso generate "a red fox" -n 2 --size 1536x1024 --quality high --max-cost 0.50',
    'gesso inpaint photo.jpg --region 400,300,256,256 --prompt "a lighthouse" --output new.png',
    'gesso estimate "a red fox" -n 4',
    "gesso jobs --open",
    "gesso search fox snow --favourite",
)
USAGE, INTERRUPTED = 2, 130


def main(argv: list[str] | None = None) -> int:
    """Run one command line (``sys.argv`` unless given) and return its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    name = arguments[0] if arguments else ""
    _open_closed_streams()
    if name in ("-h", "--help"):
        return _say(front_page())
    if name == "--version":
        return _say(f"gesso {_version()}")
    if name not in COMMANDS:
        print(_no_such(name) if name else front_page(), file=sys.stderr)  # noqa: T201
        return USAGE
    try:
        from app.cli.door import run

        return run(name, arguments[1:])
    except KeyboardInterrupt:
        return INTERRUPTED


def front_page() -> str:
    """What ``gesso --help`` says."""
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{width}}  {help}" for name, help in COMMANDS.items())
    examples = "\n".join(f"  {line}" for line in EXAMPLES)
    return f"""Usage: gesso COMMAND [OPTIONS]...

  Images from prompts, with a price before and a receipt after.

Commands:
{commands}

Options:
  -h, --help  Show this page; after a command, that command's options.
  --version   Show the version.

Examples:
{examples}

Exit codes: 0 ok, 1 another error, 2 usage, 3 the provider refused, 4 budget,
5 outcome unknown (may have been billed), 6 partial success, 130 cancelled.
Results go to standard output, everything else to standard error."""


def _say(text: str) -> int:
    try:
        print(text, flush=True)  # noqa: T201
    except OSError:  # nobody reads it, or the disk it goes to is full
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _open_closed_streams() -> None:
    """Lead closed streams (``gesso ... >&-``) nowhere, lest a file of ours takes their number and our words."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, this one
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _no_such(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, COMMANDS, n=1)
    hint = f"Did you mean `gesso {close[0]}`?" if close else "`gesso --help` lists them."
    return f"Error: There is no command {name!a}. {hint}"


def _version() -> str:
    from importlib.metadata import version

    return version("gesso")
