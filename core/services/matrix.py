"""A matrix priced before it runs, and started as a whole or not at all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.domain.job import Job
from core.domain.matrix import Cell, total
from core.domain.request import Request
from core.domain.visitor import Visitor
from core.errors import GessoError, InvalidRequestError, NotFoundError
from core.services.ledger import LedgerService
from core.services.studio import Studio


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """The jobs that were started, and what stopped the rest if something did."""

    jobs: tuple[Job, ...]
    problem: GessoError | None = None


def priced(requests: Iterable[Request], studio: Studio, visitor: Visitor) -> tuple[Cell, ...]:
    """Each request with its price, or with the reason it cannot be sent; nothing is written."""
    return tuple(_priced(request, studio, visitor) for request in requests)


def check_budget(cells: Iterable[Cell], studio: Studio, ledger: LedgerService, visitor: Visitor) -> None:
    """Raise BudgetExceededError unless all of it fits into what is left now, account by account."""
    by_account: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.estimate is not None:
            by_account[studio.account_of(visitor, cell.request.model)].append(cell)
    for account, theirs in by_account.items():
        standing = ledger.standing(account)
        standing.budgets.check(total(theirs).held, standing.today, standing.month)


def start(cells: Sequence[Cell], studio: Studio, ledger: LedgerService, visitor: Visitor) -> Started:
    """Submit every cell that can be sent, one job each, in order; cells with a problem stay away.

    Raises InvalidRequestError if none can be sent, and BudgetExceededError if the budget has no room for all of
    them; then nothing was started. Should the room go elsewhere in between, what was started stays, and is told.
    """
    requests = [cell.request for cell in cells if cell.estimate is not None]
    if not requests:
        raise InvalidRequestError("No cell of this matrix can be sent. Choose other models, qualities or sizes.")
    check_budget(cells, studio, ledger, visitor)
    jobs: list[Job] = []
    for request in requests:
        try:
            jobs.append(studio.submit(request, visitor))
        except GessoError as error:
            if not jobs:
                raise
            return Started(jobs=tuple(jobs), problem=error)
    return Started(jobs=tuple(jobs))


def _priced(request: Request, studio: Studio, visitor: Visitor) -> Cell:
    try:
        return Cell(request=request, estimate=studio.estimate(request, visitor))
    except (InvalidRequestError, NotFoundError) as error:
        return Cell(request=request, problem=str(error))
