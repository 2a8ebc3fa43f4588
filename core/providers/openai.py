"""The OpenAI Images API, and every server that speaks it, through the official SDK."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2
import openai
from openai import AsyncAPIResponse, AsyncOpenAI, DefaultAsyncHttpxClient, Omit

from core.domain.answer import Answer, EditInputs, RawAnswer
from core.domain.request import EditRequest, GenerateRequest, Request
from core.errors import AuthenticationError, InvalidRequestError, ProviderRefusedError
from core.providers.fetching import Fetcher
from core.providers.openai_answer import parse
from core.providers.openai_arguments import edit_arguments, generate_arguments
from core.providers.openai_complaints import Caller
from core.providers.openai_edit import check_edit, edit_files, opened_edit
from core.providers.openai_errors import translate
from core.providers.openai_spooling import take
from core.providers.presets import DEFAULT, Preset
from core.services.ports import Line

CONNECT_SECONDS = 5.0
NO_KEY = "not-needed"
"""What a server without keys is sent, because the SDK insists on one."""


class OpenAIProvider:
    """One account at OpenAI or at a compatible server.

    The SDK's own retries are off, since they resend what may have been billed. Connections
    are not kept: a kept one that the server has closed meanwhile would make a request's
    outcome unknown, and a handshake is nothing beside the seconds a picture takes. The
    client is made inside the running loop at the first call; ``aclose`` ends it.
    """

    def __init__(
        self,
        *,
        api_key: str | None,
        preset: Preset,
        base_url: str | None = None,
        timeout_seconds: float = 600.0,
        http_client: httpx2.AsyncClient | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._api_key = api_key
        self._preset = preset
        self._base_url = base_url or preset.base_url
        self._timeout = httpx2.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds))
        self._http_client = http_client
        self._fetcher = fetcher or Fetcher(base_url=self._base_url, api_key=api_key)
        self._client: AsyncOpenAI | None = None

    @property
    def name(self) -> str:
        return self._preset.name

    async def aclose(self) -> None:
        """Close the connections; the next call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def generate(self, request: GenerateRequest, line: Line) -> None:
        """See ``Provider.generate``."""
        caller = self._caller(request, line)
        client = self._client_for(line.api_key, caller)
        arguments = generate_arguments(request, self._preset) | self._who_asks(line)
        await line.sending()
        opened = client.images.with_streaming_response.generate(**arguments, extra_headers=self._headers(line))
        await _take(opened, request, line, caller)

    async def edit(self, request: EditRequest, inputs: EditInputs, line: Line) -> None:
        """See ``Provider.edit``. What the service cannot do is a ProviderRefusedError before anything is sent."""
        caller = self._caller(request, line)
        client = self._client_for(line.api_key, caller)
        try:
            check_edit(request, inputs, self._preset)
            files = await asyncio.to_thread(edit_files, inputs, self._preset)
        except InvalidRequestError as error:
            raise ProviderRefusedError(str(error), provider=self.name) from error
        arguments = edit_arguments(request, self._preset) | self._who_asks(line)
        await line.sending()
        await _take(opened_edit(client, arguments, files, self._headers(line)), request, line, caller)

    async def read(self, raw: RawAnswer) -> Answer:
        """See ``Provider.read``. A link that cannot be followed is a problem of its image, not of the answer."""
        parsed = parse(raw, provider=self.name)
        return parsed.answer(await self._fetcher.fetch_all(link.url for link in parsed.links))

    def _headers(self, line: Line) -> dict[str, str | Omit] | None:
        """The server's organisation and project, from the SDK's environment, are OpenAI's business, not a visitor's."""
        is_ours = line.api_key is None and self._preset.name == DEFAULT
        return None if is_ours else {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}

    def _who_asks(self, line: Line) -> dict[str, str]:
        return {"safety_identifier": line.safety_identifier} if self._preset.safety_identifier else {}

    def _caller(self, request: Request, line: Line) -> Caller:
        keys = tuple(key for key in (line.api_key, self._api_key) if key)
        return Caller(provider=self.name, title=self._preset.title, model=request.model, keys=keys)

    def _client_for(self, own_key: str | None, caller: Caller) -> AsyncOpenAI:
        """The shared client, speaking with a visitor's own key where there is one."""
        key = own_key or self._api_key or (NO_KEY if self._preset.keyless else None)
        if key is None:
            raise AuthenticationError(
                f"{caller.title} needs an API key. Set {self._key_variable()}.",
                provider=self.name,
            )
        if not key.isascii() or not key.isprintable() or " " in key:
            raise AuthenticationError(
                "The API key contains characters that no key has. Copy it once more.", provider=self.name
            )
        if self._client is None:
            self._client = self._new_client(key)
        return self._client.with_options(api_key=key)

    def _key_variable(self) -> str:
        """Where a key is looked for; OpenAI, and a server in its place, also take a visitor's own."""
        variable = self._preset.api_key_variable
        if variable is None or variable == "OPENAI_API_KEY":
            return "OPENAI_API_KEY or enter your own key in the settings"
        return variable

    def _new_client(self, key: str) -> AsyncOpenAI:
        unkept = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
        http_client = self._http_client or DefaultAsyncHttpxClient(
            limits=unkept, timeout=self._timeout, follow_redirects=False
        )
        return AsyncOpenAI(
            api_key=key, base_url=self._base_url, timeout=self._timeout, max_retries=0, http_client=http_client
        )


async def _take(
    opened: AbstractAsyncContextManager[AsyncAPIResponse[Any]], request: Request, line: Line, caller: Caller
) -> None:
    """Send a request, which is what entering ``opened`` does, and take its answer to the line's spool."""
    try:
        async with opened as response:
            await take(response, request, line, caller)
    except (openai.APIError, httpx2.RequestError) as error:
        raise translate(error, caller) from error
