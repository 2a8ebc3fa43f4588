"""The local Images API itself: as strict as OpenAI, and usable as a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.images_api import ImagesApi

GOOD = {"prompt": "a fox", "model": "gpt-image-2", "size": "1024x1024"}


def post(url: str, **body: object) -> httpx2.Response:
    headers = {"authorization": "Bearer k"}
    return httpx2.post(f"{url}/images/generations", json={**GOOD, **body}, headers=headers, trust_env=False)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"response_format": "b64_json"}, "unknown_parameter"),
        ({"quality": None}, "invalid_type"),
        ({"n": "1"}, "invalid_type"),
        ({"size": "1920x1080"}, "invalid_value"),
        ({"model": "flux"}, "model_not_found"),
    ],
)
def test_what_openai_would_not_take_it_does_not_take(body: dict[str, object], code: str) -> None:
    with ImagesApi() as api:
        assert post(api.url, **body).json()["error"]["code"] == code
        assert api.billed == []


def test_a_directive_in_the_prompt_chooses_the_fault_for_so_many_times() -> None:
    with ImagesApi() as api:
        prompt = "a fox [fault:rate_limit retry_after=0.2 times=1]"
        first, second = post(api.url, prompt=prompt), post(api.url, prompt=prompt)
        assert (first.status_code, first.headers["retry-after"], second.status_code) == (429, "0.2", 200)


def test_as_a_process_it_says_where_it_is_and_journals_what_it_bills(tmp_path: Path) -> None:
    journal = tmp_path / "journal.ndjson"
    command = [sys.executable, "-m", "tests.images_api", "--port", "0", "--journal", str(journal)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        post(url)
        models = httpx2.get(f"{url}/models", trust_env=False).json()["data"]
        process.terminate()
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert "gpt-image-2" in [model["id"] for model in models]
    assert [line["what"] for line in lines[:3]] == ["started", "billed", "ended"]
    assert (lines[2]["prompt"], lines[2]["ended"], lines[2]["billed"]) == ("a fox", "answered", True)
