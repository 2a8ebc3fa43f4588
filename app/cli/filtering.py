"""The options by which images are filtered, sorted and paged, and the question they make."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.picking import find_collection
from core.domain.job import JobState
from core.domain.library import Filter, Kind, Sort, known_tag

if TYPE_CHECKING:
    from core.services.history import HistoryService

DATES = "such as 2026-11-01 or 2026-11-01T14:30, UTC"


@dataclass(frozen=True, kw_only=True)
class Filtering:
    """Which images are meant, as they are named at a terminal."""

    kind: Annotated[Kind | None, typer.Option("--kind", metavar="NAME", help=f"{', '.join(Kind)}.")] = None
    model: Annotated[str | None, typer.Option("-m", "--model", metavar="ID", help="Made by this model.")] = None
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME", help="openai, demo, ...")] = None
    state: Annotated[
        JobState | None, typer.Option("--state", metavar="NAME", help="How the request ended: succeeded or partial.")
    ] = None
    collection: Annotated[
        str | None, typer.Option("--collection", metavar="NAME", help="In this collection (or its id).")
    ] = None
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="With this tag.")] = None
    favourite: Annotated[bool, typer.Option("--favourite", help="Favourites only.")] = False
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help=f"Made at this moment or later, {DATES}.")
    ] = None
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Made before this moment; of a day, its end.")
    ] = None
    cost_from: Annotated[
        str | None, typer.Option("--cost-from", metavar="USD", help="One image cost this much or more.")
    ] = None
    cost_to: Annotated[str | None, typer.Option("--cost-to", metavar="USD", help="One image cost this or less.")] = None

    def wanted(self, history: "HistoryService", text: str = "") -> Filter:
        """The question; raises a usage error, InvalidRequestError or NotFoundError (no such collection)."""
        collection = None if self.collection is None else find_collection(history, self.collection).id
        return Filter(
            text=text,
            kind=self.kind,
            model=self.model,
            provider=self.provider,
            state=self.state,
            collection=collection,
            tag=None if self.tag is None else known_tag(self.tag),
            favourite=self.favourite,
            since=read_moment(self.since, "--since"),
            until=read_moment(self.until, "--until", end_of_day=True),
            cost_from=options.read_amount(self.cost_from, "--cost-from"),
            cost_to=options.read_amount(self.cost_to, "--cost-to"),
        )


@dataclass(frozen=True, kw_only=True)
class Paging:
    """Which part of a list, and how it is told."""

    sort: Annotated[Sort, typer.Option("--sort", metavar="NAME", help=f"{', '.join(Sort)}.")] = Sort.NEWEST
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help="How many.")] = 20
    after: options.After = None
    json: options.Json = False


def read_moment(text: str | None, option: str, *, end_of_day: bool = False) -> datetime | None:
    """A date or a moment, UTC unless it says otherwise; of a bare date its beginning or its end."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        if end_of_day and len(text.strip()) <= len("2026-11-01"):
            moment += timedelta(days=1)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!a} is no date. Write one {DATES}.", param_hint=option) from None
