"""From rows as people wrote them to rows that can be sent: defaults filled in, pictures found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.batch import PlannedRow
from core.domain.draft_row import DraftRow
from core.errors import InvalidRequestError, NotFoundError
from core.services.editing import Input

FindInput = Callable[[str], Input]
"""A picture by what a row calls it (a path, a name, an id); raises InvalidRequestError or NotFoundError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """Rows that can be priced, and a sentence for each that cannot."""

    rows: tuple[PlannedRow, ...]
    problems: tuple[str, ...] = ()


def plan_rows(drafts: Iterable[DraftRow], defaults: Mapping[str, Any], find_input: FindInput) -> Planned:
    """The drafts as requests; ``defaults`` are a request's fields where a row says nothing.

    A picture that several rows name is looked for once.
    """
    found: dict[str, Input] = {}
    rows: list[PlannedRow] = []
    problems: list[str] = []
    for draft in drafts:
        try:
            rows.append(_planned(draft, defaults, found, find_input))
        except (InvalidRequestError, NotFoundError) as error:
            problems.append(str(error))
    return Planned(rows=tuple(rows), problems=tuple(problems))


def _planned(
    draft: DraftRow, defaults: Mapping[str, Any], found: dict[str, Input], find_input: FindInput
) -> PlannedRow:
    if draft.problem:
        raise InvalidRequestError(draft.problem)
    for name in draft.inputs:
        if name not in found:
            found[name] = find_input(name)
    inputs = [found[name] for name in draft.inputs]
    request = draft.request(
        defaults, images=tuple(one.ref for one in inputs), parents=tuple(one.parent for one in inputs)
    )
    return PlannedRow(request=request, name=draft.name, columns=draft.columns)
