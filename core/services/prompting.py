"""Who writes prompts and who invents personas, and the asking: several at once, no failure covered up."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.domain.ids import new_id
from core.domain.persona_prompts import PromptTask
from core.domain.usage import Estimate
from core.errors import GessoError, NotFoundError
from core.services.built_in_prompts import TemplateWriter
from core.services.calls import CallLoop
from core.services.prompt_ports import Invented, PersonaInventor, PromptWriter, Written

T = TypeVar("T", PromptWriter, PersonaInventor)
AT_ONCE = 4
"""Requests to one writer side by side; text models answer in seconds, and a local one has one processor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unwritten:
    """A prompt that its writer did not deliver, and why. Nothing stands in for it until somebody says so."""

    task: PromptTask
    error: GessoError
    billed: bool | None
    """What is known about money: None where nobody can tell; then the estimate counts as spent."""

    @property
    def sentence(self) -> str:
        return f"{self.error} The built-in template can write this prompt instead, for nothing."

    def by_template(self) -> Written:
        """The built-in prompt, for somebody who takes the offer."""
        return TemplateWriter().written(self.task)


class PromptDesk:
    """The writers and inventors that are set up here, the preferred first."""

    def __init__(
        self, *, writers: Sequence[PromptWriter], inventors: Sequence[PersonaInventor], calls: CallLoop
    ) -> None:
        self._writers = tuple(writers)
        self._inventors = tuple(inventors)
        self._calls = calls

    def writers(self, api_key: str | None = None) -> tuple[PromptWriter, ...]:
        """Those somebody can choose from, with a key of their own if they brought one; the first is the default."""
        return tuple(writer for writer in self._writers if writer.is_ready(api_key))

    def inventors(self, api_key: str | None = None) -> tuple[PersonaInventor, ...]:
        """As ``writers``."""
        return tuple(inventor for inventor in self._inventors if inventor.is_ready(api_key))

    def writer(self, name: str | None = None, api_key: str | None = None) -> PromptWriter:
        """The one of this name, or the default. Raises NotFoundError."""
        return _named(self.writers(api_key), name, "prompt writer")

    def inventor(self, name: str | None = None, api_key: str | None = None) -> PersonaInventor:
        """As ``writer``."""
        return _named(self.inventors(api_key), name, "inventor of personas")

    def estimates(
        self, tasks: Sequence[PromptTask], *, writer: str | None = None, api_key: str | None = None
    ) -> tuple[Estimate, ...]:
        """What each prompt costs to have written, in USD."""
        chosen = self.writer(writer, api_key)
        return tuple(chosen.estimate(task) for task in tasks)

    def write(
        self,
        tasks: Sequence[PromptTask],
        *,
        writer: str | None = None,
        api_key: str | None = None,
        key: str | None = None,
    ) -> tuple[Written | Unwritten, ...]:
        """Have prompts written, four at a time, in order. One that fails does not take the others with it.

        Waits for all: not for a page's own thread. ``cancel(key)`` reaches them; then CancelledError is raised.
        """
        chosen = self.writer(writer, api_key)
        return tuple(self._calls.run(key or new_id(), [_write_all(chosen, tasks, api_key)])[0])

    def invent(
        self,
        count: int,
        wishes: str = "",
        *,
        inventor: str | None = None,
        seed: int = 0,
        api_key: str | None = None,
        key: str | None = None,
    ) -> Invented:
        """Have personas invented; waits. Raises InvalidRequestError or a ProviderError."""
        chosen = self.inventor(inventor, api_key)
        asked = chosen.invent(count, wishes, seed=seed, api_key=api_key)
        return self._calls.run(key or new_id(), [asked])[0]

    def cancel(self, key: str) -> None:
        """Stop what runs under a key; what had left may have been billed."""
        self._calls.cancel(key)


async def _write_all(
    writer: PromptWriter, tasks: Sequence[PromptTask], api_key: str | None
) -> list[Written | Unwritten]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(task: PromptTask) -> Written | Unwritten:
        async with places:
            try:
                return await writer.write(task, api_key=api_key)
            except GessoError as error:
                return Unwritten(task=task, error=error, billed=getattr(error, "billed", False))

    return await asyncio.gather(*(one(task) for task in tasks))


def _named(known: tuple[T, ...], name: str | None, kind: str) -> T:
    found = [one for one in known if name in (None, one.name)]
    if not found:
        names = ", ".join(one.name for one in known)
        raise NotFoundError(
            f"There is no {kind} called {name!r} here. Choose one: {names}.", kind="writer", id=str(name)
        )
    return found[0]
