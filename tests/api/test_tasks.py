"""Jobs over HTTP: started, watched, repeated, cancelled; and what else Gesso tells."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import httpx2
import pytest
from PIL import Image

from core.bootstrap import Workbench
from tests.images_api import Fault, ImagesApi

ASK = {"prompt": "a red fox", "model": "gpt-image-2.5-flare", "size": "1024x640", "quality": "low"}


def picture() -> bytes:
    """A PNG whose left half is clear."""
    file = BytesIO()
    half_open = Image.new("RGBA", (1024, 1024), (9, 9, 9, 255))
    half_open.paste((0, 0, 0, 0), (0, 0, 512, 1024))
    half_open.save(file, "PNG")
    return file.getvalue()


def finished(http: httpx2.Client, task_id: str) -> dict[str, Any]:
    """Wait for a task's end; fails by the test's own time limit."""
    while (told := http.get(f"/images/tasks/{task_id}/status").json())["status"] in ("queued", "running"):
        pass
    return told  # type: ignore[no-any-return]


def test_a_task_is_accepted_at_once_and_its_images_follow(http: httpx2.Client) -> None:
    accepted = http.post("/images/generate", json=ASK)
    told = accepted.json()
    assert (accepted.status_code, set(told)) == (202, {"task_id", "status", "estimated_time", "estimated_cost_usd"})
    done = finished(http, told["task_id"])
    assert (done["status"], done["progress"], len(done["images"])) == ("succeeded", 100, 1)
    image = done["images"][0]
    assert http.get(image["url"]).headers["content-type"] == "image/png"
    assert http.get(f"/images/{image['id']}/thumbnail").headers["content-type"] == "image/webp"
    assert http.get(f"/images/{image['id']}").json()["prompt"] == "a red fox"
    assert [one["id"] for one in http.get("/images", params={"q": "fox"}).json()["images"]] == [image["id"]]
    wordless = http.get("/images", params={"q": "-"})
    assert (wordless.status_code, "There is no word in this" in wordless.json()["error"]["message"]) == (400, True)
    assert http.get("/images/costs").json()["today"]["spent_usd"] == pytest.approx(told["estimated_cost_usd"])
    assert http.post("/images/generate", json=ASK).json()["estimated_time"] is not None


def test_one_idempotency_key_makes_one_job_even_for_two_at_once(http: httpx2.Client, bench: Workbench) -> None:
    headers = {"Idempotency-Key": "order-7"}
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: http.post("/images/generate", json=ASK, headers=headers), range(4)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["task_id"] for answer in answers}) == 1
    changed = http.post("/images/generate", json=ASK | {"n": 2}, headers=headers)
    assert (changed.status_code, changed.json()["error"]["code"]) == (409, "idempotency_conflict")
    assert bench.ledger.entries(account="demo")


def test_a_mask_is_no_second_picture_where_requests_are_recognised(http: httpx2.Client) -> None:
    data, headers = {"prompt": "x", "quality": "low"}, {"Idempotency-Key": "edit-7"}
    for second, status in (("image[]", 202), ("mask", 409)):
        files = [(name, ("a.png", picture(), "image/png")) for name in ("image[]", second)]
        assert http.post("/images/edit", data=data, files=files, headers=headers).status_code == status


def test_what_an_sdk_sends_again_by_itself_is_not_made_again(http: httpx2.Client) -> None:
    def sent(retry: int) -> str:
        answer = http.post("/v1/images/generations", json=ASK, headers={"x-stainless-retry-count": str(retry)})
        return str(answer.json()["metadata"]["job_id"])

    first = sent(0)
    assert sent(1) == sent(2) == first != sent(0)


def test_a_running_task_is_cancelled(http: httpx2.Client, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.workbench import shutdown

    assert bench
    shutdown()
    monkeypatch.setenv("DEMO_LATENCY_SECONDS", "30")
    task = http.post("/images/generate", json=ASK).json()["task_id"]
    assert http.get(f"/images/tasks/{task}/status").json()["progress"] == 0
    http.post(f"/images/tasks/{task}/cancel")
    assert finished(http, task)["status"] in ("cancelled", "unknown")
    assert task in [one["task_id"] for one in http.get("/images/tasks").json()["tasks"]]


def test_what_is_not_there_is_404_in_openais_form(http: httpx2.Client) -> None:
    for path in ("/images/nothing", "/images/tasks/nothing/status", "/images/collections/nothing", "/v1/nothing"):
        answer = http.get(path)
        assert (answer.status_code, "message" in answer.json()["error"]) == (404, True)


def test_the_api_describes_itself(http: httpx2.Client) -> None:
    told = http.get("/openapi.json").json()
    paths, (key,) = told["paths"], told["components"]["securitySchemes"]
    assert {"/v1/images/generations", "/v1/images/edits", "/images/generate", "/images/tasks/{task_id}/status"} <= set(
        paths
    )
    keyed = {path for path, operations in paths.items() for one in operations.values() if "security" in one}
    assert set(paths) - keyed == {"/health", "/ready"}
    assert paths["/images/costs"]["get"]["security"] == [{key: []}, {}]
    assert [set(paths[path]["get"]["responses"]) for path in ("/health", "/ready")] == [{"200"}, {"200", "503"}]
    form = paths["/images/edit"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert ("svg" in form, form["n"]["type"], form["image"]["format"]) == (False, "integer", "binary")
    page = http.get("/docs")
    assert (page.status_code, "/openapi.json" in page.text, "tiangolo" in page.text) == (200, True, False)


def test_the_examples_of_the_description_run(http: httpx2.Client) -> None:
    tried = []
    for path, operations in http.get("/openapi.json").json()["paths"].items():
        for kind, said in operations.get("post", {}).get("requestBody", {}).get("content", {}).items():
            empty = said["schema"]["properties"] if "multipart" in kind else {}  # as Swagger's page sends it
            body, files = dict.fromkeys(empty.keys() - {"image"}, ""), {"image": picture()}
            body |= said["example"]
            sent = {"json": body} if kind == "application/json" else {"data": body, "files": files}
            tried.append((path, http.post(path, **sent).status_code))  # type: ignore[arg-type]
    assert tried == [
        ("/v1/images/generations", 200), *[("/v1/images/edits", 200)] * 2,
        ("/images/generate", 202), *[("/images/edit", 202)] * 2,
    ]  # fmt: skip


def test_head_is_answered_wherever_get_is(http: httpx2.Client) -> None:
    image = http.post("/v1/images/generations", json=ASK).json()["metadata"]["images"][0]
    for path in ("/health", "/ready", "/docs", "/v1/models", "/images", f"/images/{image}/file"):
        told, got = http.head(path), http.get(path)
        names = ("content-type", "content-length")
        assert (told.status_code, told.content) == (200, b"")
        assert [told.headers[name] for name in names] == [got.headers[name] for name in names]
    assert http.head("/images/nothing").status_code == 404
    assert http.head("/v1/images/generations").status_code == 405


@pytest.mark.parametrize(
    ("query", "param"),
    [("images?after=zzz", "after"), ("images/tasks?before=zzz", "before"), ("images?limit=0", "limit")],
)
def test_a_page_that_cannot_be_is_refused(http: httpx2.Client, query: str, param: str) -> None:
    answer = http.get(f"/{query}")
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_what_a_provider_asks_to_wait_is_told(
    http: httpx2.Client, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.workbench import shutdown

    assert bench
    shutdown()
    with ImagesApi(keys=frozenset({"k"})) as api:
        for name, value in {"PROVIDER": "openai", "OPENAI_BASE_URL": api.url, "OPENAI_API_KEY": "k"}.items():
            monkeypatch.setenv(name, value)
        api.script(Fault.RATE_LIMIT(retry_after=200))
        refused = http.post("/v1/images/generations", json=ASK)
    assert (refused.status_code, 190 < int(refused.headers["retry-after"]) <= 200) == (429, True)
