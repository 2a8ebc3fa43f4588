"""``gesso doctor``: is everything that was paid for still there and whole."""

from dataclasses import asdict
from typing import Annotated

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK, OTHER
from app.cli.opening import workbench
from app.cli.output import print_json, print_line
from core.services.doctor import Health

app = new_app()


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended; nothing is lost by it.")] = False,
    json: options.Json = False,
) -> int:
    """Check the database, every image file, thumbnails, orphans and disk space. Exit code 1 if something is lost."""
    with workbench() as opened:
        found = []
        for finding in opened.doctor.examine(repair=repair):
            found.append(finding)
            if not json:
                print_line(f"{finding.health.value:<8} {finding.check:<11} {finding.sentence}")
                for name in finding.named:
                    print_line(f"         {'':<11} {name}")
    if json:
        print_json({"repair": repair, "findings": [asdict(finding) for finding in found]})
    return OTHER if any(finding.health is Health.BAD for finding in found) else OK
