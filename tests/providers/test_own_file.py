"""Providers of one's own: what an entry starts from, when it counts as set up, and what a mistake says."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.providers.configured import configured
from core.providers.own_file import read_own
from core.settings import Settings


def written(folder: Path, text: str) -> Path:
    file = folder / "providers.toml"
    file.write_text(text)
    return file


def names(own: Path | None = None, **variables: str) -> list[str]:
    return [service.name for service in configured(read_own(own) if own else (), variables)]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, []),
        ({"AIREFINERY_API_KEY": "k"}, ["airefinery"]),
        ({"AZURE_OPENAI_API_KEY": "k"}, []),
        ({"AZURE_OPENAI_API_KEY": "k", "AZURE_OPENAI_BASE_URL": "https://a.openai.azure.com/openai/v1"}, ["azure"]),
        ({"LOCALAI_API_KEY": "k"}, []),
        ({"OLLAMA_BASE_URL": "http://gpu:11434/v1", "LITELLM_API_KEY": "k"}, ["ollama", "litellm"]),
    ],
)
def test_a_service_is_set_up_by_its_key_or_if_it_needs_none_by_its_address(
    variables: dict[str, str], expected: list[str]
) -> None:
    assert names(**variables) == expected


def test_an_entry_has_the_form_of_the_service_it_is_like_and_neither_its_address_nor_its_key(tmp_path: Path) -> None:
    text = '[gpu]\nlike = "litellm"\nbase_url = "http://gpu:4000/v1"\nmodels = ["sdxl"]\n[gpu.prices]\nsdxl = 0.01\n'
    (service,) = configured(read_own(written(tmp_path, text)), {})
    assert (service.base_url, service.api_key, service.preset.mask) == ("http://gpu:4000/v1", None, "transparent")
    assert (service.preset.models, dict(service.preset.prices)) == (("sdxl",), {"sdxl": Decimal("0.01")})
    assert not service.preset.hosts


def test_an_entry_named_like_one_of_ours_changes_only_what_it_says(tmp_path: Path) -> None:
    own = written(tmp_path, '[airefinery]\nmodels = ["flux-2"]\n')
    assert names(own) == []
    (service,) = configured(read_own(own), {"AIREFINERY_API_KEY": "k"})
    assert (service.preset.models, service.title, service.api_key) == (("flux-2",), "AI Refinery", "k")
    assert "'k'" not in repr(service)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[gpu\n", "is not valid TOML"),
        ("gpu = 1\n", "'gpu' must be a table"),
        ('[GPU]\nbase_url = "http://a"\n', r"\[GPU\] is no provider's name"),
        ('[demo]\nbase_url = "http://a"\n', r"\[demo\] is no provider's name"),
        ("[gpu]\n", r"\[gpu\] base_url is missing"),
        ('[gpu]\nbase_url = "gpu:80"\n', r"\[gpu\] base_url must begin with http"),
        ('[gpu]\nbase_url = "http://a"\nlike = "dalle"\n', r"\[gpu\] like must be one of openai"),
        ('[gpu]\nbase_url = "http://a"\nmask = "black"\n', r"\[gpu\] mask must be one of transparent"),
        ('[gpu]\nbase_url = "http://a"\nedits = "yes"\n', r"\[gpu\] edits must be true or false"),
        ('[gpu]\nbase_url = "http://a"\nmodels = "m"\n', r"\[gpu\] models must be a list"),
        ('[gpu]\nbase_url = "http://a"\nmax_n = 11\n', r"\[gpu\] max_n must be a number from 1 to 10"),
        ('[gpu]\nbase_url = "http://a"\ntakes = ["seed"]\n', r"\[gpu\] takes names 'seed'"),
        ('[gpu]\nbase_url = "http://a"\nprices = { m = "cheap" }\n', r"\[gpu\] prices says no amount in USD for 'm'"),
        ('[gpu]\nbase_url = "http://a"\ncolour = "red"\n', r"\[gpu\] colour is unknown"),
        (
            '[gpu]\nbase_url = "http://a"\napi_key = "sk-1"\n',
            r"\[gpu\] api_key is refused: keys do not stand in a file",
        ),
        ('[gpu]\nbase_url = "http://a"\napi_key_variable = "sk-1"\n', r"\[gpu\] api_key_variable must be the name"),
    ],
)
def test_a_mistake_names_the_file_the_entry_and_the_field(tmp_path: Path, text: str, told: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsError, match=told) as caught:
        Settings.load({}, folder=tmp_path)
    assert str(file) in str(caught.value)
    assert "sk-1" not in str(caught.value)


def test_a_provider_can_be_the_default_once_it_is_set_up(tmp_path: Path) -> None:
    environ = {"PROVIDER": "airefinery"}
    with pytest.raises(SettingsError, match="PROVIDER=airefinery is not set up yet: set AIREFINERY_API_KEY"):
        Settings.load(environ, folder=tmp_path)
    settings = Settings.load({**environ, "AIREFINERY_API_KEY": "sk-secret"}, folder=tmp_path)
    assert (settings.provider_name, [service.name for service in settings.services]) == ("airefinery", ["airefinery"])
    assert "sk-secret" not in repr(settings)


def test_an_address_that_cannot_be_is_told_without_repeating_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="OLLAMA_BASE_URL must begin with http") as caught:
        Settings.load({"OLLAMA_BASE_URL": "ada:secret@gpu"}, folder=tmp_path)
    assert "secret" not in str(caught.value)
