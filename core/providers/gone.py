"""Stands for a provider that is not set up any more: reads what it once answered, and sends nothing."""

from core.domain.answer import Answer, EditInputs, RawAnswer
from core.domain.request import EditRequest, GenerateRequest
from core.errors import AuthenticationError
from core.providers.fetching import Fetcher
from core.providers.openai_answer import parse
from core.services.ports import Line


class GoneProvider:
    """Implements ``Provider`` for a name that jobs still bear."""

    def __init__(self, name: str, base_url: str) -> None:
        self.name = name
        self._fetcher = Fetcher(base_url=base_url)

    async def generate(self, request: GenerateRequest, line: Line) -> None:  # noqa: ARG002
        raise self._refusal()

    async def edit(self, request: EditRequest, inputs: EditInputs, line: Line) -> None:  # noqa: ARG002
        raise self._refusal()

    async def read(self, raw: RawAnswer) -> Answer:
        parsed = parse(raw, provider=self.name)
        return parsed.answer(await self._fetcher.fetch_all(link.url for link in parsed.links))

    def _refusal(self) -> AuthenticationError:
        return AuthenticationError(
            f"The provider {self.name} is not set up on this server any more, so nothing was sent. "
            "Set its key or address again, or choose another model.",
            provider=self.name,
        )
