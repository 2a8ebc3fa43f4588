"""Who may call: whoever has a key, and where only this machine reaches the server, whoever is at it."""

from collections.abc import Iterator

import httpx2
import pytest

from app.api.access import set_listening
from core.bootstrap import Workbench
from core.domain.ledger import Budgets
from core.domain.money import ZERO
from core.domain.visitor import Visitor

OPERATOR = Visitor(owner="local", operator=True)
ASK = {"prompt": "a red fox", "model": "gpt-image-2.5-flare", "size": "1024x640", "quality": "low"}
MODELS = "/v1/models"


@pytest.fixture
def reachable(server: str) -> Iterator[None]:  # noqa: ARG001
    """The server as if it listened on every address."""
    set_listening("0.0.0.0")
    yield
    set_listening("127.0.0.1")


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.usefixtures("reachable")
def test_a_reachable_server_asks_for_a_key_and_takes_no_other(http: httpx2.Client, bench: Workbench) -> None:
    for headers, said in (({}, "gesso keys create"), (bearer("sk-anything"), "unknown or was revoked")):
        answer = http.get(MODELS, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json()["error"]["code"] == "invalid_api_key"
        assert said in answer.json()["error"]["message"]
    made = bench.keys.create("plugin", OPERATOR)
    assert http.get(MODELS, headers=bearer(made.text)).status_code == 200
    bench.keys.revoke("plugin", OPERATOR)
    assert http.get(MODELS, headers=bearer(made.text)).status_code == 401


def test_on_this_machine_no_key_is_needed_but_one_of_ours_is_checked(http: httpx2.Client) -> None:
    assert http.get(MODELS).status_code == http.get(MODELS, headers=bearer("sk-anything")).status_code == 200
    assert http.get(MODELS, headers=bearer("gesso_mistyped")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_proxys_and_another_sites_requests_need_a_key_on_this_machine_too(
    http: httpx2.Client, headers: dict[str, str]
) -> None:
    assert http.get(MODELS, headers=headers).status_code == 401


def test_a_keys_limits_are_told_as_openai_tells_them(http: httpx2.Client, bench: Workbench) -> None:
    hurried = bearer(bench.keys.create("hurried", OPERATOR, rate=1).text)
    assert http.post("/v1/images/generations", json=ASK, headers=hurried).status_code == 200
    refused = http.post("/v1/images/generations", json=ASK, headers=hurried)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limited")
    assert (refused.headers["x-should-retry"], 0 < int(refused.headers["retry-after"]) <= 60) == ("true", True)

    poor = bearer(bench.keys.create("poor", OPERATOR, budgets=Budgets(day=ZERO)).text)
    refused = http.post("/v1/images/generations", json=ASK, headers=poor)
    assert (refused.status_code, refused.json()["error"]["code"]) == (402, "budget_exceeded")
    assert "this API key's" in refused.json()["error"]["message"]
    told = http.get("/images/costs", headers=poor).json()
    assert (told["key"]["today"]["budget_usd"], told["left_usd"], http.get("/images/costs").json()["key"]) == (
        0,
        0,
        None,
    )
