"""The app's own workbench on a folder of the test, and the terminal's commands, with the demo provider."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import main
from app.ui.earlier import kept_tables, kept_texts
from app.workbench import shutdown, workbench
from core.bootstrap import Workbench
from tests.app.terminal import Gesso, Ran
from tests.databases import SQLITE, copied


@pytest.fixture(autouse=True)
def main_module_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit puts the page it runs in place of `__main__`; processes that later tests start would run that page."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def surroundings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_template: Path
) -> Iterator[pytest.MonkeyPatch]:
    """An environment of its own, in which nothing of the machine's or of another test is left."""
    ours = {"OUTPUT_DIR": tmp_path, "PROVIDER": "demo", "DEMO_LATENCY_SECONDS": 0, "DRAIN_SECONDS": 5}
    for name, value in ours.items():
        monkeypatch.setenv(name, str(value))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "DATABASE_URL", "BUDGET_DAY_USD", "BUDGET_MONTH_USD"):
        monkeypatch.delenv(name, raising=False)
    copied(sqlite_template, tmp_path / SQLITE)
    yield monkeypatch
    shutdown()
    for kept in (kept_tables, kept_texts):
        kept.cache_clear()


@pytest.fixture
def bench(surroundings: pytest.MonkeyPatch) -> Workbench:  # noqa: ARG001
    """The workbench that routes and pages of this test use."""
    return workbench()


@pytest.fixture
def tables(tmp_path: Path, sqlite_template: Path) -> None:
    """The database of ``gesso``, ready; without it the first command that needs one makes it."""
    copied(sqlite_template, tmp_path / "out" / SQLITE)


@pytest.fixture
def gesso(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Gesso:
    """Runs command lines in an empty folder, on the demo provider."""
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "PROVIDER", "DEFAULT_MODEL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("BUDGET_DAY_USD", "BUDGET_MONTH_USD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OUTPUT_DIR", "out")
    monkeypatch.setenv("DEMO_LATENCY_SECONDS", "0")

    def run(*arguments: str) -> Ran:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Ran(code=code, out=captured.out, err=captured.err)

    return run
