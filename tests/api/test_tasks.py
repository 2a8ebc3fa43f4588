"""Jobs over HTTP: started, watched, repeated, cancelled; and what else Gesso tells."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import httpx2
import pytest
from PIL import Image

from core.bootstrap import Workbench

ASK = {"prompt": "a red fox", "model": "gpt-image-2.5-flare", "size": "1024x640", "quality": "low"}


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
    file = BytesIO()
    half_open = Image.new("RGBA", (1024, 1024), (9, 9, 9, 255))
    half_open.paste((0, 0, 0, 0), (0, 0, 512, 1024))
    half_open.save(file, "PNG")
    for second, status in (("image[]", 202), ("mask", 409)):
        files = [(name, ("a.png", file.getvalue(), "image/png")) for name in ("image[]", second)]
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
    paths = http.get("/openapi.json").json()["paths"]
    assert {"/v1/images/generations", "/v1/images/edits", "/images/generate", "/images/tasks/{task_id}/status"} <= set(
        paths
    )
    assert http.get("/docs").status_code == 200
