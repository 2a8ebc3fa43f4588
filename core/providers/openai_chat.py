"""Prompts and personas from a chat model, through the official SDK: OpenAI's, or of a server that speaks its API."""

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.domain.persona_prompts import PromptTask, framed
from core.domain.prompt_briefs import instructions, invention, question
from core.domain.usage import Estimate
from core.errors import AuthenticationError, ProviderError, ProviderRefusedError
from core.providers.configured import Service
from core.providers.openai_chat_answer import Said, read_said
from core.providers.openai_complaints import Caller
from core.providers.presets import DEFAULT
from core.providers.text_models import TextModel, text_model
from core.providers.written import written_personas, written_prompt
from core.services.prompt_ports import Invented, Written

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_SECONDS = 5.0
PROMPT_TOKENS, PERSONA_TOKENS = 1200, 450
"""Output tokens allowed for a prompt, and for each persona: about twice what they take."""
INVENTOR = "You invent believable, ordinary people for a set of test profiles. You answer with JSON alone."


class ChatModel:
    """One chat model of one service. One request each, never sent again; a client of its own for each.

    Prices are known for OpenAI itself only: another server's are its own affair. ``unknown_price`` is USD held for
    a request whose price nobody knows.
    """

    def __init__(self, service: Service, model: str, *, timeout_seconds: float, unknown_price: Decimal) -> None:
        self._service = service
        self._model: TextModel = text_model(model, priced=service.preset.name == DEFAULT)
        self._timeout = timeout_seconds
        self._unknown_price = unknown_price

    @property
    def title(self) -> str:
        return f"{self._service.title} {self._model.id}"

    @property
    def provider(self) -> str:
        return self._service.name

    def is_ready(self, api_key: str | None) -> bool:
        return bool(api_key or self._service.api_key or self._service.preset.keyless)

    def caller(self, api_key: str | None = None) -> Caller:
        keys = tuple(key for key in (api_key, self._service.api_key) if key)
        return Caller(provider=self.provider, title=self.title, model=self._model.id, keys=keys)

    def estimate(self, system: str, asked: str, tokens: int) -> Estimate:
        """USD for one request whose answer has at most so many tokens."""
        return self._model.estimate(system + asked, tokens, unknown_price=self._unknown_price)

    async def ask(self, system: str, asked: str, tokens: int, api_key: str | None) -> Said:
        """One request and its answer. Raises a ProviderError."""
        # Half a second to import, and most processes never write a prompt.
        import httpx2
        import openai

        from core.providers.openai_errors import broken_off, translate

        caller = self.caller(api_key)
        try:
            async with asyncio.timeout(self._timeout), self._client(api_key, caller) as client:
                raw = await client.chat.completions.with_raw_response.create(
                    **self._arguments(system, asked, tokens), extra_headers=self._headers(api_key)
                )
                body, request_id = raw.content, raw.request_id
        except openai.NotFoundError as error:
            raise _not_there(translate(error, caller), error.message, caller) from error
        except (openai.APIError, httpx2.RequestError) as error:
            raise translate(error, caller) from error
        except TimeoutError as error:
            raise broken_off(caller, "did not answer in time", request_id=None) from error
        return read_said(body, caller, request_id, self._model.prices)

    def _client(self, api_key: str | None, caller: Caller) -> "AsyncOpenAI":
        import httpx2
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        key = api_key or self._service.api_key or ("not-needed" if self._service.preset.keyless else None)
        if key is None:
            raise AuthenticationError(f"{caller.title} needs an API key. Set OPENAI_API_KEY.", provider=self.provider)
        if not key.isascii() or not key.isprintable() or " " in key:
            raise AuthenticationError(
                "The API key contains characters that no key has. Copy it once more.", provider=self.provider
            )
        timeout = httpx2.Timeout(self._timeout, connect=min(CONNECT_SECONDS, self._timeout))
        http_client = DefaultAsyncHttpxClient(timeout=timeout, follow_redirects=False)
        return AsyncOpenAI(
            api_key=key, base_url=self._service.base_url, timeout=timeout, max_retries=0, http_client=http_client
        )

    def _headers(self, api_key: str | None) -> dict[str, Any] | None:
        """The server's organisation and project, from the SDK's environment, are OpenAI's business, not a visitor's."""
        from openai import Omit

        is_ours = api_key is None and self._service.preset.name == DEFAULT
        return None if is_ours else {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}

    def _arguments(self, system: str, asked: str, tokens: int) -> dict[str, Any]:
        """OpenAI's models refuse ``max_tokens`` where they think; other servers may know nothing newer."""
        limit = "max_completion_tokens" if self._service.preset.name == DEFAULT else "max_tokens"
        effort = {"reasoning_effort": "low"} if self._model.reasoning else {}
        messages = [{"role": "system", "content": system}, {"role": "user", "content": asked}]
        return {"model": self._model.id, "messages": messages, limit: self._model.most_tokens(tokens), **effort}


class ChatWriter:
    """Has a chat model write image prompts."""

    name = "chat"

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def title(self) -> str:
        return self._model.title

    def is_ready(self, api_key: str | None = None) -> bool:
        return self._model.is_ready(api_key)

    def estimate(self, task: PromptTask) -> Estimate:
        """See ``PromptWriter.estimate``."""
        return self._model.estimate(instructions(task.kind), question(task), PROMPT_TOKENS)

    async def write(self, task: PromptTask, *, api_key: str | None = None) -> Written:
        """See ``PromptWriter.write``."""
        said = await self._model.ask(instructions(task.kind), question(task), PROMPT_TOKENS, api_key)
        text = written_prompt(said.text, self._model.caller(api_key))
        return Written(prompt=framed(task, text), writer=self.name, usage=said.usage, cost=said.cost)


class ChatInventor:
    """Has a chat model invent personas."""

    name = "chat"

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def title(self) -> str:
        return self._model.title

    def is_ready(self, api_key: str | None = None) -> bool:
        return self._model.is_ready(api_key)

    def estimate(self, count: int, wishes: str = "") -> Estimate:
        """See ``PersonaInventor.estimate``."""
        return self._model.estimate(INVENTOR, invention(count, wishes), PERSONA_TOKENS * count)

    async def invent(self, count: int, wishes: str = "", *, seed: int = 0, api_key: str | None = None) -> Invented:  # noqa: ARG002
        """See ``PersonaInventor.invent``."""
        said = await self._model.ask(INVENTOR, invention(count, wishes), PERSONA_TOKENS * count, api_key)
        found = written_personas(said.text, self._model.caller(api_key))
        return Invented(
            personas=found.personas[:count],
            problems=found.problems,
            inventor=self.name,
            usage=said.usage,
            cost=said.cost,
        )


def _not_there(translated: ProviderError, message: str, caller: Caller) -> ProviderError:
    if "model" in message.lower():
        return translated
    return ProviderRefusedError(
        f"{caller.title}: there is no chat API at this address (404). Check the base URL.",
        provider=caller.provider,
        request_id=translated.request_id,
    )
