"""Models as the services list them: asked for once in a while, never waited for long, a failure told once."""

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.providers.configured import Service
from core.providers.listing import FRESH_SECONDS, ModelLists
from core.providers.presets import preset
from tests.images_api import ImagesApi

MIXED = ("openai/gpt-oss-120b", "black-forest-labs/FLUX.1-schnell", "openai/gpt-oss-120b")


@pytest.fixture
def api() -> Iterator[ImagesApi]:
    with ImagesApi(models=MIXED) as api:
        yield api


def service(api: ImagesApi, name: str = "airefinery") -> Service:
    return Service(name=name, preset=preset(name), base_url=api.url, api_key="sk-mine")


def test_only_models_that_make_images_count_and_the_key_goes_along(api: ImagesApi) -> None:
    assert ModelLists().models_of(service(api), patience=5) == ("black-forest-labs/FLUX.1-schnell",)
    assert ModelLists().models_of(service(api, "vllm-omni"), patience=5) == MIXED[:2]
    assert ModelLists().models_of(service(api, "openai"), patience=5) == ()
    assert {request.headers["authorization"] for request in api.requests} == {"Bearer sk-mine"}


def test_a_list_is_kept_for_minutes_and_for_the_next_process(api: ImagesApi, tmp_path: Path) -> None:
    now, file = time.time(), tmp_path / "lists.json"
    ModelLists(file).look([service(api)])
    later = ModelLists(file, clock=lambda: now + FRESH_SECONDS - 60)
    assert later.models_of(service(api)) == ("black-forest-labs/FLUX.1-schnell",)
    assert len(api.requests) == 1
    ModelLists(file, clock=lambda: now + FRESH_SECONDS + 60).look([service(api)])
    ModelLists(file).look([service(api)], anew=True)
    assert len(api.requests) == 3
    assert "sk-mine" not in file.read_text()


def test_a_silent_server_is_not_waited_for(api: ImagesApi) -> None:
    api.hold("/v1/models")
    before = time.monotonic()
    assert ModelLists().models_of(service(api), patience=0.05) == ()
    assert time.monotonic() - before < 2


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"data": 1}', b"\xff"])
def test_what_is_no_list_is_told_once(api: ImagesApi, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    api.files["/v1/models"] = (200, {}, body)
    lists, known = ModelLists(), service(api)
    with caplog.at_level(logging.WARNING):
        lists.look([known])
        lists.look([known], anew=True)
    sentence = "AI Refinery did not list its models: what it answered is no list."
    assert (lists.problem_of(known), caplog.messages) == (sentence, [sentence])


def test_after_a_failure_the_list_from_before_is_offered(api: ImagesApi) -> None:
    lists, known = ModelLists(), service(api)
    lists.look([known])
    api.files["/v1/models"] = (500, {}, b"")
    lists.look([known], anew=True)
    assert lists.models_of(known) == ("black-forest-labs/FLUX.1-schnell",)
    assert lists.problem_of(known) == "AI Refinery did not list its models: it answered with 500."
    moved = replace(known, base_url=f"{api.url}/elsewhere")
    assert lists.models_of(moved, patience=5) == ()


def test_a_file_that_was_cut_off_is_as_good_as_none(api: ImagesApi, tmp_path: Path) -> None:
    file = tmp_path / "lists.json"
    file.write_text('{"airefinery": {"base')
    ModelLists(file).look([service(api)])
    assert list(json.loads(file.read_text())) == ["airefinery"]
