"""The prompt desk: who is asked first, and that a failure is told and never covered up."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from core.domain.persona_invention import invent_personas
from core.domain.persona_prompts import PictureKind, PromptTask, template_prompt
from core.errors import InvalidRequestError, NotFoundError
from core.services.calls import CallLoop
from core.services.prompt_ports import Written
from core.services.prompting import PromptDesk, Unwritten
from core.settings import Settings
from core.writing import prompt_desk
from tests.text_api import FLOW, TextApi

TASKS = [PromptTask(persona=persona, kind=PictureKind.GRID) for persona in invent_personas(6)]


@pytest.fixture
def calls() -> Iterator[CallLoop]:
    loop = CallLoop()
    yield loop
    loop.close()


def desk(calls: CallLoop, **environ: str) -> PromptDesk:
    return prompt_desk(Settings.load(environ, folder=Path("/")), calls)


@pytest.mark.parametrize(
    ("environ", "own_key", "names"),
    [
        ({}, None, ["template"]),
        ({"OPENAI_API_KEY": "sk-x"}, None, ["template"]),
        ({"PROMPT_MODEL": "gpt-5-mini"}, None, ["template"]),
        ({"PROMPT_MODEL": "gpt-5-mini"}, "sk-own", ["chat", "template"]),
        ({"PROMPT_MODEL": "gpt-5-mini", "OPENAI_API_KEY": "sk-x"}, None, ["chat", "template"]),
        ({"FLOWISE_URL": "http://x:3000", "FLOWISE_CHATFLOW_ID": FLOW}, None, ["flowise", "template"]),
        ({"FLOWISE_URL": "http://x", "FLOWISE_PERSONA_CHATFLOW_ID": FLOW}, None, ["template"]),
        ({"FLOWISE_URL": "http://x", "FLOWISE_CHATFLOW_ID": FLOW, "PROVIDER": "demo"}, None, ["template"]),
    ],
)
def test_who_writes_follows_from_what_is_set(
    calls: CallLoop, environ: dict[str, str], own_key: str | None, names: list[str]
) -> None:
    assert [writer.name for writer in desk(calls, **environ).writers(own_key)] == names


def test_without_a_key_the_template_writes_for_nothing(calls: CallLoop) -> None:
    ours = desk(calls)
    assert [written.prompt for written in ours.write(TASKS)] == [template_prompt(task) for task in TASKS]
    assert {estimate.held for estimate in ours.estimates(TASKS)} == {Decimal(0)}
    assert ours.invent(3, seed=2).personas == invent_personas(3, seed=2)
    assert "cannot read wishes" in str(ours.invent(3, "bakers").problems[0])
    with pytest.raises(InvalidRequestError):
        ours.invent(0)
    with pytest.raises(NotFoundError, match="Choose one: template"):
        ours.writer("flowise")


def test_what_fails_is_told_beside_what_was_written_and_the_template_is_offered(calls: CallLoop) -> None:
    with TextApi() as api:
        api.fails(500, {"message": "Error: predictionsServices.buildChatflow - Error: no credit"})
        api.answers("In a park.")
        ours = desk(calls, FLOWISE_URL=api.root, FLOWISE_CHATFLOW_ID=FLOW)
        done = ours.write(TASKS)
    (failed,) = [one for one in done if isinstance(one, Unwritten)]
    assert "no credit" in failed.sentence
    assert "built-in template can write this prompt" in failed.sentence
    assert failed.billed is None
    assert failed.by_template().prompt == template_prompt(failed.task)
    assert sum(isinstance(one, Written) and one.writer == "flowise" for one in done) == 5
