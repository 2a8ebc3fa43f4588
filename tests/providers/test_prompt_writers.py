"""Prompts and personas from a chat model and from Flowise, over real HTTP."""

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
from genai_prices import Usage as GenaiUsage
from genai_prices import calc_price

from core.domain.persona_invention import invent_personas
from core.domain.persona_prompts import LAYOUT, PictureKind, PromptTask
from core.domain.usage import Usage
from core.errors import (
    AuthenticationError,
    OutcomeUnknownError,
    ProviderAnswerError,
    ProviderError,
    ProviderRefusedError,
    ProviderUnavailableError,
    QuotaExceededError,
    RateLimitedError,
)
from core.providers.configured import Service
from core.providers.flowise import Chatflow, FlowiseInventor, FlowiseWriter
from core.providers.openai_chat import ChatInventor, ChatModel, ChatWriter
from core.providers.presets import preset
from core.providers.text_models import text_model
from core.services.prompt_ports import Written
from tests.text_api import FLOW, FLOWISE_OWN, TextApi

HELD = Decimal("0.25")
ANA = invent_personas(1, seed=1)[0]
GRID = PromptTask(persona=ANA, kind=PictureKind.GRID)
FLOW_500 = "Error: predictionsServices.buildChatflow - "


def chat(url: str, model: str = "gpt-5-mini", *, kind: str = "openai", key: str | None = "sk-s", seconds: float = 5):
    service = Service(name="openai", preset=preset(kind), base_url=url, api_key=key)
    return ChatModel(service, model, timeout_seconds=seconds, unknown_price=HELD)


def flow(url: str, *, key: str | None = None, seconds: float = 5) -> Chatflow:
    return Chatflow(url=url, id=FLOW, api_key=key, timeout_seconds=seconds, unknown_price=HELD)


def write(writer: Any, task: PromptTask = GRID, **more: Any) -> Written:
    return asyncio.run(writer.write(task, **more))


def refused(writer: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        write(writer)
    return caught.value


def test_a_chat_model_writes_and_its_tokens_are_priced() -> None:
    with TextApi() as api:
        api.answers('<think>hm</think>```\nPrompt: "Top left: a kitchen."\n```')
        written = write(ChatWriter(chat(api.url)), api_key="sk-visitor")
    (path, headers, body) = api.requests[0]
    assert (path, headers["authorization"]) == ("/v1/chat/completions", "Bearer sk-visitor")
    assert "\n\nTop left: a kitchen.\n\n" in written.prompt
    assert LAYOUT in written.prompt
    assert written.usage == Usage(text_input=400, text_output=200)
    assert written.cost == Decimal("0.0005")
    assert body["max_completion_tokens"] == 5200
    assert body["reasoning_effort"] == "low"
    assert ANA.lastname not in json.dumps(body, ensure_ascii=False)


def test_a_price_is_known_before_the_question_or_said_to_be_unknown() -> None:
    known = ChatWriter(chat("http://x/v1")).estimate(GRID)
    assert known.low is not None
    assert known.high is not None
    assert Decimal("0.0005") < known.low < known.high == known.held < Decimal("0.02")
    for unknown in (chat("http://x/v1", "gpt-99"), chat("http://x/v1", "gpt-5-mini", kind="compatible")):
        assert (ChatWriter(unknown).estimate(GRID).text, ChatWriter(unknown).estimate(GRID).held) == (
            "price unknown",
            HELD,
        )
    assert FlowiseInventor(flow("http://x")).estimate(5).held == HELD


@pytest.mark.parametrize("model", ["gpt-5.4-mini", "gpt-5.4-nano", "gpt-5-mini", "gpt-4.1", "gpt-4o-mini"])
def test_prices_of_text_models_agree_with_genai_prices(model: str) -> None:
    told = calc_price(GenaiUsage(input_tokens=1000, output_tokens=1000), model_ref=model, provider_id="openai")
    prices = text_model(model).prices
    assert prices is not None
    assert (prices.text_input, prices.text_output) == (told.input_price * 1000, told.output_price * 1000)


def test_a_server_without_keys_is_asked_in_older_words() -> None:
    with TextApi() as api:
        api.answers("In a park.")
        written = write(ChatWriter(chat(api.url, "llama", kind="localai", key=None)))
    assert api.requests[0][2]["max_tokens"] == 1200
    assert written.cost is None
    assert written.usage is not None


@pytest.mark.parametrize(
    ("status", "body", "kind", "billed"),
    [
        (401, {"error": {"message": "Incorrect API key provided: sk-s"}}, AuthenticationError, False),
        (404, {"error": {"message": "No model x", "code": "model_not_found"}}, ProviderRefusedError, False),
        (404, {"detail": "Not Found"}, ProviderRefusedError, False),
        (429, {"error": {"message": "Slow down.", "code": "rate_limit_exceeded"}}, RateLimitedError, False),
        (429, {"error": {"message": "No credit.", "code": "insufficient_quota"}}, QuotaExceededError, False),
        (500, {"error": {"message": "It broke."}}, ProviderUnavailableError, False),
        (504, "<html>Gateway Time-out</html>", OutcomeUnknownError, None),
        (200, "<html>Please sign in</html>", OutcomeUnknownError, None),
        (200, {"choices": []}, ProviderAnswerError, None),
        (200, {"says": ""}, ProviderAnswerError, None),
        (200, {"says": "word " * 1000}, ProviderAnswerError, None),
        (200, {"says": "Top left", "finish_reason": "length"}, ProviderAnswerError, None),
        (200, {"says": "", "message": {"content": None, "refusal": "I can't help."}}, ProviderAnswerError, None),
    ],
)  # fmt: skip
def test_a_chat_model_that_fails_says_how_and_is_asked_once(status: int, body: Any, kind: type, billed: Any) -> None:
    with TextApi() as api:
        api.fails(status, body)
        error = refused(ChatWriter(chat(api.url)))
    assert (type(error), error.billed, len(api.requests)) == (kind, billed, 1)
    assert "sk-s" not in str(error)
    assert "images API" not in str(error)


def test_silence_ends_in_an_unknown_outcome() -> None:
    with TextApi() as api:
        api.silent.set()
        writers = (ChatWriter(chat(api.url, seconds=0.2)), FlowiseWriter(flow(api.root, seconds=0.2)))
        assert all(isinstance(refused(writer), OutcomeUnknownError) for writer in writers)


def test_an_address_where_nobody_answers_was_sent_nothing() -> None:
    with TextApi() as api:
        root = api.root
    assert isinstance(refused(FlowiseWriter(flow(root))), ProviderUnavailableError)


@pytest.mark.parametrize(
    "answer",
    [
        {"says": "In a park."},
        {"json": {"prompt": "In a park."}, **FLOWISE_OWN},
        {"prompt": "In a park.", **FLOWISE_OWN},
        {"says": '{"prompt": "In a park."}'},
        ["In a park."],
    ],
)
def test_flowise_answers_in_many_forms(answer: Any) -> None:
    with TextApi() as api:
        api.fails(200, answer)
        written = write(FlowiseWriter(flow(f"{api.root}/api/v1/", key="fk")))
    path, headers, body = api.requests[0]
    assert (path, headers["authorization"]) == (f"/api/v1/prediction/{FLOW}", "Bearer fk")
    assert set(body) == {"question", "streaming"}
    assert ANA.firstname in body["question"]
    assert "\n\nIn a park.\n\n" in written.prompt
    assert LAYOUT in written.prompt
    assert written.cost is None


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (500, {"message": f"{FLOW_500}Unauthorized"}, AuthenticationError, "wants a key .* Check FLOWISE_API_KEY"),
        (401, {"error": "Unauthorized Access"}, AuthenticationError, "Check FLOWISE_API_KEY"),
        (
            500,
            {"message": f"{FLOW_500}Error: no credit"},
            ProviderAnswerError,
            "failed in Flowise .500.: Error: no cre",
        ),
        (404, {"message": "Chatflow not found!"}, ProviderRefusedError, "has no chatflow .* Check FLOWISE_CHATFLOW_ID"),
        (400, {"message": "Invalid Chatflow ID"}, ProviderRefusedError, "Check FLOWISE_CHATFLOW_ID"),
        (429, "Too many", RateLimitedError, "limits how often"),
        (302, "", ProviderRefusedError, "Check FLOWISE_URL"),
        (502, "<h1>Bad</h1>", OutcomeUnknownError, "gave up waiting"),
        (200, "<h1>Sign in</h1>", ProviderAnswerError, "Sign in.*Check FLOWISE_URL"),
        (200, {"text": "", **FLOWISE_OWN}, ProviderAnswerError, "without a text"),
        (200, {"says": "x" * 4001}, ProviderAnswerError, "4,001 characters"),
        (200, {"says": "x" * 1_000_001}, ProviderAnswerError, "more than 1,000,000 bytes"),
        (200, [1, 2], ProviderAnswerError, "wrote no prompt"),
    ],
)
def test_a_chatflow_that_fails_says_how(status: int, body: Any, kind: type, says: str) -> None:
    with TextApi() as api:
        api.fails(status, body)
        with pytest.raises(kind, match=says):
            write(FlowiseWriter(flow(api.root)))


def test_both_invent_personas_and_tell_what_was_wrong_with_some() -> None:
    people = [persona.to_json() for persona in invent_personas(3, seed=4)]
    with TextApi() as api:
        api.answers(f"Here:\n```json\n{json.dumps([*people, {'firstname': 'Bo'}])}\n```")
        for inventor in (ChatInventor(chat(api.url)), FlowiseInventor(flow(api.root))):
            invented = asyncio.run(inventor.invent(4, "bakers in Kiel"))
            assert [persona.to_json() for persona in invented.personas] == people
            assert [str(problem) for problem in invented.problems] == ["Row 4: lastname, gender are missing."]
    assert "bakers in Kiel" in api.requests[0][2]["messages"][1]["content"]


def test_an_answer_without_personas_is_no_answer() -> None:
    with TextApi() as api:
        api.answers("Sorry, no.")
        with pytest.raises(ProviderAnswerError, match="no persona that can be used: There is no JSON"):
            asyncio.run(ChatInventor(chat(api.url)).invent(4))
