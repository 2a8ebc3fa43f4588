"""From a quote to its end: the limit, the dry run, the question about the price, the job."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.cli.groups import Delivery
from app.cli.opening import VISITOR
from app.cli.output import print_json, print_line
from app.cli.quote import Quote, body, estimate_json, price_lines
from app.cli.target import STDOUT, Target
from core.domain.money import ZERO, usd_text
from core.errors import BudgetExceededError

if TYPE_CHECKING:
    from core.bootstrap import Workbench


def stay_within(limit: Decimal | None, quoted: Quote) -> None:
    """Raise BudgetExceededError if the request may cost more than this."""
    if limit is not None and quoted.price.held > limit:
        raise BudgetExceededError(
            f"This may cost up to {usd_text(quoted.price.held)}, more than the {usd_text(limit)} you allowed.",
            limit=limit,
            spent=ZERO,
            estimate=quoted.price.held,
        )


def send(opened: "Workbench", quoted: Quote, files: Target | None, delivery: Delivery) -> int:
    """Submit, wait, write and tell; returns the exit code."""
    from app.cli.running import Telling, run_job

    telling = Telling(
        target=files,
        to_stdout=delivery.output == STDOUT,
        json=delivery.json,
        raw=delivery.raw,
        verbose=delivery.verbose,
    )
    return run_job(opened, lambda: opened.studio.submit(quoted.request, VISITOR, max_cost=delivery.limit), telling)


def tell_only(quoted: Quote, delivery: Delivery, more: dict[str, Any] | None = None, *lines: str) -> int:
    """A dry run: the price and the exact request; ``more`` goes into the object, ``lines`` before the request."""
    calls = len(quoted.request.calls())
    if delivery.json or delivery.raw:
        print_json(
            {
                "dry_run": True,
                "provider": quoted.route.provider,
                "url": quoted.address,
                "calls": calls,
                "body": body(quoted),
                "estimate": estimate_json(quoted.price),
            }
            | (more or {})
        )
        return 0
    for line in (*price_lines(quoted.price), *lines):
        print_line(line)
    where = f"POST {quoted.address}" if quoted.address else "The demo provider, which sends nothing"
    print_line(f"{where}{'' if calls == 1 else f', {calls} times'}:")
    print_json(body(quoted))
    return 0
