"""Which service is behind a base URL, and what the data file says of each."""

import pytest

from core.providers.catalogue import catalogue
from core.providers.presets import preset, preset_for, presets


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        (None, "openai"),
        ("https://api.openai.com/v1", "openai"),
        ("https://API.OpenAI.com/v1/", "openai"),
        ("https://eu.api.openai.com/v1", "openai"),
        ("https://acme.openai.azure.com/openai/v1/", "azure"),
        ("https://api.airefinery.accenture.com/inference", "airefinery"),
        ("http://localhost:8080/v1", "localai"),
        ("http://127.0.0.1:1234/v1", "stable-diffusion.cpp"),
        ("http://192.168.1.20:30000/v1", "sglang"),
        ("http://ollama:11434/v1", "ollama"),
        ("http://vllm-omni:8000/v1", "vllm-omni"),
        ("https://litellm.acme.com/v1", "litellm"),
        ("http://localhost:9997/v1", "compatible"),
        ("https://images.acme.com:8080/v1", "compatible"),
        ("https://api.openai.com.evil.test/v1", "compatible"),
        ("https://evil-api.openai.com.test", "compatible"),
        ("nonsense", "compatible"),
    ],
)
def test_a_service_is_recognised_by_its_address(base_url: str | None, name: str) -> None:
    assert preset_for(base_url).name == name


def test_every_preset_is_recognised_at_its_own_base_url() -> None:
    assert [preset_for(known.base_url).name for known in presets()] == [known.name for known in presets()]


def test_only_openai_insists_on_models_of_the_catalogue() -> None:
    assert [known.name for known in presets() if not known.unknown_models] == ["openai"]


def test_base_64_is_never_asked_for_with_openais_own_models() -> None:
    assert not any(known.asks_for_base64("gpt-image-2") for known in presets())
    assert preset("ollama").asks_for_base64("x/z-image-turbo")


@pytest.mark.parametrize(
    ("name", "edits", "mask"), [("openai", True, True), ("sglang", True, False), ("ollama", False, False)]
)
def test_a_service_offers_of_a_model_only_what_it_can_do_itself(name: str, edits: bool, mask: bool) -> None:
    offered = preset(name).offered(catalogue().find("gpt-image-2.5-flare"))
    assert (offered.edits, offered.mask) == (edits, mask)
