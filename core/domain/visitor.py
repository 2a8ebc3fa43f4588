"""Who asks: whose history it is, and with whose key and money."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """A person at a door.

    ``owner`` names their history. ``api_key`` is their own key, kept in memory only and in
    no representation. The ``operator`` (the terminal) sees everybody's jobs.
    """

    owner: str
    api_key: str | None = field(default=None, repr=False)
    operator: bool = False

    def account(self, provider: str) -> str:
        """Whose money a request at this provider takes."""
        return provider if self.api_key is None else f"visitor:{self.owner}"

    def sees(self, owner: str) -> bool:
        return self.operator or self.owner == owner


def is_visitor_account(account: str) -> bool:
    """Whether an account is a visitor's own key, which no restart can bring back."""
    return account.startswith("visitor:")
