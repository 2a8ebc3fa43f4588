"""What writes image prompts for personas, and what invents personas: ports, and what comes back through them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from core.domain.persona import Persona
from core.domain.persona_prompts import PromptTask
from core.domain.persona_reading import RowProblem
from core.domain.usage import Estimate, Usage


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """An image prompt, ready to be sent. ``cost`` is USD, None where nobody told tokens or knows their price."""

    prompt: str
    writer: str
    usage: Usage | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Invented:
    """Personas that somebody made up, and what was wrong with others of the same answer; ``cost`` as in Written."""

    personas: tuple[Persona, ...]
    problems: tuple[RowProblem, ...] = ()
    inventor: str
    usage: Usage | None = None
    cost: Decimal | None = None


class PromptWriter(Protocol):
    """Writes image prompts, one request each."""

    @property
    def name(self) -> str:
        """``template``, ``chat`` or ``flowise``: what a person chooses by."""

    @property
    def title(self) -> str:
        """Who that is, for people: "OpenAI gpt-5-mini"."""

    def is_ready(self, api_key: str | None = None) -> bool:
        """Whether it has the key it needs: its own, or a visitor's."""

    def estimate(self, task: PromptTask) -> Estimate:
        """USD for one prompt, before it is asked for; an unknown price is held, never $0."""

    async def write(self, task: PromptTask, *, api_key: str | None = None) -> Written:
        """Ask once; nothing is sent twice. Raises a ProviderError, whose ``billed`` says what is known about money.

        Where that is not False, count the estimate as spent.
        """


class PersonaInventor(Protocol):
    """Makes up people who do not exist."""

    @property
    def name(self) -> str:
        """``built-in``, ``chat`` or ``flowise``."""

    @property
    def title(self) -> str: ...

    def is_ready(self, api_key: str | None = None) -> bool: ...

    def estimate(self, count: int, wishes: str = "") -> Estimate: ...

    async def invent(self, count: int, wishes: str = "", *, seed: int = 0, api_key: str | None = None) -> Invented:
        """``count`` personas (1 to 50), or fewer with the reasons; ``wishes`` say what kind of people, in any words.

        ``seed`` gives the same personas again where the inventor is a generator; a model does not heed it.
        Raises InvalidRequestError or a ProviderError as ``PromptWriter.write``.
        """
