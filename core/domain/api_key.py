"""An API key of Gesso's own: who comes with it, and what they may spend."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.ledger import Budgets, Spending
from core.domain.visitor import Visitor
from core.errors import InvalidRequestError

PREFIX = "gesso_"
SHOWN = len(PREFIX) + 8
"""How many characters of a key stay known; 35 more are secret, more than 200 bits."""
LONGEST_NAME, LONGEST_OWNER = 80, 200
MAX_RATE = 100_000
MAX_USD = Decimal(1_000_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiKey:
    """One key, without its secret: that is known to its holder only.

    ``shown`` is how the key begins. ``owner`` is whose history its pictures are in. ``budgets``
    are its own limits beside its account's, ``rate`` how many paid requests it may make a minute.
    """

    id: str
    name: str
    shown: str
    owner: str
    created_at: datetime
    budgets: Budgets = Budgets()
    rate: int | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def has_own_history(self) -> bool:
        """Whether its pictures are in nobody else's history."""
        return self.owner == own_history(self.id)

    @property
    def visitor(self) -> Visitor:
        """Who comes with this key."""
        return Visitor(owner=self.owner, key_id=self.id, limits=self.budgets, rate=self.rate)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyUse:
    """A key with what its requests have spent and hold, today and this month (UTC)."""

    key: ApiKey
    today: Spending = Spending()
    month: Spending = Spending()


def own_history(id: str) -> str:
    """The owner of what a key makes that was given to nobody's history."""
    return f"key:{id}"


def checked_key_name(text: str) -> str:
    """A key's name with single spaces; raises InvalidRequestError."""
    return _checked(" ".join(text.split()), LONGEST_NAME, "A key needs a name", "name")


def checked_owner(text: str) -> str:
    """An owner to give a key to; raises InvalidRequestError."""
    return _checked(text.strip(), LONGEST_OWNER, "An owner is a name", "owner")


def check_limits(budgets: Budgets, rate: int | None) -> None:
    """Raise InvalidRequestError for limits that cannot be kept."""
    for name, amount in (("budget_day", budgets.day), ("budget_month", budgets.month)):
        if amount is not None and not (amount.is_finite() and 0 <= amount < MAX_USD):
            raise InvalidRequestError("A budget is an amount of US dollars, such as 5 or 0.50.", param=name)
    if rate is not None and not 1 <= rate <= MAX_RATE:
        raise InvalidRequestError(f"A rate is 1 to {MAX_RATE:,} requests a minute.", param="rate")


def _checked(text: str, longest: int, what: str, param: str) -> str:
    if not (0 < len(text) <= longest and text.isprintable()):
        raise InvalidRequestError(f"{what} of 1 to {longest} printable characters.", param=param)
    return text
