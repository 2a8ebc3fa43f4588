"""Settings -> who writes prompts and invents personas: nothing sent, nothing heavy to import."""

from collections.abc import Iterator

from core.providers.flowise import Chatflow, FlowiseInventor, FlowiseWriter
from core.providers.openai_chat import ChatInventor, ChatModel, ChatWriter
from core.services.built_in_prompts import BuiltInInventor, TemplateWriter
from core.services.calls import CallLoop
from core.services.prompt_ports import PersonaInventor, PromptWriter
from core.services.prompting import PromptDesk
from core.settings import Settings

LONGEST_SECONDS = 180.0
"""A text model that has said nothing for so long will not; pictures may take REQUEST_TIMEOUT_SECONDS."""


def prompt_desk(settings: Settings, calls: CallLoop) -> PromptDesk:
    """Flowise where it is set up, else a chat model, and always what is built in."""
    return PromptDesk(writers=tuple(_writers(settings)), inventors=tuple(_inventors(settings)), calls=calls)


def _writers(settings: Settings) -> Iterator[PromptWriter]:
    if chatflow := _chatflow(settings, settings.flowise_chatflow_id, "FLOWISE_CHATFLOW_ID"):
        yield FlowiseWriter(chatflow)
    if model := _chat_model(settings):
        yield ChatWriter(model)
    yield TemplateWriter()


def _inventors(settings: Settings) -> Iterator[PersonaInventor]:
    if chatflow := _chatflow(settings, settings.flowise_persona_chatflow_id, "FLOWISE_PERSONA_CHATFLOW_ID"):
        yield FlowiseInventor(chatflow)
    if model := _chat_model(settings):
        yield ChatInventor(model)
    yield BuiltInInventor()


def _chatflow(settings: Settings, id: str | None, variable: str) -> Chatflow | None:
    if settings.flowise_url is None or id is None or settings.provider == "demo":
        return None  # PROVIDER=demo asks nobody, whatever is set
    return Chatflow(
        url=settings.flowise_url,
        id=id,
        api_key=settings.flowise_api_key,
        variable=variable,
        timeout_seconds=_seconds(settings),
        unknown_price=settings.unknown_price_usd,
    )


def _chat_model(settings: Settings) -> ChatModel | None:
    if settings.prompt_model is None or settings.provider == "demo":
        return None
    return ChatModel(
        settings.openai,
        settings.prompt_model,
        timeout_seconds=_seconds(settings),
        unknown_price=settings.unknown_price_usd,
    )


def _seconds(settings: Settings) -> float:
    return min(settings.request_timeout_seconds, LONGEST_SECONDS)
