"""Prompts and personas from a Flowise server: its prediction API, one question to one chatflow, one answer.

Read in Flowise 3.1.4's own sources and tried against it. A question without a ``chatId`` begins a conversation of its
own, so that a chatflow with a memory does not mix one persona with the next.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from core.domain.persona_prompts import PromptTask, framed
from core.domain.prompt_briefs import instructions, invention, question
from core.domain.usage import Estimate
from core.errors import (
    AuthenticationError,
    OutcomeUnknownError,
    ProviderAnswerError,
    ProviderError,
    ProviderRefusedError,
    RateLimitedError,
)
from core.providers.openai_complaints import Caller, retry_after, visible_text
from core.providers.written import written_personas, written_prompt
from core.services.prompt_ports import Invented, Written

NAME, TITLE = "flowise", "Flowise"
CONNECT_SECONDS = 5.0
MAX_ANSWER_BYTES = 1_000_000
"""An answer carries what the flow did besides its text; more than that is not for us."""
NO_FLOW = (400, 404, 412)
UNAUTHORIZED = "unauthorized"
"""All that a chatflow with a key of its own says without it, with a 500."""
ADDED = frozenset(
    {"question", "chatId", "chatMessageId", "sessionId", "memoryType", "isStreamValid", "followUpPrompts", "metrics"}
    | {"flowVariables", "sourceDocuments", "usedTools", "artifacts", "fileAnnotations", "action", "agentReasoning"}
    | {"agentFlowExecutedData", "executionId"}
)
"""What Flowise puts beside what the last node returned."""
GATEWAY = (408, 502, 504, 520, 524)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chatflow:
    """One chatflow of one Flowise server. ``variable`` is the setting that its id comes from, for sentences.

    What a flow costs is between Flowise and whatever model it asks: ``unknown_price`` USD is held per question.
    """

    url: str
    id: str
    api_key: str | None = field(default=None, repr=False)
    variable: str = "FLOWISE_CHATFLOW_ID"
    timeout_seconds: float
    unknown_price: Decimal

    @property
    def caller(self) -> Caller:
        keys = (self.api_key,) if self.api_key else ()
        return Caller(provider=NAME, title=TITLE, model=self.id, keys=keys)

    @property
    def estimate(self) -> Estimate:
        note = f"What the chatflow costs is not known; {self.unknown_price} USD per question is held."
        return Estimate(low=None, high=None, held=self.unknown_price, notes=(note,))

    async def ask(self, asked: str) -> str:
        """The text that the chatflow answers. Raises a ProviderError."""
        import httpx2  # a third of a second to import, and most processes never ask

        from core.providers.openai_errors import broken_off, translate

        try:
            async with asyncio.timeout(self.timeout_seconds):
                status, headers, body = await self._post(asked)
        except httpx2.RequestError as error:
            raise translate(error, self.caller) from error
        except TimeoutError as error:
            raise broken_off(self.caller, "did not answer in time", request_id=None) from error
        if status != 200:
            raise self._refused(status, headers, body)
        return self._read(body)

    async def _post(self, asked: str) -> tuple[int, Mapping[str, str], bytes]:
        import httpx2

        address = f"{self.url.rstrip('/').removesuffix('/api/v1')}/api/v1/prediction/{quote(self.id, safe='')}"
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        timeout = httpx2.Timeout(self.timeout_seconds, connect=min(CONNECT_SECONDS, self.timeout_seconds))
        async with (
            httpx2.AsyncClient(timeout=timeout, follow_redirects=False) as client,
            client.stream("POST", address, json={"question": asked, "streaming": False}, headers=headers) as answer,
        ):
            return answer.status_code, answer.headers, await self._body(answer.aiter_bytes())

    async def _body(self, chunks: Any) -> bytes:
        body = bytearray()
        async for chunk in chunks:
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise self._useless(f"sent more than {MAX_ANSWER_BYTES:,} bytes, which is no prompt and no list")
        return bytes(body)

    def _read(self, body: bytes) -> str:
        """The answer's ``text``, else its ``json``, else whatever the chatflow's last node returned.

        A node that returns an object has its fields laid beside Flowise's own; a list comes alone.
        """
        try:
            data = json.loads(body)
        except ValueError:
            shown = self.caller.redacted(visible_text(body.decode(errors="replace")))[:120]
            raise self._useless(f"answered with something else than JSON: “{shown}”. Check FLOWISE_URL") from None
        if not isinstance(data, Mapping):
            return data if isinstance(data, str) else json.dumps(data)
        own = {name: value for name, value in data.items() if name not in ADDED}
        if said := data.get("text") or data.get("json") or (own if "text" not in data else None):
            return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        raise self._useless("answered without a text. Let the chatflow's last node return one")

    def _refused(self, status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
        """What a status means here; Flowise puts its words into ``message``."""
        said = self._said(body).rstrip(".!")
        reason = f": {said}." if said else "."
        if status == 500 and said.lower() == UNAUTHORIZED:
            status = 401
        match status:
            case 401 | 403:
                what = "does not let this key ask the chatflow" if self.api_key else "wants a key for the chatflow"
                return AuthenticationError(f"{TITLE} {what} ({status}){reason} Check FLOWISE_API_KEY.", provider=NAME)
            case 429:
                return RateLimitedError(
                    f"{TITLE} limits how often the chatflow may be asked{reason} Try again in a moment.",
                    provider=NAME,
                    retry_after=retry_after(headers),
                )
            case _ if status in NO_FLOW:
                return ProviderRefusedError(
                    f"{TITLE} has no chatflow {self.id} ({status}){reason} Check {self.variable}.", provider=NAME
                )
            case _ if status in GATEWAY:
                return OutcomeUnknownError(
                    f"{TITLE}'s gateway gave up waiting ({status}). The chatflow may have run and been billed.",
                    provider=NAME,
                )
            case _ if status < 500:
                return ProviderRefusedError(
                    f"{TITLE} refused the question ({status}){reason} Check FLOWISE_URL.", provider=NAME
                )
            case _:
                return ProviderAnswerError(
                    f"The chatflow failed in {TITLE} ({status}){reason} Look at it there; "
                    "a model that it asked before may have been billed.",
                    provider=NAME,
                )

    def _said(self, body: bytes) -> str:
        text = body.decode(errors="replace")
        try:
            data = json.loads(text)
        except ValueError:
            return self.caller.redacted(visible_text(text))[:200]
        told = data.get("message") or data.get("error") if isinstance(data, Mapping) else data
        return self.caller.redacted(str(told or "")).removeprefix("Error: predictionsServices.buildChatflow - ")

    def _useless(self, what: str) -> ProviderAnswerError:
        return ProviderAnswerError(f"{TITLE} {what}. Its answer may have been billed.", provider=NAME)


class FlowiseWriter:
    """Has a chatflow write image prompts."""

    name = NAME
    title = TITLE

    def __init__(self, chatflow: Chatflow) -> None:
        self._chatflow = chatflow

    def is_ready(self, api_key: str | None = None) -> bool:  # noqa: ARG002 - the server's own, whoever asks
        return True

    def estimate(self, task: PromptTask) -> Estimate:  # noqa: ARG002
        """See ``PromptWriter.estimate``: the price is always unknown."""
        return self._chatflow.estimate

    async def write(self, task: PromptTask, *, api_key: str | None = None) -> Written:  # noqa: ARG002
        """See ``PromptWriter.write``. A visitor's own key is never sent there."""
        said = await self._chatflow.ask(f"{instructions(task.kind)}\n\n{question(task)}")
        return Written(prompt=framed(task, written_prompt(said, self._chatflow.caller)), writer=self.name)


class FlowiseInventor:
    """Has a chatflow invent personas."""

    name = NAME
    title = TITLE

    def __init__(self, chatflow: Chatflow) -> None:
        self._chatflow = chatflow

    def is_ready(self, api_key: str | None = None) -> bool:  # noqa: ARG002
        return True

    def estimate(self, count: int, wishes: str = "") -> Estimate:  # noqa: ARG002
        """See ``PersonaInventor.estimate``: the price is always unknown."""
        return self._chatflow.estimate

    async def invent(self, count: int, wishes: str = "", *, seed: int = 0, api_key: str | None = None) -> Invented:  # noqa: ARG002
        """See ``PersonaInventor.invent``."""
        found = written_personas(await self._chatflow.ask(invention(count, wishes)), self._chatflow.caller)
        return Invented(personas=found.personas[:count], problems=found.problems, inventor=self.name)
