"""The terminal door from outside: the installed command, its streams, files, signals and a real terminal."""

import base64
import contextlib
import io
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.app.terminal import COMMAND, on_a_terminal
from tests.databases import SQLITE, copied

JOB = {"id", "state", "model", "estimate_usd", "cost_usd", "usage", "request_id"}
IMAGE = {"path", "sha256", "width", "height", "media_type"}

Gesso = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def environment(tmp_path: Path, sqlite_template: Path) -> dict[str, str]:
    """Nothing of the caller's settings, the demo provider without latency, a library without pictures."""
    copied(sqlite_template, tmp_path / "out" / SQLITE)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "OUTPUT_DIR": str(tmp_path / "out"),
        "DEMO_LATENCY_SECONDS": "0",
    }


@pytest.fixture
def gesso(tmp_path: Path, environment: dict[str, str]) -> Gesso:
    """Runs the installed command in an empty folder; keywords are environment variables."""

    def run(*arguments: str, stdin: bytes = b"", **variables: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=tmp_path,
            env=environment | variables,
            input=stdin,
            capture_output=True,
            timeout=60,
        )

    return run


def test_help_imports_neither_typer_nor_the_core(environment: dict[str, str]) -> None:
    script = "import sys; from app.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    loaded = {name.split(".")[0] for name in ran.stderr.decode().split()}
    assert loaded.isdisjoint({"typer", "rich", "core", "openai", "sqlalchemy", "PIL", "pydantic"})


def test_several_images_are_numbered_and_described_by_one_object(gesso: Gesso, tmp_path: Path) -> None:
    ran = gesso("generate", "a red fox", "-n", "2", "--quality", "low", "--output", "fox.png", "--json")
    told = json.loads(ran.stdout)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert (set(told), set(told["job"]), set(told["images"][0])) == ({"job", "images"}, JOB, IMAGE)
    assert [image["path"] for image in told["images"]] == ["fox_1.png", "fox_2.png"]
    assert isinstance(told["job"]["cost_usd"], float)
    stored = {path.read_bytes() for path in (tmp_path / "out" / "images").glob("*/*")}
    assert stored == {(tmp_path / "fox_1.png").read_bytes(), (tmp_path / "fox_2.png").read_bytes()}


def test_the_prompt_comes_from_standard_input_and_the_image_goes_to_standard_output(gesso: Gesso) -> None:
    ran = gesso(
        "generate", "-", "--quality", "low", "--output", "-", "--output-format", "webp", stdin="Füchse\n".encode()
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert Image.open(io.BytesIO(ran.stdout), formats=["WEBP"]).size == (1024, 1024)
    asked = json.loads(gesso("jobs", "--json").stdout)["jobs"][0]["request"]
    assert asked["prompt"] == "Füchse"


@pytest.mark.parametrize("stdin", [b"", b"\n", b"\xff\xfe"])
def test_a_standard_input_without_text_is_a_usage_error(gesso: Gesso, stdin: bytes) -> None:
    ran = gesso("generate", "-", stdin=stdin)
    assert (ran.returncode, ran.stdout, ran.stderr.count(b"\n")) == (2, b"", 1)


def test_bytes_that_are_no_text_are_refused_as_a_prompt_and_kept_in_a_file_name(gesso: Gesso) -> None:
    assert gesso("generate", os.fsdecode(b"a \xff fox")).returncode == 2
    ran = gesso("generate", "a fox", "--quality", "low", "--output", os.fsdecode(b"f\xffx.png"))
    assert (ran.returncode, ran.stdout) == (0, b"f\xffx.png\n")


def test_without_a_key_the_sentence_says_what_to_set(gesso: Gesso) -> None:
    ran = gesso("generate", "a fox", PROVIDER="openai")
    assert (ran.returncode, ran.stdout) == (3, b"")
    assert b"Set OPENAI_API_KEY" in ran.stderr


def test_verbose_tells_the_stages_on_stderr(gesso: Gesso) -> None:
    ran = gesso("generate", "demo:latency=0.5 fox", "--quality", "low", "--verbose")
    assert b"waiting for the provider" in ran.stderr
    assert ran.stdout.count(b"\n") == 1


def test_ctrl_c_cancels_the_job_and_says_that_it_may_have_been_billed(
    environment: dict[str, str], tmp_path: Path, gesso: Gesso
) -> None:
    arguments = [COMMAND, "generate", "demo:latency=30 fox", "--quality", "low", "--verbose"]
    with subprocess.Popen(arguments, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        until(lambda: b"waiting" in process.stderr.readline())
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait(timeout=10) == 5
    assert b"it may have been billed" in said
    assert b"gesso jobs resolve" in said
    assert json.loads(gesso("jobs", "--open", "--json").stdout)["jobs"][0]["state"] == "cancelled"


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Ctrl+C until it helps: in the moment before a read, Python notices a signal only after that read."""
    for _ in range(10):
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=3)
            return


def test_ctrl_c_before_there_is_a_job_is_told_like_any_other_end(environment: dict[str, str], tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    arguments = [COMMAND, "generate", "-", "--json"]
    pipes = {"stdin": theirs, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # Whoever runs the tests in the background has Ctrl+C ignored, and so would the command.
    heeds = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen(arguments, cwd=tmp_path, env=environment, **pipes, **heeds) as process:
        assert process.stderr is not None
        until(lambda: b"Write the prompt" in process.stderr.readline())
        interrupt(process)
        out, err = process.communicate(timeout=20)
    os.close(theirs)
    os.close(ours)
    assert (process.returncode, json.loads(out)["error"]["code"], err) == (130, "interrupted", b"Error: Interrupted.\n")


def test_another_process_can_cancel_a_running_job(environment: dict[str, str], tmp_path: Path, gesso: Gesso) -> None:
    arguments = [COMMAND, "generate", "demo:latency=30 fox", "--quality", "low", "--verbose"]
    with subprocess.Popen(arguments, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        until(lambda: b"waiting" in process.stderr.readline())
        job_id = json.loads(gesso("jobs", "--json").stdout)["jobs"][0]["id"]
        cancelled = gesso("jobs", "cancel", job_id, "--json")
        process.stderr.read()
        assert process.wait(timeout=10) == 5
    assert json.loads(cancelled.stdout)["job"]["state"] == "cancelled"


def test_a_terminal_gets_a_moving_bar_and_a_summary(environment: dict[str, str], tmp_path: Path) -> None:
    code, said = on_a_terminal(["generate", "demo:latency=0.5 fox", "--quality", "low"], environment, tmp_path)
    assert code == 0
    assert "waiting for the provider" in said
    assert "━" in said
    assert "1 image by gpt-image-2.5-flare, $0.0060" in said


def test_a_terminal_is_asked_before_a_high_price(environment: dict[str, str], tmp_path: Path) -> None:
    costly = ["generate", "a fox", "-n", "10", "--size", "2048x2048"]
    elsewhere = environment | {"OUTPUT_DIR": str(tmp_path / "elsewhere")}
    code, said = on_a_terminal(costly, elsewhere, tmp_path, types=b"n\n")
    assert code == 1
    assert "Send it? [y/N]" in said
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_that_cannot_be_written_afterwards_leaves_the_stored_original(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "later").mkdir()
    arguments = [
        COMMAND,
        "generate",
        "demo:latency=1 fox",
        "--quality",
        "low",
        "--verbose",
        "--json",
        "-o",
        "later/x.png",
    ]
    with subprocess.Popen(
        arguments, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        until(lambda: b"waiting" in process.stderr.readline())
        (tmp_path / "later").rmdir()
        out, err = process.communicate(timeout=20)
    told = json.loads(out)
    assert process.returncode == 1
    assert Path(told["images"][0]["path"]).is_file()
    assert told["error"]["code"] == "storage"
    assert told["images"][0]["path"].encode() in err


def test_a_reader_that_leaves_is_no_traceback(environment: dict[str, str], tmp_path: Path) -> None:
    script = f"{COMMAND} models --all --json | head -c 10"
    ran = subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True)
    assert ran.stderr == b""


@pytest.fixture
def server() -> Iterator["Recorder"]:
    """A local server that speaks the Images API and notes what it was asked."""
    with Recorder() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


class Recorder(ThreadingHTTPServer):
    """Answers every POST with one small PNG and usage."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.bodies: list[Any] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Answering(BaseHTTPRequestHandler):
    """One request."""

    server: Recorder

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        png = io.BytesIO()
        Image.new("RGB", (64, 64), "red").save(png, "PNG")
        usage = {"input_tokens": 8, "output_tokens": 196, "total_tokens": 204}
        usage |= {"input_tokens_details": {"text_tokens": 8, "image_tokens": 0}}
        answer = {"created": 1, "data": [{"b64_json": base64.b64encode(png.getvalue()).decode()}], "usage": usage}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("x-request-id", "req_1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def test_a_dry_run_shows_exactly_what_is_sent(gesso: Gesso, server: Recorder) -> None:
    options = [
        *("generate", "a fox", "-m", "gpt-image-2.6-flare", "--size", "1024x1024", "--quality", "low"),
        *("--background", "opaque", "--output-format", "svg", "--moderation", "low", "--complexity", "low"),
        *("--svg-model", "gpt-5.5", "--svg-effort", "low", "--json"),
    ]
    dry = json.loads(gesso(*options, "--dry-run", OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-test").stdout)
    assert server.bodies == []
    sent = gesso(*options, OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-test")
    assert (sent.returncode, server.bodies) == (0, [dry["body"]])
    assert dry["url"] == f"{server.url}/images/generations"


def test_a_dry_run_shows_no_password_of_an_address(gesso: Gesso) -> None:
    ran = gesso("generate", "a fox", "--dry-run", "--json", OPENAI_BASE_URL="http://ada:hush@localhost:9/v1")
    assert json.loads(ran.stdout)["url"] == "http://localhost:9/v1/images/generations"


def test_a_real_server_gives_usage_cost_and_request_id_and_the_key_is_never_printed(
    gesso: Gesso, server: Recorder
) -> None:
    arguments = ("generate", "a fox", "-o", "fox.webp", "--json", "--verbose")
    ran = gesso(*arguments, OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-secret-key", LOG_LEVEL="DEBUG")
    job = json.loads(ran.stdout)["job"]
    assert (job["request_id"], job["usage"]["output_tokens"], job["cost_usd"]) == ("req_1", 196, 0.00592)
    assert b"fox.webp holds image/png: that is what the provider delivered." in ran.stderr
    assert b"secret" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [("generate 'a fox' --quality low >&-", 0), ("generate - <&-", 2), ("--help >&-", 0), ("jobs show x 2>&-", 2)],
)
def test_a_closed_stream_is_no_traceback_and_changes_no_code(
    environment: dict[str, str], tmp_path: Path, arguments: str, code: int
) -> None:
    script = ["/bin/sh", "-c", f"{COMMAND} {arguments}"]
    ran = subprocess.run(script, cwd=tmp_path, env=environment, capture_output=True)
    assert (ran.returncode, b"Traceback" in ran.stderr) == (code, False)


def test_a_prompt_is_text_also_where_the_locale_is_plain(gesso: Gesso) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ran = gesso("generate", os.fsencode("ein Füchslein"), "--dry-run", "--json", **plain)
    assert json.loads(ran.stdout)["body"]["prompt"] == "ein Füchslein"


def test_a_folder_that_is_gone_is_a_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    script = ["/bin/sh", "-c", f"mkdir gone && cd gone && rmdir ../gone && {COMMAND} models"]
    ran = subprocess.run(script, cwd=tmp_path, env=environment, capture_output=True)
    assert (ran.returncode, ran.stderr) == (2, b"Error: The working directory is gone. Change to another one.\n")


def test_an_output_on_a_full_disk_is_a_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run([COMMAND, "models"], cwd=tmp_path, env=environment, stdout=full, stderr=subprocess.PIPE)
    assert (ran.returncode, ran.stderr) == (1, b"Error: The output could not be written: No space left on device.\n")


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Try until it holds; the condition itself waits for something."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
