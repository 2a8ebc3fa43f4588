"""Who asks: whose history it is, and with whose key and money."""

from dataclasses import dataclass, field

from core.domain.ledger import Budgets


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """A person at a door.

    ``owner`` names their history. ``api_key`` is their own key, kept in memory only and in
    no representation. The ``operator`` (the terminal) sees everybody's jobs. Who comes with one
    of Gesso's own API keys has its ``key_id``, and its ``limits`` and ``rate`` (requests per
    minute) beside those of the account.
    """

    owner: str
    api_key: str | None = field(default=None, repr=False)
    operator: bool = False
    key_id: str | None = None
    limits: Budgets | None = None
    rate: int | None = None

    def account(self, provider: str) -> str:
        """Whose money a request at this provider takes."""
        return provider if self.api_key is None else f"visitor:{self.owner}"

    def sees(self, owner: str) -> bool:
        return self.operator or self.owner == owner


def is_visitor_account(account: str) -> bool:
    """Whether an account is a visitor's own key, which no restart can bring back."""
    return account.startswith("visitor:")
