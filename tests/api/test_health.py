"""What machines ask of a server: does it answer, can it take work, what are its figures, and where is it seen."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from app import logs
from app.api.access import set_listening
from app.api.alone import alone
from core.bootstrap import Workbench
from core.domain.visitor import Visitor
from core.services.readiness import DRAINING
from tests.app.shell import painted

ASK = {"prompt": "a very secret fox", "model": "gpt-image-2.5-flare", "size": "1024x640", "quality": "low"}


def test_a_server_answers_and_can_take_work_until_it_drains(http: httpx2.Client, bench: Workbench) -> None:
    assert http.get("/health").json() == {"status": "ok"}
    assert http.get("/ready").json() == {"status": "ready"}
    bench.queue.drain(0)
    answer = http.get("/ready")
    assert (answer.status_code, answer.json()["problems"]) == (503, [DRAINING])
    assert http.get("/health").status_code == 200


def test_a_server_whose_database_is_gone_says_so(http: httpx2.Client, bench: Workbench) -> None:
    bench.database.close()
    for file in bench.settings.output_dir.glob("gesso.sqlite3*"):
        file.unlink()
    bench.settings.sqlite_path.mkdir()
    answer = http.get("/ready")
    assert (answer.status_code, answer.json()["problems"][0][:12]) == (503, "The database")


def test_figures_are_told_only_if_wanted_and_name_nobody(
    monkeypatch: pytest.MonkeyPatch, http: httpx2.Client, bench: Workbench
) -> None:
    from app.workbench import shutdown

    assert http.get("/metrics").status_code == 404
    assert bench.close() is None
    shutdown()
    monkeypatch.setenv("METRICS", "true")
    monkeypatch.setenv("BUDGET_DAY_USD", "5")
    job = http.post("/v1/images/generations", json=ASK).json()["metadata"]["job_id"]
    http.get(f"/images/tasks/{job}/status")
    http.get("/nowhere/at/all")
    text = http.get("/metrics").text
    assert 'gesso_jobs_ended_total{model="gpt-image-2.5-flare",provider="demo",state="succeeded"} 1.0' in text
    assert 'gesso_http_requests_total{method="GET",route="/images/tasks/{task_id}/status",status="200"}' in text
    assert 'route="unmatched",status="404"' in text
    spent = float(re.search(r'gesso_spent_usd_total\{account="demo"\} (\S+)', text)[1])  # type: ignore[index]
    left = float(re.search(r'gesso_budget_left_usd\{account="demo"\} (\S+)', text)[1])  # type: ignore[index]
    assert spent + left == pytest.approx(5)
    assert job not in text
    assert "secret fox" not in text


def test_the_figures_add_up_what_jobs_were_settled_at(bench: Workbench) -> None:
    costs = [painted(bench, Visitor(owner=name * 32)).cost or 0 for name in "ab"]
    figures = bench.figures.read()
    assert (figures.spent, figures.queued, figures.running) == ({"demo": sum(costs)}, 0, 0)
    assert [(one.state, one.count) for one in figures.ended] == [("succeeded", 2)]


@pytest.fixture
def on_loopback(bench: Workbench) -> Iterator[None]:  # noqa: ARG001
    """A server that only this machine reaches, for applications that are called without a socket."""
    set_listening("127.0.0.1")
    yield
    set_listening(None)


@pytest.mark.usefixtures("on_loopback")
def test_a_base_path_and_what_a_trusted_proxy_says_are_in_the_addresses() -> None:
    seen = {"X-Forwarded-Host": "art.example.org", "X-Forwarded-Prefix": "/studio"}
    # uvicorn leaves 0 as the client's port where it has believed a proxy.
    for port, headers, where in (
        (0, seen, "/studio/openapi.json"),
        (50_000, seen, None),
        (0, {"X-Forwarded-Host": "evil.test/a?", "X-Forwarded-Prefix": "//evil.test"}, None),
    ):
        with TestClient(alone(), base_url="http://127.0.0.1", client=("203.0.113.9", port)) as client:
            servers = client.get("/openapi.json", headers=headers).json().get("servers")
            assert servers == (None if where is None else [{"url": "/studio"}])
    with TestClient(alone("/x"), base_url="http://127.0.0.1") as client:
        assert client.get("/health").status_code == client.get("/x/ready").status_code == 200
        assert client.get("/x/v1/models").json()["object"] == "list"
        for path in ("/v1/models", "/openapi.json", "/xy/v1/models", "/x/nothing"):
            assert (client.get(path).status_code, "error" in client.get(path).json()) == (404, True)
        url = client.post("/x/v1/images/generations", json=ASK | {"response_format": "url"}).json()["data"][0]["url"]
        assert url.startswith("http://127.0.0.1/x/images/")
        assert client.get(url).headers["content-type"] == "image/png"


def test_a_json_log_has_ids_and_no_secrets() -> None:
    job, formatter = "0" * 32, logs.JsonLines()
    record = logging.LogRecord("core", logging.WARNING, "f", 1, "Job %s: sk-abcdefghijkl\nrefused", (job,), None)
    logs.request_id.set("req_1")
    told = json.loads(formatter.format(record))
    assert (told["level"], told["job_id"], told["request_id"]) == ("WARNING", job, "req_1")
    assert told["message"] == f"Job {job}: sk-…\nrefused"
    logs.request_id.set(None)


def test_a_json_log_has_the_pages_servers_own_lines_too(tmp_path: Path) -> None:
    told = """
import logging, uvicorn
from streamlit import logger
from app.logs import set_up
from core.settings import Settings
logger.init_uvicorn_logs()
uvicorn.Config("a:b")
set_up(Settings(log_format="json"))
logging.getLogger("uvicorn.error").error("Exception", exc_info=ValueError("two\\nlines"))
"""
    ran = subprocess.run(
        [sys.executable, "-c", told],
        env=os.environ | {"OUTPUT_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = ran.stderr.splitlines()
    assert (json.loads(line)["logger"], "ValueError" in json.loads(line)["exception"]) == ("uvicorn.error", True)
