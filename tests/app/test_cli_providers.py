"""Several providers in the terminal: chosen as ``provider/model``, listed together, and what they ignored is said."""

from collections.abc import Iterator

import pytest

from tests.app.terminal import Gesso
from tests.images_api import Fault, ImagesApi

FLUX = "airefinery/black-forest-labs/FLUX.1-schnell"


@pytest.fixture
def refinery(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImagesApi]:
    with ImagesApi(lenient=True, keys=frozenset({"k-air"}), models=("openai/gpt-oss-120b", "acme/sdxl-turbo")) as api:
        monkeypatch.setenv("AIREFINERY_API_KEY", "k-air")
        monkeypatch.setenv("AIREFINERY_BASE_URL", api.url)
        yield api


def test_a_request_goes_to_the_provider_that_its_model_names(gesso: Gesso, refinery: ImagesApi) -> None:
    refinery.script(Fault.WRONG_SIZE())
    ran = gesso("generate", "a fox", "-m", FLUX, "--json", "--yes")
    note = "Asked for 1024x1024; the server delivered 512x512."
    assert (ran.code, ran.json["remarks"]) == (0, [note])
    assert f"Note: {note}" in ran.err
    assert (refinery.billed[0].model, b"quality" in refinery.billed[0].body) == (FLUX.partition("/")[2], False)
    told = gesso("jobs", "show", ran.json["job"]["id"], "--json").json["job"]
    assert (told["provider"], told["account"], told["remarks"]) == ("airefinery", "airefinery", [note])
    assert note in gesso("jobs", "show", ran.json["job"]["id"]).out
    image = gesso("history", "--json").json["images"][0]
    assert image["provider"] == "airefinery"
    assert note in gesso("show", image["id"]).out


def test_a_dry_run_shows_what_that_provider_would_receive(gesso: Gesso, refinery: ImagesApi) -> None:
    told = gesso("generate", "a fox", "-m", FLUX, "--dry-run", "--json").json
    assert (told["provider"], told["url"]) == ("airefinery", f"{refinery.url}/images/generations")
    assert told["body"] == {
        "prompt": "a fox", "model": FLUX.partition("/")[2], "n": 1, "size": "1024x1024", "response_format": "b64_json",
    }  # fmt: skip
    refused = gesso("generate", "a fox", "-m", FLUX, "--quality", "high")
    assert refused.code == 2
    assert "AI Refinery would ignore quality=high" in refused.err
    assert refinery.requests == []


def test_models_of_all_providers_are_listed_under_the_names_that_requests_use(
    gesso: Gesso, refinery: ImagesApi
) -> None:
    told = gesso("models", "--json").json
    theirs = [model["id"] for model in told["models"] if model["provider"] == "airefinery"]
    assert theirs == [FLUX, "airefinery/acme/sdxl-turbo"]
    assert [provider["name"] for provider in told["providers"]] == ["demo", "airefinery"]
    only = gesso("models", "--provider", "airefinery")
    assert FLUX in only.out
    assert "gpt-image" not in only.out
    assert len(refinery.requests) == 1
    gesso("models", "--refresh")
    assert len(refinery.requests) == 2


def test_a_provider_that_is_not_set_up_says_what_is_missing(gesso: Gesso, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "For AI Refinery, set AIREFINERY_API_KEY." in gesso("generate", "a fox", "-m", FLUX).err
    assert "Set up are demo." in gesso("models", "--provider", "airefinery").err
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "k")
    azure = gesso("models", "--provider", "azure").err
    assert ("set AZURE_OPENAI_BASE_URL." in azure, "AZURE_OPENAI_API_KEY" in azure) == (True, False)
    assert "set AZURE_OPENAI_BASE_URL." in gesso("generate", "a fox", "-m", "azure/gpt-image-2").err
    monkeypatch.setenv("AIREFINERY_API_KEY", "k")
    monkeypatch.setenv("PROVIDER", "demo")
    for told in (gesso("generate", "a fox", "-m", FLUX).err, gesso("models", "--provider", "airefinery").err):
        assert ("change PROVIDER=demo" in told, "AIREFINERY_API_KEY" in told) == (True, False)
