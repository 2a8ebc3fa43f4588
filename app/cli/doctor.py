"""``gesso doctor``: is everything that was paid for still there and whole."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.door import new_app
from app.cli.exits import OK, OTHER
from app.cli.opening import workbench
from app.cli.output import one_line, print_json, print_line, print_table
from app.cli.versions import versions
from core.domain.stock import Storage, bytes_text
from core.services.doctor import Finding, Health

if TYPE_CHECKING:
    from core.bootstrap import Workbench

app = new_app()


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended; nothing is lost by it.")] = False,
    online: Annotated[
        bool,
        typer.Option("--online", help="Also ask each provider for its models, which is free: does it take the key."),
    ] = False,
    json: options.Json = False,
) -> int:
    """Check the database, every image file, thumbnails, orphans and disk space; name the versions.

    Exit code 1 if something is lost, or a provider cannot be used.
    """
    with workbench() as opened:
        found = []
        for finding in chain(opened.doctor.examine(repair=repair), _reached(opened) if online else ()):
            found.append(finding)
            if not json:
                print_line(f"{finding.health.value:<8} {finding.check:<11} {finding.sentence}")
                for name in finding.named:
                    print_line(f"         {'':<11} {one_line(name)}")
        storage, runs = opened.doctor.storage(), versions(opened)
        where = opened.settings.output_dir.absolute()
    if json:
        told = {"repair": repair, "findings": [asdict(finding) for finding in found]}
        print_json(told | {"storage": {"where": where, **asdict(storage)}, "versions": runs})
    else:
        _print_storage(storage, str(where))
        print_line(f"\n{', '.join(f'{name} {number}' for name, number in runs.items())}")
    return OTHER if any(finding.health is Health.BAD for finding in found) else OK


def _reached(bench: "Workbench") -> Iterator[Finding]:
    """A finding for each provider that is set up."""
    from core.providers.reaching import reach

    if not bench.offering.services:
        yield Finding(check="provider", health=Health.GOOD, sentence="The demo provider needs no network.")
    for service in bench.offering.services:
        reached = reach(service)
        health = {True: Health.GOOD, False: Health.BAD, None: Health.WARNING}[reached.usable]
        yield Finding(check="provider", health=health, sentence=reached.sentence)


def _print_storage(storage: Storage, where: str) -> None:
    stock = storage.stock
    print_line(f"\nKept in {one_line(where)}")
    print_table(
        ("WHAT", "COUNT", "SIZE"),
        [
            *((f"{one.kind} (files)", f"{one.files:,}", bytes_text(one.bytes)) for one in storage.kept),
            ("pictures in the library", f"{stock.pictures:,}", bytes_text(stock.bytes)),
            ("pictures in the trash", f"{stock.trashed:,}", bytes_text(stock.trashed_bytes)),
            ("free on this disk", "", bytes_text(storage.free)),
        ],
    )
