"""``gesso serve`` as a process, and what the terminal tells of itself: completion, reference, versions."""

import os
import re
import shutil
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from app.cli import COMMANDS
from app.cli.described import described
from app.cli.reference import PAGE, page_with, reference
from tests.app.terminal import COMMAND, Gesso


def test_the_api_alone_answers_and_ends_well_when_it_is_told_to(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "OUTPUT_DIR": str(tmp_path / "out"), "DRAIN_SECONDS": "5"}
    command = [COMMAND, "serve", "--api-only", "--port", "0", "--base-path", "/x"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"listens on (http://127.0.0.1:\d+/x)", process.stderr.readline())
        assert found is not None
        with build_opener(ProxyHandler({})).open(f"{found[1]}/health", timeout=20) as answer:
            assert answer.read() == b'{"status":"ok"}'
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base-path", "a b"], "--base-path is a path"),
        (["--base-path", "/../x"], "--base-path is a path"),
        (["--host", "192.0.2.1"], "cannot be listened on"),
        (["--api-only", "--host", "192.0.2.1"], "cannot be listened on"),
    ],
)
def test_an_address_that_cannot_be_is_said(arguments: list[str], said: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "OUTPUT_DIR": str(tmp_path)}
    ran = subprocess.run([COMMAND, "serve", *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert (ran.returncode, said in ran.stderr, "Gesso is on" in ran.stderr) == (2, True, False)


def test_bash_completes_commands_options_and_values(gesso: Gesso, tmp_path: Path) -> None:
    script = tmp_path / "gesso.bash"
    script.write_text(gesso("completion", "bash").out)
    asked = ["gesso ge", "gesso jobs ''", "gesso jobs show --j", "gesso history --sort d", "gesso completion z"]
    asked += ["gesso generate -m dall", "gesso generate -m gpt-image-2.5"]
    complete = 'COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _gesso; echo "${COMPREPLY[@]}"'
    lines = "\n".join(f"COMP_WORDS=({line}); {complete}" for line in asked)
    ran = subprocess.run(["bash", "-c", f"source {script}\n{lines}"], capture_output=True, text=True, check=True)
    *others, gone, there = ran.stdout.splitlines()
    assert others == ["generate", "show cancel resolve", "--json", "dearest", "zsh"]
    assert (gone, "gpt-image-2.5-flare" in there) == ("", True)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_read_their_script(shell: str, gesso: Gesso, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(gesso("completion", shell).out)
    assert all(name in script.read_text() for name in COMMANDS)
    if shutil.which(shell):
        subprocess.run([shell, "-n", str(script)], check=True)


def test_the_page_of_the_terminal_names_every_command_and_option() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_with(reference()), "run `make docs`"
    own = PAGE.read_text(encoding="utf-8").partition("<!--")[0]
    assert [one.name for one in described() if len(one.words) == 1 and f"gesso {one.name}" not in own] == []


class Models(BaseHTTPRequestHandler):
    """A service that lists its models for one key."""

    def do_GET(self) -> None:
        good = self.path == "/v1/models" and self.headers["Authorization"] == "Bearer sk-good"
        self.send_response(200 if good else 401)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_the_doctor_asks_a_provider_whether_it_takes_the_key(gesso: Gesso, monkeypatch: pytest.MonkeyPatch) -> None:
    with HTTPServer(("127.0.0.1", 0), Models) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{service.server_port}/v1")
        codes = {}
        for key in ("sk-good", "sk-bad"):
            monkeypatch.setenv("OPENAI_API_KEY", key)
            ran = gesso("doctor", "--online", "--json")
            finding = ran.json["findings"][-1]
            codes[key] = (ran.code, finding["check"], finding["health"])
            assert key not in ran.out
        service.shutdown()
    assert codes == {"sk-good": (0, "provider", "good"), "sk-bad": (1, "provider", "bad")}
    assert {"python", "gesso", "streamlit", "sqlite"} <= set(ran.json["versions"])
